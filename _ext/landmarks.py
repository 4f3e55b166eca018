"""Mark what recurs in every chapter, so that the style sheet can tell it apart; list the chapters on the landing page.

The prose stays plain Markdown that reads well in JupyterLab and on GitHub; here it gets class names:
``outcomes`` (what the reader will be able to do, and the time it takes), ``guess`` (the question before a figure),
``limits`` (what the model leaves out). The cell of imports is folded.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from docutils import nodes
from written_from import CHAPTERS, depends_on

_CLASSES = {"guess": re.compile(r"(Guess|Before you move)\b"), "limits": re.compile(r"What the model leaves out\b")}
_MARK = "<!-- chapters at a glance -->"


def _mark(app, document: nodes.document) -> None:
    for paragraph in list(document.findall(nodes.paragraph)):
        first = next((child for child in paragraph.children if child.astext()), None)
        if not isinstance(first, nodes.strong):
            continue
        if first.astext() == "You will be able to":
            _mark_outcomes(paragraph)
        for name, opening in _CLASSES.items():
            if opening.match(first.astext()):
                paragraph["classes"].append(name)
    for cell in document.findall(nodes.container):
        if cell.get("cell_metadata", {}).get("exercise", {}).get("role") == "setup" and "hide_mode" not in cell:
            cell["hide_mode"] = "input"
            cell["prompt_show"], cell["prompt_hide"] = "Show the imports", "Hide the imports"


def _mark_outcomes(title: nodes.paragraph) -> None:
    """Name the title, the list after it and the line on time and needs: they are drawn as one box."""
    siblings = title.parent.children
    start = siblings.index(title)
    for node in siblings[start : start + 3]:
        if isinstance(node, (nodes.paragraph, nodes.enumerated_list)):
            node["classes"].append("outcomes")


def first_words(chapter: Path) -> tuple[str, str]:
    """The title of a chapter and its first two sentences."""
    first = "".join(json.loads(chapter.read_text(encoding="utf-8"))["cells"][0]["source"])
    title, text = re.match(r"# (.+?)\n+(.+?)(?:\n\n|$)", first, re.DOTALL).groups()
    sentences = re.split(r"(?<=[.?!])\s+(?=[A-Z])", " ".join(text.split()))
    return title, " ".join(sentences[:2])


def chapters_at_a_glance(root: Path) -> str:
    """A card for each chapter: its number, its title and how it begins."""
    cards = []
    for path in sorted((root / "chapters").glob("[0-9][0-9]-*.ipynb")):
        title, text = first_words(path)
        number = int(path.name[:2])
        cards.append(f"```{{grid-item-card}} {title}\n:link: chapters/{path.stem}\n:link-type: doc\n"
                     f":class-card: chapter-{number}\n\n{text}\n```\n")
    grid = "````{grid} 1 1 2 2\n:gutter: 3\n:class-container: chapters\n\n{cards}````\n"
    return grid.replace("{cards}", "\n".join(cards))


def _fill(app, docname: str, source: list[str]) -> None:
    if docname == app.config.root_doc:
        source[0] = source[0].replace(_MARK, chapters_at_a_glance(Path(app.srcdir)))
        depends_on(app, CHAPTERS)


def setup(app) -> dict:
    app.connect("doctree-read", _mark)
    app.connect("source-read", _fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
