"""Write formulas as MathML, which browsers draw themselves: no script, no font to fetch, readable aloud."""

from __future__ import annotations

import re

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util.math import get_node_equation_number


def _mathml(latex: str, display: str) -> str:
    if display == "block" and re.search(r"\\\\|&", latex) and r"\begin" not in latex:
        latex = rf"\begin{{aligned}}{latex}\end{{aligned}}"
    return convert(latex, display=display)


def inline(writer, node: nodes.math) -> None:
    writer.body.append(f'<span class="math">{_mathml(node.astext(), "inline")}</span>')
    raise nodes.SkipNode


def block(writer, node: nodes.math_block) -> None:
    anchors = "".join(f' id="{anchor}"' for anchor in node.get("ids", [])[:1])
    number = f'<span class="eqno">({get_node_equation_number(writer, node)})</span>' if node.get("number") else ""
    writer.body.append(f'<div class="math-block"{anchors}>{_mathml(node.astext(), "block")}{number}</div>')
    raise nodes.SkipNode


def setup(app) -> dict:
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
