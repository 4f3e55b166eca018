"""verify says what is wrong with an exercise before a student meets it."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.grading import hand_in
from utils.grading.__main__ import main
from utils.grading.source import SourceError, everything, find, load
from utils.grading.verify import verify


@pytest.mark.parametrize("path", everything(), ids=lambda path: path.stem)
def test_solutions_earn_every_point_and_starters_none(path):
    assert verify(path) == []


@pytest.fixture
def broken(tmp_path):
    """A copy of the example assignment, changed by ``change(notebook)``."""
    folder = tmp_path / "assignment"
    shutil.copytree(hand_in.ASSIGNMENT.parent, folder)
    path = folder / hand_in.ASSIGNMENT.name

    def _change(change) -> list[str]:
        made = json.loads(path.read_text(encoding="utf-8"))
        change(made)
        path.write_text(json.dumps(made), encoding="utf-8")
        return verify(path)

    _change.folder = folder
    return _change


def replace(old: str, new: str):
    def change(made: dict) -> None:
        hits = 0
        for cell in made["cells"]:
            content = "".join(cell["source"])
            hits += old in content
            cell["source"] = content.replace(old, new)
        assert hits

    return change


def forget_the_solution(made: dict) -> None:
    replace("{solution-start}", "{solution}")(made)
    made["cells"][7]["metadata"].clear()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (replace("(3 points)", "(2 points)"), "ex-a1-share: the statement says 2 points, its checks sum to 3"),
        (replace("(3 points)", ""), "ex-a1-share: the statement does not say how many points"),
        (replace("share = by_industry / by_industry.sum()", "share = by_industry"), "ex-a1-share: the solution fails"),
        (replace("share = ...", "share = pd.Series([1.0])"), "ex-a1-share: the starter already passes"),
        (replace(":label: ex-a1-share", ":label: ex-a1-other"), "ex-a1-share has no statement"),
        (replace("import pandas as pd", "import no_such_module"), "its own cells do not run"),
        (forget_the_solution, "not released, it would give away"),
        (lambda made: made["cells"][8]["metadata"].clear(), ""),
        (lambda made: made["cells"].pop(5), "ex-a1-tonne has 0 cells with the role check"),
        (lambda made: made["cells"].append(made["cells"][4]), "ex-a1-tonne has 2 cells with the role answer"),
    ],
)
def test_a_broken_exercise_is_described(broken, change, problem):
    problems = broken(change)
    assert problem in "\n".join(problems)
    assert bool(problems) == bool(problem)


def test_a_solution_without_an_end_is_an_error(broken, capsys):
    with pytest.raises(SourceError, match="the solution of ex-a1-tonne has no end"):
        broken(replace("{solution-end}", "{solution-finish}"))


def test_cells_without_checks_are_described(broken):
    (broken.folder / "checks.py").write_text('"""None."""\n')
    (broken.folder / "hidden.py").unlink()
    assert "ex-a1-tonne has cells and no checks" in "\n".join(broken(lambda made: None))


def test_checks_that_do_not_load_are_an_error_in_a_sentence(broken, capsys):
    (broken.folder / "checks.py").write_text("1 / 0")
    assert main(["verify", str(broken.folder)]) == 2
    assert "its checks do not load: ZeroDivisionError" in capsys.readouterr().err


def test_the_command_fails_when_something_is_wrong(broken, capsys):
    broken(replace("(3 points)", "(2 points)"))
    assert main(["verify", str(broken.folder)]) == 1
    assert main(["verify", str(hand_in.ASSIGNMENT.parent)]) == 0
    assert "solutions earn every point" in capsys.readouterr().out


def test_a_chapter_is_found_by_its_number():
    assert find("01").stem.startswith("01-")
    assert load(find("01")).title == "The cluster concept"
