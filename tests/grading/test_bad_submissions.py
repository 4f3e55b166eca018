"""No bad submission earns a point it should not, stops the run, or touches anything outside its room."""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
from pathlib import Path

import pytest

from tests.grading import hand_in
from utils.grading.grade import Results, grade_folder
from utils.grading.report import report
from utils.grading.sandbox import ROOT, Limits

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")

LIMITS = Limits(
    cell_s=2, ask_s=1, total_s=20, memory_mb=1200, file_mb=8, disk_mb=24, processes=16, open_files=128, answer_mb=2
)
NAMES = list(hand_in.cases(Path("/nowhere"), 9))


def snapshot(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".pyc")
    return {str(path): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """All bad submissions graded together, two at a time, beside a listener and files that must stay untouched."""
    base = tmp_path_factory.mktemp("bad")
    folder, out, outside = base / "submissions", base / "out", base / "outside"
    folder.mkdir()
    (outside / "folder").mkdir(parents=True)
    (outside / "secret.txt").write_text("secret")
    for path in (outside / "someone.ipynb", outside / "folder" / "someone.ipynb"):
        path.write_text(json.dumps(hand_in.notebook(hand_in.RIGHT)))
    os.environ["TEST_SECRET"] = "secret"
    source = hand_in.source()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        cases = hand_in.cases(outside, listener.getsockname()[1])
        for case in cases.values():
            case.put(folder)
        before = snapshot(outside) | snapshot(ROOT / "utils") | snapshot(ROOT / "assignments")
        problems = grade_folder(folder, source, out, LIMITS, jobs=2, quiet=True)
        after = snapshot(outside) | snapshot(ROOT / "utils") | snapshot(ROOT / "assignments")
        try:
            visitor = listener.accept()
        except BlockingIOError:
            visitor = None
    del os.environ["TEST_SECRET"]
    stored = Results(out, source, LIMITS)
    results = {name: stored.load(folder / (case.file or f"{name}.ipynb")) for name, case in cases.items()}
    report([result for result in results.values() if result], source, out, out / "marks.csv")
    return {
        "cases": cases, "results": results, "problems": problems, "before": before, "after": after, "out": out,
        "visitor": visitor, "base": base,
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_bad_submission_earns_exactly_what_it_should(run, name):
    case, result = run["cases"][name], run["results"][name]
    assert result is not None, "it was not graded"
    notes = "; ".join(result["notes"])
    assert result["points"] == case.earns, notes
    assert any(one in notes for one in case.note.split(" or: ")), notes
    assert not case.never or case.never not in notes


def test_there_are_at_least_forty_bad_submissions():
    assert len(NAMES) >= 40


def test_bad_submissions_do_not_stop_the_run(run):
    assert run["problems"] == []


def test_bad_submissions_touch_nothing_outside(run):
    assert run["after"] == run["before"]
    assert sorted(path.name for path in run["base"].iterdir()) == ["out", "outside", "submissions"]


def test_nobody_reached_the_network_of_the_host(run):
    assert run["visitor"] is None


def test_bad_names_stay_inside_the_output_folder(run):
    allowed = {"results", "feedback", "grades.csv", "moodle.csv", "canvas.csv", "marks.csv", "open-questions.html"}
    assert {path.name for path in run["out"].iterdir()} == allowed
    assert all(path.is_file() for name in ("results", "feedback") for path in (run["out"] / name).iterdir())


def test_every_bad_submission_has_one_line_in_the_grades(run):
    with (run["out"] / "grades.csv").open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert len(lines) == len(NAMES)
    assert len({line["student"] for line in lines}) == len(NAMES)
    assert not [line for line in lines if line["student"].startswith(("=", "+", "-", "@"))]


def test_names_and_answers_cannot_put_markup_into_the_pages(run):
    pages = [path.read_text(encoding="utf-8") for path in run["out"].rglob("*.html")]
    assert len(pages) == len(NAMES) + 1
    assert not [page for page in pages if "<img" in page]


def test_hidden_checks_are_not_on_any_feedback_page(run):
    hidden = [check.says for one in hand_in.source().exercises.values() for check in one.checks if check.hidden]
    pages = [path.read_text(encoding="utf-8") for path in (run["out"] / "feedback").iterdir()]
    assert hidden
    assert not [says for says in hidden for page in pages if says in page]
