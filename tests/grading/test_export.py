"""The same source for Moodle, Canvas and nbgrader."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest

from tests.grading import hand_in
from utils.grading import export
from utils.grading.__main__ import main
from utils.grading.source import ROOT, everything, find, load


@pytest.fixture(autouse=True)
def at_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_quick_questions_go_to_moodle(tmp_path):
    assert main(["export", "moodle", "01", "--out", str(tmp_path)]) == 0
    root = ElementTree.parse(tmp_path / "01-cluster-concept-moodle.xml").getroot()
    assert len(root.findall("question")) >= 2


def test_quick_questions_go_to_canvas(tmp_path):
    pytest.importorskip("text2qti")
    assert main(["export", "canvas", "01", "--out", str(tmp_path)]) == 0
    with zipfile.ZipFile(tmp_path / "01-cluster-concept-canvas.zip") as package:
        assert "imsmanifest.xml" in package.namelist()


def test_a_source_without_quick_questions_is_said_so(tmp_path, capsys):
    assert main(["export", "moodle", "assignments/example", "--out", str(tmp_path)]) == 2
    assert "has no quick questions" in capsys.readouterr().err


@pytest.mark.parametrize("path", everything(), ids=lambda path: path.stem)
def test_the_nbgrader_notebook_has_a_cell_for_every_point(path, tmp_path):
    assert main(["export", "nbgrader", str(path), "--out", str(tmp_path)]) == 0
    made = json.loads((tmp_path / "source" / path.stem / path.name).read_text(encoding="utf-8"))
    marks = [cell["metadata"]["nbgrader"] for cell in made["cells"] if "nbgrader" in cell["metadata"]]
    assert len({mark["grade_id"] for mark in marks}) == len(marks)
    assert sum(mark.get("points", 0) for mark in marks) == sum(one.points for one in load(path).exercises.values())
    content = "\n".join(cell["source"] for cell in made["cells"])
    assert content.count("### BEGIN SOLUTION") == sum(bool(one.checks) for one in load(path).exercises.values())


@pytest.mark.parametrize("path", everything(), ids=lambda path: path.stem)
def test_the_tests_of_the_nbgrader_notebook_pass_on_its_solutions(path, tmp_path):
    export.nbgrader(load(path), tmp_path)
    made = json.loads((tmp_path / "source" / path.stem / path.name).read_text(encoding="utf-8"))
    names: dict = {}
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            exec(cell["source"], names)


def test_nbgrader_generates_and_grades_it(tmp_path):
    """With nbgrader itself: the release loses solutions and hidden tests, right answers get every point."""
    program = os.environ.get("NBGRADER") or shutil.which("nbgrader")
    if not program:
        pytest.skip("nbgrader is not installed (set NBGRADER to its path to try)")
    main(["export", "nbgrader", "assignments/example", "--out", str(tmp_path)])
    name = find("assignments/example").stem
    path = os.pathsep.join([os.path.dirname(program), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "JUPYTER_DATA_DIR": str(tmp_path / "jupyter")}

    def nbgrader(*arguments: str) -> None:
        done = subprocess.run([program, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]

    nbgrader("generate_assignment", name)
    released = (tmp_path / "release" / name / f"{name}.ipynb").read_text(encoding="utf-8")
    assert "yearly_payment = capital" not in released
    assert "never catches up\\\"\\\"\\\"" not in released
    for student, answers in (("ann", hand_in.RIGHT), ("bob", {})):
        made = json.loads(released)
        for cell in made["cells"]:
            identifier = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            if identifier in answers:
                cell["source"] = answers[identifier]
        target = tmp_path / "submitted" / student / name
        target.mkdir(parents=True)
        (target / f"{name}.ipynb").write_text(json.dumps(made), encoding="utf-8")
    nbgrader("autograde", name)
    nbgrader("export", "--to", "grades.csv")
    with (tmp_path / "grades.csv").open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    scores = {line["student_id"]: (float(line["score"]), float(line["max_score"])) for line in lines}
    assert scores == {"ann": (11, 16), "bob": (0, 16)}
