"""The page For lecturers: its five commands work as they are written, and in that order."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys

import pytest

from tests.grading import hand_in
from utils.grading.sandbox import ROOT

PAGE = (ROOT / "appendices" / "for-lecturers.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\n(.+?)\n```", PAGE)


def test_there_are_five_commands():
    assert len(COMMANDS) == 5


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
def test_the_commands_lead_from_submissions_to_marks(tmp_path):
    """Run in a folder that stands for the root of the book, so that nothing is left in the real one."""
    for name in ("assignments", "chapters", "utils", "data"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "submissions").mkdir()

    def run(command: str) -> str:
        words = [sys.executable if word == "python" else word for word in command.split()]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        return done.stdout

    verify, release, grade, merge, export = COMMANDS
    assert "solutions earn every point" in run(verify)
    run(release)
    handed_out = json.loads((tmp_path / "to-students" / "shared-store.ipynb").read_text(encoding="utf-8"))
    (tmp_path / "submissions" / "ann.ipynb").write_text(json.dumps(hand_in.notebook(hand_in.RIGHT)), encoding="utf-8")
    (tmp_path / "submissions" / "bob.ipynb").write_text(json.dumps(handed_out), encoding="utf-8")
    run(grade)
    marks = tmp_path / "graded" / "marks.csv"
    marks.write_text(marks.read_text(encoding="utf-8").replace(f"ann,{hand_in.ADVICE},,", f"ann,{hand_in.ADVICE},4,"))
    run(merge)
    with (tmp_path / "graded" / "grades.csv").open(encoding="utf-8", newline="") as stream:
        assert {line["student"]: line["total"] for line in csv.DictReader(stream)} == {"ann": "15", "bob": "0"}
    run(export)
    assert (tmp_path / "to-moodle").is_dir()


def test_the_page_names_every_file_that_grading_writes():
    for name in ("grades.csv", "feedback/", "open-questions.html", "marks.csv", "moodle.csv", "canvas.csv", "results/"):
        assert f"`{name}`" in PAGE
