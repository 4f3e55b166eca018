"""Prove that an exercise is fair: its solution earns every point, its starter none, and it says what it is worth."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from utils.grading import sandbox
from utils.grading.grade import Rooms, run
from utils.grading.release import release
from utils.grading.sandbox import Limits
from utils.grading.source import LABEL, Source, SourceError, Submission, load, mark, read_submission, text

_POINTS = re.compile(r"\((\d+(?:\.\d+)?) points?\b")


def verify(path: Path) -> list[str]:
    """What is wrong with a source notebook, in sentences; an empty list if nothing is."""
    source = load(path)
    return [f"{path.name}: {problem}" for problem in [*structure(source), *points(source)]]


def structure(source: Source) -> list[str]:
    """Each exercise has its cells, each check its exercise, and the statement gives the right number of points."""
    problems = []
    marked = [mark(cell) for cell in source.cells if mark(cell)[0]]
    named = list(dict.fromkeys(identifier for identifier, _ in marked))
    statements = {}
    for cell in source.cells:
        if cell["cell_type"] == "markdown" and "{exercise" in text(cell):
            for label in LABEL.findall(text(cell)):
                statements[label] = text(cell)
    problems += [f"{name} has cells and no checks" for name in named if name not in source.exercises]
    for name, exercise in source.exercises.items():
        for role in ("answer", "check") if exercise.checks else ("answer",):
            count = marked.count((name, role))
            if count != 1:
                problems.append(f"{name} has {count} cells with the role {role}; it needs one")
        if (name, "solution") not in marked:
            problems.append(f"{name} has no solution")
        if name not in statements:
            problems.append(f"{name} has no statement (an exercise directive with that label)")
            continue
        stated = _POINTS.search(statements[name])
        if not stated:
            problems.append(f"{name}: the statement does not say how many points it gives, as in “(3 points)”")
        elif float(stated[1]) != exercise.points:
            problems.append(f"{name}: the statement says {stated[1]} points, its checks sum to {exercise.points:g}")
    return problems


def points(source: Source) -> list[str]:
    """Run the solutions and the released starters through the grader itself."""
    if not any(exercise.checks for exercise in source.exercises.values()):
        return []
    limits = Limits()
    try:
        sandbox.require_sandbox()
        sealed = True
    except sandbox.NoSandboxError:
        sealed = False  # the lecturer's own code; nothing here comes from a student
    solved = Submission([
        (number, text(cell))
        for number, cell in enumerate(source.cells)
        if cell["cell_type"] == "code" and mark(cell)[1] == "solution"
    ])  # fmt: skip
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            untouched = release(source, Path(folder))
            empty = read_submission(untouched, source)
        except SourceError as error:
            return [str(error)]
    try:
        rooms = Rooms(source, limits, sealed=sealed)
    except sandbox.PreparationError as error:
        return [f"its own cells do not run: {error}"]
    try:
        full = run(solved, source, rooms, limits)
        none = run(empty, source, rooms, limits)
    finally:
        rooms.close()
    for name, rows in full.rows.items():
        problems += [f"{name}: the solution fails “{row.check.says}”: {row.message}" for row in rows if not row.passed]
    if any(not row.passed for rows in full.rows.values() for row in rows):
        problems += full.notes
    for name, rows in none.rows.items():
        problems += [f"{name}: the starter already passes “{row.check.says}”" for row in rows if row.passed]
    return problems
