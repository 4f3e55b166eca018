"""What the page For lecturers says about the chapters, read out of the chapters while the book is built.

A line such as ``<!-- from the chapters: matrix -->`` in an appendix is replaced: ``matrix`` (which exercise serves
which outcome), ``times`` (minutes a section), ``presets`` (a link for each scenario of each figure).
"""

from __future__ import annotations

import ast
import html
import importlib
import importlib.util
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from written_from import CHAPTERS, depends_on

from utils import data

_MARK = re.compile(r"^<!-- from the chapters: (\w+) -->$", re.MULTILINE)

# Our rule of thumb for a student's minutes; the page For lecturers says so.
WORDS_A_MINUTE = 100
MINUTES = {"figures": 5, "questions": 1, "points": 4}


@dataclass
class Section:
    """A part of a chapter between two headings, and what is to be done in it."""

    title: str
    words: int = 0
    figures: int = 0
    questions: int = 0
    points: int = 0

    @property
    def reading(self) -> int:
        """Minutes to read, guess and move, rounded to whole minutes."""
        work = MINUTES["figures"] * self.figures + MINUTES["questions"] * self.questions
        return max(1, round(self.words / WORDS_A_MINUTE + work))

    @property
    def exercises(self) -> int:
        return MINUTES["points"] * self.points


@dataclass
class Chapter:
    """A chapter's own statements about itself."""

    path: Path
    title: str = ""
    outcomes: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    exercises: dict[str, tuple[str, int]] = field(default_factory=dict)  # id: title, points
    figures: list[tuple[str, str, list[str]]] = field(default_factory=list)  # name, caption, scenarios

    @property
    def number(self) -> str:
        return self.path.stem.split("-")[0]

    @property
    def serves(self) -> dict[str, list[int]]:
        """The outcomes, by number, that each exercise serves."""
        module = f"utils.checks.ch{self.number}"
        return getattr(importlib.import_module(module), "OUTCOMES", {}) if importlib.util.find_spec(module) else {}


def chapters(root: Path) -> list[Chapter]:
    return [_read(path) for path in sorted((root / "chapters").glob("*.ipynb"))]


def _read(path: Path) -> Chapter:
    chapter = Chapter(path)
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            if cell["metadata"].get("exercise", {}).get("role") != "solution":
                _read_prose(chapter, text)
        elif re.search(r"^explore\(", text, re.MULTILINE):
            chapter.figures.append(_figure(text, cell["metadata"]))
            chapter.sections[-1].figures += 1
        elif text.startswith("quiz("):
            chapter.sections[-1].questions += 1
    return chapter


def _read_prose(chapter: Chapter, text: str) -> None:
    if title := re.match(r"# (.+)", text):
        chapter.title = title[1].strip()
        outcomes = text.split("**You will be able to**", 1)[-1].split("*Time:*")[0]
        chapter.outcomes = [one.strip().rstrip(";.") for one in re.findall(r"^\d+\. (.+)", outcomes, re.MULTILINE)]
    if exercise := re.search(r"\{exercise-start\} *(.*)\n:label: (\S+)", text):
        points = int(re.search(r"\*\*\((\d+) points?", text)[1])
        chapter.exercises[exercise[2]] = (exercise[1], points)
        chapter.sections[-1].points += points
        return
    for part in filter(str.strip, re.split(r"^(?=##? )", text, flags=re.MULTILINE)):
        if heading := re.match(r"##? (.+)", part):
            chapter.sections.append(Section("Opening" if part.startswith("# ") else heading[1].strip()))
        if not chapter.sections[-1].title.startswith("Further"):
            chapter.sections[-1].words += len(part.split())


def _figure(source: str, metadata: dict) -> tuple[str, str, list[str]]:
    """Name, caption and scenarios of the explorable that a cell makes; the same defaults as in ``explore``."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    call = next(one for one in calls if isinstance(one.func, ast.Name) and one.func.id == "explore")
    given = {word.arg: word.value for word in call.keywords}
    model = call.args[0].attr if isinstance(call.args[0], ast.Attribute) else call.args[0].id
    name = ast.literal_eval(given["name"]) if "name" in given else model.replace("_", "-")
    scenarios = ast.literal_eval(given["scenarios"]) if "scenarios" in given else []
    return name, metadata.get("mystnb", {}).get("figure", {}).get("caption", ""), scenarios


# --- What the page shows ---------------------------------------------------------------------------------------------


def _table(header: list[str], rows: list[list]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def matrix(root: Path) -> str:
    """For each chapter its outcomes, and the points with which each exercise serves them."""
    parts = []
    for chapter in chapters(root):
        numbers = range(1, len(chapter.outcomes) + 1)
        rows = [
            [f"{{ref}}`{title} <{name}>`", *(points if n in chapter.serves.get(name, []) else "" for n in numbers)]
            for name, (title, points) in chapter.exercises.items()
        ]
        outcomes = "\n".join(f"{n}. {text}" for n, text in enumerate(chapter.outcomes, 1))
        table = _table(["Exercise (points)", *map(str, numbers)], rows)
        parts.append(f"### {{doc}}`../chapters/{chapter.path.stem}`\n\n{outcomes}\n\n{table}\n")
    return "\n".join(parts)


def times(root: Path) -> str:
    """Minutes a section, by the rule of thumb."""
    parts = []
    for chapter in chapters(root):
        shown = [one for one in chapter.sections if not one.title.startswith("Further")]
        rows = [[one.title, one.reading, one.exercises or ""] for one in shown]
        rows.append(["**Chapter**", *(f"**{sum(getattr(one, kind) for one in shown)}**"
                                      for kind in ("reading", "exercises"))])
        table = _table([f"Chapter {int(chapter.number)}: {chapter.title}", "Read and move", "Exercises"], rows)
        parts.append(table + "\n")
    return "\n".join(parts)


def presets(root: Path) -> str:
    """A link for each scenario of each figure: opening it sets the sliders."""
    return _table(["Figure", "Opens with"], [
        [caption.rstrip(".").replace("|", "\\|"), ", ".join(
            f'<a class="preset" href="../chapters/{page}#explore-{name}?{html.escape(query)}">{html.escape(label)}</a>'
            for label, query in links
        )]
        for page, name, caption, links in preset_links(root)
    ])  # fmt: skip


def preset_links(root: Path) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Page, figure, caption and (label, query) of its scenarios, for every figure that has some."""
    table = data.table("scenarios")
    found = []
    for chapter in chapters(root):
        for name, caption, scenarios in chapter.figures:
            rows = [table[table["scenario"] == scenario] for scenario in scenarios]
            links = [(r["label"].iloc[0], _query(r)) for r in rows]
            if links:
                found.append((f"{chapter.path.stem}.html", name, caption, links))
    return found


def _query(rows) -> str:
    return urlencode({name: f"{value:.12g}" for name, value in zip(rows["assumption"], rows["value"], strict=True)})


_WRITERS = {"matrix": matrix, "times": times, "presets": presets}


def _fill(app, docname: str, source: list[str]) -> None:
    if docname.startswith("appendices/") and _MARK.search(source[0]):
        depends_on(app, CHAPTERS)
        source[0] = _MARK.sub(lambda mark: _WRITERS[mark[1]](Path(app.srcdir)), source[0])


def setup(app) -> dict:
    app.connect("source-read", _fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
