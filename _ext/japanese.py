"""Say of every run of Japanese in the built pages that it is Japanese: it is then read aloud and drawn as such."""

from __future__ import annotations

import re
from pathlib import Path

_SIGNS = "\u3001-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e"  # signs, kana, kanji, wide forms
_RUN = re.compile(rf"(?=[{_SIGNS}]*[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff])[{_SIGNS}]+(?:\s+[{_SIGNS}]+)*")
_MARKED = re.compile(r'<(span|tspan) lang="ja">([^<]*)</\1>')
# What is no text of the page: comments, scripts, styles, the title, tags. In a picture the mark is a tspan.
_PARTS = re.compile(
    r"(<!--.*?-->|<(script|style|title|textarea|math)\b.*?</\2>|<svg\b.*?</svg>|<[^>]+>)", re.DOTALL | re.IGNORECASE
)


def marked(page: str) -> str:
    """The page with each run of Japanese in an element of that language; marking twice changes nothing."""
    page = _MARKED.sub(r"\2", page)
    return _outside_tags(page, "span") if _RUN.search(page) else page


def _outside_tags(page: str, element: str) -> str:
    result, end = [], 0
    for part in _PARTS.finditer(page):
        result += [_mark(page[end : part.start()], element), _picture(part[0]) if part[0][:4] == "<svg" else part[0]]
        end = part.end()
    return "".join([*result, _mark(page[end:], element)])


def _picture(svg: str) -> str:
    return re.sub(r"(?<=>)[^<]+", lambda text: _mark(text[0], "tspan"), svg)


def _mark(text: str, element: str) -> str:
    return _RUN.sub(lambda run: f'<{element} lang="ja">{run[0]}</{element}>', text)


def _finish(app, error) -> None:
    if error or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        if path.relative_to(app.outdir).parts[0] in ("_static", "lite"):  # not our pages
            continue
        page = path.read_text(encoding="utf-8")
        if (spoken := marked(page)) != page:
            path.write_text(spoken, encoding="utf-8")


def setup(app) -> dict:
    app.connect("build-finished", _finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
