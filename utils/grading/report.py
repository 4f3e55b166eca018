"""From results to what a lecturer needs: grades.csv, files for Moodle and Canvas, feedback, open questions.

Open questions are marked by a person. The first run writes ``marks.csv`` (one line a learner and question) and, beside
it, ``open-questions.html`` with the rubrics and what everybody wrote. Fill in points and comments and run the same
command again: nothing is graded anew, and the marks are in the grades and on the feedback pages.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from utils.grading.grade import safe_name, write
from utils.grading.source import Source

# How Moodle and Canvas name the files of "download all submissions".
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_file")
_CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<number>\d+)_\d+_")
_FORMULA = ("=", "+", "-", "@", "\t")


class MarksError(ValueError):
    """The marks file cannot be used; the text names the line."""


@dataclass
class Grade:
    """One learner's line."""

    student: str
    number: str  # in the learning management system
    result: dict
    marks: dict[str, tuple[float, str]] = field(default_factory=dict)

    def points(self, exercise: str) -> float | None:
        """None where a person has not marked yet."""
        if exercise in self.result["points"]:
            return self.result["points"][exercise]
        return self.marks[exercise][0] if exercise in self.marks else None

    def total(self, source: Source) -> float:
        return sum(self.points(name) or 0 for name in source.exercises)


def grades_of(results: Iterable[dict]) -> list[Grade]:
    """Who is who: names as Moodle or Canvas wrote them, otherwise the name of the file; never two alike."""
    grades = []
    for result in results:
        stem = re.sub(r"\.ipynb$", "", result["file"])
        found = _MOODLE.match(stem) or _CANVAS.match(stem)
        grades.append(Grade(found["name"] if found else stem, found["number"] if found else "", result))
    twice = {name for name, count in Counter(grade.student for grade in grades).items() if count > 1}
    for grade in grades:
        if grade.student in twice:
            grade.student = grade.result["file"]
    return grades


def read_marks(path: Path, source: Source, students: set[str]) -> dict[str, dict[str, tuple[float, str]]]:
    """The marks of open questions: {student: {exercise: (points, comment)}}. Raises ``MarksError``."""
    marks: dict[str, dict[str, tuple[float, str]]] = {}
    if not path.exists():
        return marks
    most = {name: exercise.points for name, exercise in source.exercises.items() if exercise.rubric}
    content = path.read_text(encoding="utf-8-sig")
    dialect = csv.Sniffer().sniff(content.splitlines()[0], ",;\t") if content.strip() else csv.excel
    for number, line in enumerate(csv.DictReader(io.StringIO(content), dialect=dialect), 2):
        student, exercise, given = (_from_cell(line.get(name) or "") for name in ("student", "exercise", "points"))
        place = f"{path.name}, line {number}"
        if not given:
            continue
        if student not in students:
            raise MarksError(f"{place}: there is no submission of {student!r}")
        if exercise not in most:
            raise MarksError(f"{place}: {exercise!r} is no open question; these are: {', '.join(most) or 'none'}")
        try:
            points = float(given.replace(",", "."))
        except ValueError:
            raise MarksError(f"{place}: {given!r} is not a number of points") from None
        if not 0 <= points <= most[exercise]:
            raise MarksError(f"{place}: {points:g} points; {exercise} has 0 to {most[exercise]:g}")
        marks.setdefault(student, {})[exercise] = (points, (line.get("comment") or "").strip())
    return marks


def report(results: list[dict], source: Source, out: Path, marks_file: Path) -> list[str]:
    """Write everything. What the lecturer should know, in sentences."""
    grades = grades_of(results)
    open_questions = [name for name, exercise in source.exercises.items() if exercise.rubric]
    marks = read_marks(marks_file, source, {grade.student for grade in grades})
    for grade in grades:
        grade.marks = marks.get(grade.student, {})
    most = sum(exercise.points for exercise in source.exercises.values())
    names = list(source.exercises)

    write_csv(
        out / "grades.csv",
        ["student", *names, "total", "max", "seconds", "notes"],
        (
            [grade.student, *(_number(grade.points(name)) for name in names), _number(grade.total(source)),
             _number(most), f"{grade.result['seconds']:.2f}", "; ".join(grade.result["notes"])]
            for grade in grades
        ),
    )  # fmt: skip
    write_csv(
        out / "moodle.csv",
        ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)", "Feedback comments"],
        (
            [f"Participant {grade.number}" if grade.number else "", grade.student, _number(grade.total(source)),
             _number(most), "-", summary(grade, source)]
            for grade in grades
        ),
    )  # fmt: skip
    write_csv(
        out / "canvas.csv",
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", source.title],
        [
            ["    Points Possible", "", "", "", "", _number(most)],
            *([grade.student, grade.number, "", "", "", _number(grade.total(source))] for grade in grades),
        ],
    )
    feedback = out / "feedback"
    used: Counter = Counter()
    for grade in grades:
        name = safe_name(re.sub(r"\.ipynb$", "", grade.result["file"]))
        used[name.lower()] += 1
        suffix = f"-{used[name.lower()]}" if used[name.lower()] > 1 else ""
        write(feedback / f"{name}{suffix}.html", feedback_page(grade, source))
    said = [f"{len(grades)} submissions: {out / 'grades.csv'}"]
    if open_questions:
        write(out / "open-questions.html", open_questions_page(grades, source))
        if not marks_file.exists():
            lines = [[grade.student, name, "", ""] for name in open_questions for grade in grades]
            write_csv(marks_file, ["student", "exercise", "points", "comment"], lines)
        missing = sum(name not in grade.marks for name in open_questions for grade in grades)
        if missing:
            read = out / "open-questions.html"
            said.append(f"Answers without your marks in {marks_file}: {missing}. Read them in {read}")
    return said


