"""Grading a folder: fair, resumable, and complete down to the files that Moodle and Canvas take."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.grading import hand_in
from tests.grading.hand_in import ADVICE, DISTANCE, RIGHT, SHARE, TONNE
from utils.grading import sandbox
from utils.grading.__main__ import main
from utils.grading.sandbox import ROOT

needs_sandbox = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")


def put(folder, **submissions) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, answers in submissions.items():
        (folder / f"{name}.ipynb").write_text(json.dumps(hand_in.notebook(answers)), encoding="utf-8")


def lines(path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def grade(folder, out, *more: str) -> int:
    return main(["grade", str(folder), "--out", str(out), "--of", "assignments/example", *more])


@pytest.fixture(autouse=True)
def at_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@needs_sandbox
def test_thirty_good_submissions(tmp_path, capsys):
    """All get every point of the checks. The time is printed and not asserted: machines differ."""
    put(tmp_path / "in", **{f"student{i:02d}": RIGHT for i in range(30)})
    start = time.monotonic()
    assert grade(tmp_path / "in", tmp_path / "out") == 0
    with capsys.disabled():
        print(f"\n30 good submissions: {time.monotonic() - start:.1f} s")
    grades = lines(tmp_path / "out" / "grades.csv")
    assert len(grades) == 30
    assert list(grades[0]) == ["student", TONNE, DISTANCE, SHARE, ADVICE, "total", "max", "seconds", "notes"]
    assert {(line[TONNE], line[DISTANCE], line[SHARE], line["total"], line["max"]) for line in grades} == {
        ("4", "4", "3", "11", "16")
    }
    assert {line["notes"] for line in grades} == {""}


@needs_sandbox
def test_points_are_given_check_by_check(tmp_path):
    """Visible checks passed, hidden ones not: the points of the visible ones."""
    only_visible = {
        **RIGHT,
        DISTANCE: "def break_even(pipe, terminal, ship):\n    return terminal / (pipe - ship) if pipe != ship else 0",
    }
    put(tmp_path / "in", someone=only_visible)
    grade(tmp_path / "in", tmp_path / "out")
    assert lines(tmp_path / "out" / "grades.csv")[0][DISTANCE] == "2"
    page = (tmp_path / "out" / "feedback" / "someone.html").read_text(encoding="utf-8")
    assert "Not passed:</strong> Further check 1" in page
    assert "meet at 500 km" in page
    assert "dearer" not in page


@needs_sandbox
def test_marks_of_open_questions_are_merged(tmp_path, capsys):
    put(tmp_path / "in", ann=RIGHT, bob={**RIGHT, ADVICE: "<script>alert(1)</script>"}, 林={})
    out = tmp_path / "out"
    grade(tmp_path / "in", out)
    assert ": 3. Read them in" in capsys.readouterr().out
    assert {line["student"] for line in lines(out / "marks.csv")} == {"ann", "bob", "林"}
    assert {line[ADVICE] for line in lines(out / "grades.csv")} == {""}
    questions = (out / "open-questions.html").read_text(encoding="utf-8")
    assert "A thirtieth of the flow costs little more." in questions
    assert "uses a number from the exercises" in questions
    assert "<script>" not in questions

    (out / "marks.csv").write_text(
        f"student;exercise;points;comment\nann;{ADVICE};4,5;Well argued.\n林;{ADVICE};0;\nbob;{ADVICE};;\n",
        encoding="utf-8-sig",
    )
    assert grade(tmp_path / "in", out) == 0
    grades = {line["student"]: line for line in lines(out / "grades.csv")}
    assert (grades["ann"][ADVICE], grades["ann"]["total"]) == ("4.5", "15.5")
    assert (grades["林"][ADVICE], grades["林"]["total"]) == ("0", "0")
    assert (grades["bob"][ADVICE], grades["bob"]["total"]) == ("", "11")
    assert "Well argued." in (out / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert ": 1. Read them in" in capsys.readouterr().out


@needs_sandbox
@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"nobody,{ADVICE},1,", "marks.csv, line 2: there is no submission of 'nobody'"),
        (f"ann,{TONNE},1,", f"line 2: '{TONNE}' is no open question; these are: {ADVICE}"),
        (f"ann,{ADVICE},six,", "line 2: 'six' is not a number of points"),
        (f"ann,{ADVICE},6,", f"line 2: 6 points; {ADVICE} has 0 to 5"),
        (f"ann,{ADVICE},-1,", f"line 2: -1 points; {ADVICE} has 0 to 5"),
    ],
)
def test_a_wrong_line_of_marks_is_named(tmp_path, capsys, line, message):
    put(tmp_path / "in", ann=RIGHT)
    marks = tmp_path / "marks.csv"
    marks.write_text(f"student,exercise,points,comment\n{line}\n", encoding="utf-8")
    assert grade(tmp_path / "in", tmp_path / "out", "--marks", str(marks)) == 2
    assert message in capsys.readouterr().err


@needs_sandbox
def test_names_of_moodle_and_canvas_are_understood(tmp_path):
    folder = tmp_path / "in"
    put(folder / "Ann Lee_1234_assignsubmission_file_", **{"shared-store": RIGHT})
    put(folder, leeann_77_4242_sharedstore=RIGHT, doebob_LATE_78_4243_x=RIGHT)
    put(folder, **{"Bo Li_99_assignsubmission_file_a": {}})
    grade(folder, tmp_path / "out")
    moodle = {line["Identifier"]: line for line in lines(tmp_path / "out" / "moodle.csv")}
    assert moodle["Participant 1234"]["Full name"] == "Ann Lee"
    assert moodle["Participant 1234"]["Grade"] == "11"
    assert moodle["Participant 1234"]["Maximum grade"] == "16"
    assert "Last modified (grade)" in moodle["Participant 1234"]  # Moodle refuses a worksheet without this column
    assert "ex-a1-tonne: 4 of 4" in moodle["Participant 1234"]["Feedback comments"]
    assert moodle["Participant 99"]["Grade"] == "0"
    canvas = {line["ID"]: line for line in lines(tmp_path / "out" / "canvas.csv")}
    assert canvas["77"]["Student"] == "leeann"
    assert canvas["78"]["Student"] == "doebob"
    assert list(canvas["77"]) == [
        "Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Assignment: is a shared store worth the wait?",
    ]  # fmt: skip
    assert lines(tmp_path / "out" / "canvas.csv")[0]["Student"].strip() == "Points Possible"


@needs_sandbox
def test_two_students_of_one_name_stay_two(tmp_path):
    put(tmp_path / "in", ann_1_2_a=RIGHT, ann_3_4_a={})
    grade(tmp_path / "in", tmp_path / "out")
    students = {line["student"] for line in lines(tmp_path / "out" / "grades.csv")}
    assert students == {"ann_1_2_a.ipynb", "ann_3_4_a.ipynb"}


@needs_sandbox
def test_only_what_is_new_or_changed_is_graded_again(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    put(folder, ann=RIGHT, bob=RIGHT)
    grade(folder, out)
    before = {path.name: path.stat().st_mtime_ns for path in (out / "results").iterdir()}
    put(folder, bob={}, eve=RIGHT)
    grade(folder, out)
    after = {path.name: path.stat().st_mtime_ns for path in (out / "results").iterdir()}
    assert [name.split("_")[0] for name in after if before.get(name) == after[name]] == ["ann"]
    totals = {line["student"]: line["total"] for line in lines(out / "grades.csv")}
    assert totals == {"ann": "11", "bob": "0", "eve": "11"}


@needs_sandbox
def test_a_killed_run_goes_on_where_it_was(tmp_path):
    """Killed hard, half way: the second run keeps what was finished, and the grades are those of one run."""
    folder, whole, out = tmp_path / "in", tmp_path / "whole", tmp_path / "out"
    slow = "import time; time.sleep(0.3)\n"
    kinds = [RIGHT, {}, {**RIGHT, SHARE: "share = 1"}]
    put(folder, **{f"s{i:02d}": {**kinds[i % 3], TONNE: slow + RIGHT[TONNE]} for i in range(12)})
    command = [sys.executable, "-m", "utils.grading", "grade", str(folder), "--of", "assignments/example"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    run = subprocess.Popen([*command, "--jobs", "1", "--out", str(out)], cwd=ROOT, **quiet)
    results = out / "results"
    end = time.monotonic() + 30
    while time.monotonic() < end and (not results.exists() or len(list(results.glob("s*.json"))) < 4):
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait()
    finished = {path.name: path.read_text() for path in results.glob("*.json")}
    assert 4 <= len(finished) < 12
    assert grade(folder, out) == 0
    assert all((results / name).read_text() == text for name, text in finished.items())
    assert grade(folder, whole) == 0
    drop = lambda path: [{k: v for k, v in line.items() if k != "seconds"} for line in lines(path)]  # noqa: E731
    assert drop(out / "grades.csv") == drop(whole / "grades.csv")


@needs_sandbox
def test_half_a_result_file_counts_as_none(tmp_path):
    put(tmp_path / "in", ann=RIGHT)
    grade(tmp_path / "in", tmp_path / "out")
    result = next((tmp_path / "out" / "results").iterdir())
    result.write_text(result.read_text()[:100])
    assert grade(tmp_path / "in", tmp_path / "out") == 0
    assert lines(tmp_path / "out" / "grades.csv")[0]["total"] == "11"


@needs_sandbox
def test_a_chapter_is_graded_too_and_recognised_by_itself(tmp_path, capsys):
    assert main(["release", "01", "--out", str(tmp_path / "in")]) == 0
    assert main(["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 0
    assert "01-cluster-concept" in capsys.readouterr().out
    line = lines(tmp_path / "out" / "grades.csv")[0]
    assert line["total"] == "0"
    assert "ex-01-airport: not answered" in line["notes"]


@needs_sandbox
def test_preparation_that_fails_is_said_before_anything_is_graded(tmp_path, capsys):
    folder = tmp_path / "assignment"
    shutil.copytree(hand_in.ASSIGNMENT.parent, folder)
    path = folder / hand_in.ASSIGNMENT.name
    path.write_text(path.read_text().replace("import pandas as pd", "import no_such_module"))
    put(tmp_path / "in", ann=RIGHT)
    assert main(["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--of", str(folder)]) == 2
    assert "ModuleNotFoundError: No module named 'no_such_module'" in capsys.readouterr().err
    assert not list((tmp_path / "out" / "results").iterdir())


def test_without_bubblewrap_it_refuses_and_says_how_to_get_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    put(tmp_path / "in", ann=RIGHT)
    assert grade(tmp_path / "in", tmp_path / "out") == 2
    said = capsys.readouterr().err
    for words in ("bubblewrap (bwrap) is not installed", "apt install bubblewrap", "macOS", "Windows", "--unsafe"):
        assert words in said
    assert not (tmp_path / "out" / "grades.csv").exists()


def test_bubblewrap_that_does_not_work_is_refused_too(tmp_path, monkeypatch, capsys):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: str(broken))
    put(tmp_path / "in", ann=RIGHT)
    assert grade(tmp_path / "in", tmp_path / "out") == 2
    assert "does not work here: bwrap: No permissions" in capsys.readouterr().err


def test_unsafe_grades_without_a_sandbox_and_warns(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    put(tmp_path / "in", ann=RIGHT, bob={**RIGHT, TONNE: "import os; os._exit(0)"})
    assert grade(tmp_path / "in", tmp_path / "out", "--unsafe") == 0
    assert "WARNING: --unsafe" in capsys.readouterr().err
    totals = {line["student"]: line["total"] for line in lines(tmp_path / "out" / "grades.csv")}
    assert totals == {"ann": "11", "bob": "7"}


def test_what_was_handed_in_must_be_known(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.ipynb").write_text("{}")
    assert main(["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 2
    assert "--of" in capsys.readouterr().err
    assert main(["grade", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    assert "is no folder" in capsys.readouterr().err


@needs_sandbox
def test_nothing_of_the_lecturer_goes_into_the_room():
    command = sandbox.bubblewrap(sandbox.Limits(), root=os.geteuid() == 0)
    sources = {command[i + 1] for i, part in enumerate(command) if part in ("--ro-bind", "--bind")}
    assert "--bind" not in command
    assert str(ROOT) not in sources
    assert not [path for path in sources if os.path.expanduser("~") == path or "assignments" in path]
    assert "--unshare-net" in command
