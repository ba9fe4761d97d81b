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


def run(service, folder, *arguments, program=EXAMPLES / "python/translate.py"):
    env = {**os.environ, "PERSISTENCE_URL": service.url}
    env["PYTHONPATH"] = str(ROOT / "clients/python/src")
    command = [sys.executable, str(program), str(EXAMPLES / "game.csv")]
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


REFUSED = "UP\\x00\\ud800"


def test_a_result_that_is_refused_is_kept_and_paid_for_once(service, tmp_path):
    program = (EXAMPLES / "python/translate.py").read_text("utf-8")
    model = 'return task["source_text"].upper()'
    assert model in program
    odd = f'return "{REFUSED}" if task["row_index"] == 3 else task["source_text"].upper()'
    (tmp_path / "translate.py").write_text(program.replace(model, odd), "utf-8")
    done, paid = run(service, tmp_path, program=tmp_path / "translate.py")
    assert done.returncode == 0, done.stderr
    kept = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("keep ")]
    assert kept and f"keep {kept[0]} '{REFUSED}'" in done.stdout
    with PersistenceClient(service.url) as client:
        failed = list(client.iter_tasks(session_id="game-fr", status="failed", fresh=True))
    assert sorted(one["task_id"] for one in failed) == sorted(kept)
    assert all(one["error_message"].startswith("refused: ") for one in failed)
    again, paid_again = run(service, tmp_path, program=tmp_path / "translate.py")
    assert (again.returncode, paid_again) == (0, [])
    remove(service)


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


PAGES = ["docs/python.md", "clients/python/README.md"]
UPPER = "text.upper()"
ODD = "'\\x00' if 'tower' in text else '\\ud800'"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("result", [UPPER, ODD])
def test_the_program_of_the_pages_runs_and_a_second_run_translates_nothing(
    service, tmp_path, page, result
):
    (program,) = [
        block.split("```")[0]
        for block in (ROOT / page).read_text("utf-8").split("```python\n")[1:]
        if "import PersistenceClient" in block.split("```")[0]
    ]
    assert len(program.strip().splitlines()) <= 30
    env = {**os.environ, "PERSISTENCE_URL": service.url}
    env["PYTHONPATH"] = str(ROOT / "clients/python/src")
    model = f"calls = []\ndef translate(text):\n    calls.append(text)\n    return {result}\n"
    (tmp_path / "program.py").write_text(f"{model}\n{program}\nprint(len(calls), 'calls')\n")
    outputs = [
        subprocess.run(
            [sys.executable, "program.py"], cwd=tmp_path, env=env, capture_output=True, text=True
        )
        for _ in range(2)
    ]
    assert [one.returncode for one in outputs] == [0, 0], outputs[0].stderr
    assert [one.stdout.splitlines()[-1] for one in outputs] == ["2 calls", "0 calls"]
    if result == ODD:
        kept = (tmp_path / "refused.txt").read_text()
        assert kept == "quests-fr-2 '\\ud800'\nquests-fr-3 '\\x00'\n"
    with PersistenceClient(service.url) as client:
        client.delete_session("quests-fr")