def summary(grade: Grade, source: Source) -> str:
    return "; ".join(
        f"{name}: {_number(grade.points(name)) or 'not marked yet'} of {_number(exercise.points)}"
        for name, exercise in source.exercises.items()
    )


def write_csv(path: Path, header: list[str], lines: Iterable[list[str]]) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    for line in lines:
        writer.writerow([_to_cell(cell) for cell in line])
    write(path, buffer.getvalue())


def _to_cell(text: str) -> str:
    """A name or a note that begins like a formula must not become one in a spreadsheet."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _from_cell(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text.strip()


def _number(points: float | None) -> str:
    return "" if points is None else f"{points:g}"


# --- pages -----------------------------------------------------------------------------------------------------------

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root{{color-scheme:light dark}}
body{{font:1rem/1.5 system-ui,sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}}
blockquote{{border-left:.2rem solid;margin:0 0 1.5rem;padding-left:1rem;white-space:pre-wrap}}
</style></head>
<body><h1>{title}</h1>
{body}
</body></html>
"""


def page(title: str, *parts: str) -> str:
    return _PAGE.format(title=html.escape(title), body="\n".join(parts))


def feedback_page(grade: Grade, source: Source) -> str:
    """What a learner gets back. Of a hidden check it says only whether it passed."""
    most = sum(exercise.points for exercise in source.exercises.values())
    parts = [f"<p>{_number(grade.total(source))} of {_number(most)} points</p>"]
    for name, exercise in source.exercises.items():
        parts.append(f"<h2>{html.escape(name)}</h2>")
        points = grade.points(name)
        earned = "not marked yet" if points is None else f"{_number(points)} of {_number(exercise.points)} points"
        parts.append(f"<p>{earned}</p>")
        items, further = [], 0
        for row in (row for row in grade.result["checks"] if row["exercise"] == name):
            further += row["hidden"]
            says = f"Further check {further}" if row["hidden"] else row["says"]
            hint = f"<br>{html.escape(row['message'])}" if row["message"] and not row["passed"] else ""
            state = "Passed" if row["passed"] else "Not passed"
            items.append(f"<li><strong>{state}:</strong> {html.escape(says)}{hint}</li>")
        items += [f"<li>{html.escape(criterion)} ({_number(most)})</li>" for criterion, most in exercise.rubric.items()]
        parts.append(f"<ul>{''.join(items)}</ul>")
        if name in grade.marks and grade.marks[name][1]:
            parts.append(f"<p><strong>Comment:</strong> {html.escape(grade.marks[name][1])}</p>")
    if grade.result["notes"]:
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in grade.result["notes"])
        parts.append(f"<h2>Notes</h2><ul>{notes}</ul>")
    return page(f"{source.title}: {grade.student}", *parts)


def open_questions_page(grades: list[Grade], source: Source) -> str:
    """For the lecturer: each open question, its rubric, and every answer."""
    parts = []
    for name, exercise in source.exercises.items():
        if exercise.rubric:
            parts.append(f"<h2>{html.escape(name)}</h2><p>Rubric, {_number(exercise.points)} points:</p><ul>")
            parts += [f"<li>{html.escape(one)}: {_number(most)}</li>" for one, most in exercise.rubric.items()]
            parts.append("</ul>")
            for grade in grades:
                answer = grade.result["answers"].get(name)
                shown = f"<blockquote>{html.escape(answer)}</blockquote>" if answer else "<p>No answer.</p>"
                parts.append(f"<h3>{html.escape(grade.student)}</h3>{shown}")
    return page(f"{source.title}: open questions", *parts)
