"""The make commands say in one line what is missing."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests import browser
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def make(tmp_path, *arguments: str) -> subprocess.CompletedProcess:
    command = ["make", f"VENV={tmp_path}/venv", *arguments, f"{tmp_path}/venv/bin/python"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def fake_python(tmp_path, body: str) -> str:
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return f"PYTHON={path}"


@pytest.mark.parametrize(("body", "said"), [
    (None, "was not found. This book needs Python 3.11 or newer"),
    ('case "$*" in *version_info*) exit 1;; --version) echo "Python 3.9.2";; esac',
     "needs Python 3.11 or newer, and .* is Python 3.9.2"),
    ('case "$*" in *ensurepip*) exit 1;; esac', "venv module is missing. On Debian: apt-get install python3-venv"),
])
def test_what_is_missing_is_said_in_one_line(tmp_path, body, said):
    python = fake_python(tmp_path, body) if body else f"PYTHON={tmp_path}/nowhere"
    result = make(tmp_path, python)
    assert result.returncode != 0
    assert re.search(said, result.stdout)
    assert "Traceback" not in result.stdout + result.stderr


def test_without_a_network_the_installation_says_so(tmp_path):
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    broken = tmp_path / "venv" / "bin" / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    result = subprocess.run(["make", f"VENV={tmp_path}/venv", f"{tmp_path}/venv/.book"], cwd=ROOT, capture_output=True,
                            text=True)
    assert result.returncode != 0
    assert "Is there a network connection?" in result.stdout


def test_help_names_the_commands():
    result = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for command in ("book", "test", "serve", "lab", "slides", "bench", "clean"):
        assert f"make {command}" in result.stdout


def test_a_stand_in_named_chromium_is_not_taken_for_a_browser(tmp_path, monkeypatch):
    stand_in = tmp_path / "chromium"
    stand_in.write_text("#!/bin/sh\necho 'install the snap first' >&2; exit 1\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(browser, "NAMES", ("chromium",))
    browser.path.cache_clear()
    try:
        assert browser.path() is None
    finally:
        browser.path.cache_clear()
