"""The package as it is installed: its types, its files, and its style."""

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1]


def need(module):
    if importlib.util.find_spec(module) is None:
        reason = f"the module {module} is missing"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


def test_the_types_are_strict(tmp_path):
    need("mypy")
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path)]
    done = subprocess.run(
        [*command, "-p", "persistence_client"], cwd=FOLDER, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_the_wheel_has_the_types_and_the_licence(tmp_path):
    need("build")
    need("hatchling")
    # Debian's hatchling lacks a dependency that only editable installs need.
    options = ["--no-isolation", "--skip-dependency-check", "--wheel", "--outdir", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "build", *options, str(FOLDER)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("persistence_service_client-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "persistence_client/py.typed" in names
    assert "persistence_client/generated/records.py" in names
    assert any(name.endswith("LICENSE") for name in names)


def test_files_are_short_and_lines_too():
    for path in [*FOLDER.glob("src/**/*.py"), *FOLDER.glob("tests/**/*.py")]:
        lines = path.read_text("utf-8").splitlines()
        if "generated" not in path.parts:
            assert len(lines) <= 300, path
            assert [line for line in lines if len(line) > 100] == [], path
