"""The examples run twice, with a crash in between, and give what one run gives."""

import os
import subprocess
import sys
import zipfile

import pytest

from persistence_client import PersistenceClient
from support.service import ROOT

EXAMPLES = ROOT / "examples"
TASKS = 60


def run(service, folder, *arguments):
    env = {**os.environ, "PERSISTENCE_URL": service.url}
    env["PYTHONPATH"] = str(ROOT / "clients/python/src")
    command = [sys.executable, str(EXAMPLES / "python/translate.py"), str(EXAMPLES / "game.csv")]
    done = subprocess.run(
        [*command, "out.xlsx", *arguments], cwd=folder, env=env, capture_output=True, text=True
    )
    lines = done.stdout.splitlines()
    return done, [line for line in lines if line.startswith("paid for ")]


def sheets(path):
    """The worksheets of a workbook, without what tells when it was made."""
    with zipfile.ZipFile(path) as book:
        names = [name for name in book.namelist() if "/worksheets/" in name]
        return {name: book.read(name) for name in names}


def remove(service):
    with PersistenceClient(service.url) as client:
        client.delete_session("game-fr")


def test_a_crash_costs_one_call_and_changes_nothing(service, tmp_path):
    whole, paid_for_all = run(service, tmp_path)
    assert whole.returncode == 0, whole.stderr
    wanted = sheets(tmp_path / "out.xlsx")
    assert len(wanted) == 3
    assert len(paid_for_all) > TASKS, "some calls fail, and are repeated"
    (tmp_path / "out.xlsx").unlink()
    remove(service)

    crashed, paid_before = run(service, tmp_path, "--crash-after", "20")
    assert (crashed.returncode, len(paid_before)) == (3, 20)
    assert not (tmp_path / "out.xlsx").exists()
    resumed, paid_after = run(service, tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert sheets(tmp_path / "out.xlsx") == wanted
    # The call whose answer was never put is paid for again, and no other.
    assert sorted(paid_before[:-1] + paid_after) == sorted(paid_for_all)

    third, paid_again = run(service, tmp_path)
    assert (third.returncode, paid_again) == (0, [])
    assert sheets(tmp_path / "out.xlsx") == wanted
    remove(service)


@pytest.mark.parametrize("page", ["docs/python.md", "clients/python/README.md"])
def test_the_program_of_the_pages_runs_and_a_second_run_translates_nothing(service, tmp_path, page):
    (program,) = [
        block.split("```")[0]
        for block in (ROOT / page).read_text("utf-8").split("```python\n")[1:]
        if "import PersistenceClient" in block.split("```")[0]
    ]
    assert len(program.strip().splitlines()) <= 30
    env = {**os.environ, "PERSISTENCE_URL": service.url}
    env["PYTHONPATH"] = str(ROOT / "clients/python/src")
    model = "calls = []\ndef translate(text):\n    calls.append(text)\n    return text.upper()\n"
    (tmp_path / "program.py").write_text(f"{model}\n{program}\nprint(len(calls), 'calls')\n")
    outputs = [
        subprocess.run(
            [sys.executable, "program.py"], cwd=tmp_path, env=env, capture_output=True, text=True
        )
        for _ in range(2)
    ]
    assert [one.returncode for one in outputs] == [0, 0], outputs[0].stderr
    assert [one.stdout.splitlines()[-1] for one in outputs] == ["2 calls", "0 calls"]
    with PersistenceClient(service.url) as client:
        client.delete_session("quests-fr")
