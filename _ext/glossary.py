"""Write the glossary from ``data/glossary.csv`` and link the first use of each term in a chapter to it.

The chapters stay plain: a term is found in the text of the page while the book is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from written_from import depends_on

from appendices import cited
from utils import data

_MARK = "<!-- from data/glossary.csv -->"
# Where a word is no running text, or a link would be in the way.
_SKIPPED = (nodes.reference, addnodes.pending_xref, nodes.literal, nodes.literal_block, nodes.title, nodes.caption,
            nodes.math, nodes.math_block, nodes.table, nodes.raw, nodes.comment)  # fmt: skip
_SKIPPED_CLASSES = {"cell_output", "cell_input", "solution", "hint"}


def entries() -> list[dict]:
    return data.table("glossary").to_dict("records")


def forms(entry: dict) -> list[str]:
    """The term and the other words that stand for it in the chapters."""
    others = entry["forms"] if isinstance(entry["forms"], str) else ""
    return [entry["term"], *filter(None, (form.strip() for form in others.split(";")))]


def page() -> str:
    """The glossary as MyST. The Japanese is a term of its own, so that it stands in the index too."""
    lines = ["```{glossary}"]
    for entry in entries():
        reading = "" if entry["reading"] == entry["japanese"] else f"({entry['reading']}) "
        letter = " *Letter.*" if entry["japanese_from"] == "letter" else ""
        source = "" if entry["source"] == "book" else f" See {cited(entry['source'])}."
        says = f"  {reading}{entry['definition']}{source}{letter}"
        lines += [entry["term"], f"{entry['japanese']} : 日本語", says, ""]
    return "\n".join([*lines, "```"])


def _fill(app, docname: str, source: list[str]) -> None:
    if docname == "appendices/glossary":
        source[0] = source[0].replace(_MARK, page())
        depends_on(app)


def _running_text(doctree: nodes.document) -> Iterator[nodes.Text]:
    for text in list(doctree.findall(nodes.Text)):
        above, node = [], text.parent
        while node is not None:
            above.append(node)
            node = node.parent
        is_text = any(isinstance(node, nodes.paragraph) for node in above)
        if is_text and not any(isinstance(n, _SKIPPED) or _SKIPPED_CLASSES & set(n.get("classes", [])) for n in above):
            yield text


def _link(app, doctree: nodes.document) -> None:
    docname = app.env.docname
    if not docname.startswith("chapters/"):
        return
    term_of = {form.lower(): entry["term"] for entry in entries() for form in forms(entry)}
    longest_first = sorted(term_of, key=len, reverse=True)
    pattern = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])", re.IGNORECASE)
    linked: set[str] = set()
    for text in _running_text(doctree):
        pieces: list[nodes.Node] = []
        end = 0
        for found in pattern.finditer(text.astext()):
            term = term_of[found[1].lower()]
            if term in linked:
                continue
            linked.add(term)
            pieces += [nodes.Text(text.astext()[end : found.start()]), _to_glossary(term, found[1], docname)]
            end = found.end()
        if pieces:
            text.parent.replace(text, [*pieces, nodes.Text(text.astext()[end:])])


def _to_glossary(term: str, shown: str, docname: str) -> addnodes.pending_xref:
    link = addnodes.pending_xref(
        "", refdomain="std", reftype="term", reftarget=term, refdoc=docname, refexplicit=True, refwarn=True
    )
    link += nodes.inline("", shown, classes=["term"])
    return link


def setup(app) -> dict:
    app.connect("source-read", _fill)
    app.connect("doctree-read", _link)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
