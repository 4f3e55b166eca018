"""Quick questions for Moodle and Canvas, and a course folder for nbgrader, all from the same source."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from utils.grading.grade import write
from utils.grading.release import plain_markdown
from utils.grading.source import Source, SourceError, in_a_room_of_its_own, mark, text
from utils.quiz import Quiz, moodle_xml, quizzes_of, text2qti

TEXT2QTI = [sys.executable, "-c", "from text2qti.cmdline import main; main()"]


def _quizzes(source: Source) -> list[Quiz]:
    quizzes = list(quizzes_of(source.name.split("-")[0]).values())
    if not quizzes:
        raise SourceError(f"{source.name} has no quick questions")
    return quizzes


def moodle(source: Source, out: Path) -> Path:
    """The quick questions as Moodle XML."""
    path = out / f"{source.name}-moodle.xml"
    write(path, moodle_xml(_quizzes(source)))
    return path


def canvas(source: Source, out: Path) -> Path:
    """The quick questions as a QTI package for Canvas, made by text2qti (``pip install text2qti``)."""
    content = text2qti(source.title, _quizzes(source))
    write(out / f"{source.name}-text2qti.txt", content)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "quiz.txt").write_text(content, encoding="utf-8")
        done = subprocess.run([*TEXT2QTI, "quiz.txt"], cwd=folder, capture_output=True, text=True, timeout=120)
        made = Path(folder, "quiz.zip")
        if not made.exists():
            raise SourceError(f"text2qti made no package (is it installed? pip install text2qti): {done.stderr[-500:]}")
        path = out / f"{source.name}-canvas.zip"
        path.write_bytes(made.read_bytes())
    return path


def nbgrader(source: Source, out: Path) -> Path:
    """An nbgrader course folder: ``nbgrader generate_assignment NAME`` and ``autograde NAME`` run in it.

    Each check is a test cell with its own points; hidden checks stand between nbgrader's markers.
    """
    cells = []
    for original in source.cells:
        identifier, role = mark(original)
        exercise = source.exercises.get(identifier)
        content = plain_markdown(text(original)) if original["cell_type"] == "markdown" else text(original)
        if role == "check" and exercise:
            cells += [_test(identifier, number, check) for number, check in enumerate(exercise.checks, 1)]
        elif role == "answer" and exercise and exercise.checks:
            solution = f"{_BEGIN}\n{_solution(source, identifier)}\n{_END}"
            cells.append(_cell("code", solution, _grade(identifier, solution=True)))
        elif role == "answer" and exercise:
            manual = _grade(identifier, solution=True, grade=True, points=exercise.points)
            cells.append(_cell(original["cell_type"], content or "Your answer", manual))
        elif role == "checks":
            cells.append(_cell("code", source.checks_cell(), _grade("the-checks", locked=True)))
        elif role != "solution" and content.strip():
            cells.append(_cell(original["cell_type"], content))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    write(out / "nbgrader_config.py", 'c = get_config()\nc.CourseDirectory.course_id = "clusters"\n')
    path = out / "source" / source.name / f"{source.name}.ipynb"
    write(path, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
    return path


_BEGIN, _END = "### BEGIN SOLUTION", "### END SOLUTION"
_HIDE, _SHOW = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


def _cell(kind: str, source: str, metadata: dict | None = None) -> dict:
    extra = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {"nbgrader": metadata} if metadata else {}, "source": source, **extra}


def _grade(name: str, *, grade=False, solution=False, locked=False, points: float | None = None) -> dict:
    marks = {"grade": grade, "solution": solution, "locked": locked, "task": False}
    return {"grade_id": name, "schema_version": 3, **marks, **({"points": points} if points is not None else {})}


def _test(identifier: str, number: int, check) -> dict:
    """One check as a test cell: the function with the helpers it uses, then its call on the learner's names."""
    functions, imported = _needs(check.judge)
    imports = f"from utils.exercises import {', '.join(sorted({*imported, 'answer'}))}"
    call = f"{check.judge.__name__}(lambda expression: answer(expression, globals()))"
    test = in_a_room_of_its_own("_check", "\n\n".join([imports, *functions, call]))
    test = f"{_HIDE}\n{test}\n{_SHOW}" if check.hidden else f"# {check.says}\n{test}"
    return _cell("code", test, _grade(f"{identifier}-check-{number}", grade=True, locked=True, points=check.points))


def _needs(function) -> tuple[list[str], set[str]]:
    """The source of a function and of what it uses beside it; the names it has of utils.exercises."""
    source = textwrap.dedent(inspect.getsource(function))
    functions, imported = [source[source.index("def ") :].rstrip()], set()
    for name, value in _globals_of(function).items():
        if getattr(value, "__module__", "") == "utils.exercises":
            imported.add(name)
        elif inspect.isfunction(inner := inspect.unwrap(value)) and inner.__module__ == function.__module__:
            more, names = _needs(inner)
            functions = more + functions
            imported |= names
        elif isinstance(value, (int, float, str, dict, list, tuple, set)):
            functions = [f"{name} = {value!r}", *functions]
    return functions, imported


def _globals_of(function) -> dict:
    """The names a function has from its module, those inside its comprehensions too."""
    names, codes = set(), [function.__code__]
    while codes:
        code = codes.pop()
        names |= set(code.co_names)
        codes += [constant for constant in code.co_consts if inspect.iscode(constant)]
    return {name: function.__globals__[name] for name in sorted(names) if name in function.__globals__}


def _solution(source: Source, identifier: str) -> str:
    cells = [cell for cell in source.cells if mark(cell) == (identifier, "solution") and cell["cell_type"] == "code"]
    lines = "\n".join(text(cell) for cell in cells).splitlines()
    return "\n".join(line for line in lines if not line.startswith("check(")).rstrip()
