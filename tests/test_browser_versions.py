"""Every chapter runs with the versions a reader gets in the browser, on an ordinary Python.

Pyodide's own pandas, numpy and scipy are too large to run in a test, so the same versions are installed into an
environment of their own, kept in _build until they change. It takes two minutes: ``make browser-versions`` asks for it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import ROOT, notebooks

FOLDER = ROOT / "_build" / ".browser-versions"
NAMES = ("python3.14", "python3.13", "python3.12")  # SciPy 1.18 needs 3.12


def wanted() -> str:
    """What the browser has, as requirements."""
    compiled = json.loads((ROOT / "lite" / "compiled.json").read_text(encoding="utf-8"))["packages"]
    pinned = [f"{name}=={package['version']}" for name, package in compiled.items()]
    pure = (ROOT / "lite" / "requirements.txt").read_text(encoding="utf-8")
    return "\n".join([*pinned, pure, "ipykernel", "nbclient", ""])


def python() -> str | None:
    """A Python that the browser's versions can be installed on."""
    for name in (sys.executable, *NAMES):
        found = shutil.which(name)
        test = "import ensurepip, sys, venv; sys.exit(not (3, 12) <= sys.version_info < (3, 15))"
        if found and subprocess.run([found, "-c", test], capture_output=True).returncode == 0:
            return found
    return None


@pytest.fixture(scope="module")
def environment() -> Path:
    """The Python of an environment with the browser's versions."""
    if not os.environ.get("BROWSER_VERSIONS"):
        pytest.skip("takes two minutes: make browser-versions")
    inside = FOLDER / ("Scripts" if os.name == "nt" else "bin") / "python"
    note = FOLDER / "requirements.txt"
    if not note.is_file() or note.read_text(encoding="utf-8") != wanted():
        if not (base := python()):
            pytest.skip("SciPy 1.18 needs Python 3.12 or newer, and none was found on this machine")
        shutil.rmtree(FOLDER, ignore_errors=True)
        subprocess.run([base, "-m", "venv", FOLDER], check=True)
        listed = FOLDER / "wanted.txt"
        listed.write_text(wanted(), encoding="utf-8")
        pip = [inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", listed], check=True)
        listed.rename(note)
    return inside


def test_every_chapter_runs_with_the_versions_of_the_browser(environment):
    def run(path: Path) -> str:
        command = [environment, "-m", "jupyter", "execute", "--timeout=300", path]
        variables = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
        return "" if done.returncode == 0 else f"{path.name}: {done.stderr[-3000:]}"

    asked = "import pandas, numpy, scipy; print(pandas.__version__, numpy.__version__, scipy.__version__)"
    versions = subprocess.run([environment, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    compiled = json.loads((ROOT / "lite" / "compiled.json").read_text(encoding="utf-8"))["packages"]
    assert versions == [compiled[name]["version"] for name in ("pandas", "numpy", "scipy")]
    with ThreadPoolExecutor(2) as pool:
        failed = [words for words in pool.map(run, notebooks()) if words]
    assert not failed, "\n".join(failed)
