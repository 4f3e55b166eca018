"""A number and its unit stay on one line: the space between them does not break."""

from __future__ import annotations

import re

from docutils import nodes

_SPACE = re.compile(r"(?<=\d) (?=(?:%|°C|EUR\b|USD\b|[kMGT]?(?:Wh?|t|g|m)\b))")
_AS_WRITTEN = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)


def joined(text: str) -> str:
    return _SPACE.sub("\u00a0", text)


def _join(app, doctree: nodes.document, docname: str) -> None:
    for text in list(doctree.findall(nodes.Text)):
        if not isinstance(text.parent, _AS_WRITTEN) and _SPACE.search(text):
            text.parent.replace(text, nodes.Text(joined(text)))


def setup(app) -> dict:
    app.connect("doctree-resolved", _join)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
