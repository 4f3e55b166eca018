"""One style sheet for the whole site, in place of the fifteen that a page would wait for.

The sheets of theme and extensions keep their order. Pages that were not written again in this build have the one
already; its first line names the sheets that it is made of, and it is made anew in every build.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from pathlib import Path

from site_assets import root_of

SHEET = "_static/book/style.css"
_LINK = re.compile(r'<link (?=[^>]*\brel="stylesheet")(?![^>]*\bmedia=)[^>]*\bhref="([^"]+)"[^>]*>\s*')
_IMPORT = re.compile(r'@import\s+(?:url\()?["\']([^"\']+)["\']\)?;')
_URL = re.compile(r"url\((['\"]?)(?!data:|https?:|#|/)([^)'\"]+)\1\)")
_MADE_OF = re.compile(r"\A/\* (.*) \*/\n")


def text(out: Path, name: str) -> str:
    """A sheet with what it imports, its addresses as seen from the one sheet."""
    here = posixpath.dirname(name)
    sheet = (out / name).read_text(encoding="utf-8").removeprefix("\ufeff")
    sheet = re.sub(r"/\*# sourceMappingURL=.*?\*/|@charset [^;]*;", "", sheet)
    away = posixpath.relpath(here, posixpath.dirname(SHEET))
    sheet = _URL.sub(lambda found: f"url({posixpath.normpath(posixpath.join(away, found[2]))})", sheet)
    return _IMPORT.sub(lambda found: text(out, posixpath.normpath(posixpath.join(here, found[1]))), sheet)


def merged(lists: list[list[str]]) -> list[str]:
    """One order for the sheets of all pages; a ``ValueError`` if two pages want two of them the other way round."""
    order: list[str] = []
    for names in sorted(lists, key=len, reverse=True):
        known = [name for name in names if name in order]
        if known != sorted(known, key=order.index):
            raise ValueError(f"the pages' style sheets have no common order: {order} and {names}")
        for before, name in zip([None, *names], names, strict=False):
            if name not in order:
                order.insert(order.index(before) + 1 if before else 0, name)
    return order


def _finish(app, error) -> None:
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    sheet, pages, lists = out / SHEET, {}, []
    if sheet.exists() and (made := _MADE_OF.match(sheet.read_text(encoding="utf-8"))):
        lists.append([name for name in made[1].split() if (out / name).exists()])
    for path in (path for path in out.rglob("*.html") if path.relative_to(out).parts[0] not in ("lite", "_static")):
        pages[path] = page = path.read_text(encoding="utf-8")
        named = [href.removeprefix(root_of(path, app)).split("?")[0] for href in _LINK.findall(page)]
        lists.append([name for name in named if name != SHEET])
    names = merged(lists)
    whole = f"/* {' '.join(names)} */\n" + "\n".join(text(out, name) for name in names)
    sheet.write_text(whole, encoding="utf-8")
    version = hashlib.sha256(whole.encode()).hexdigest()[:8]
    for path, page in pages.items():
        if not _LINK.search(page):
            continue
        link = f'<link rel="stylesheet" href="{root_of(path, app)}{SHEET}?v={version}" />\n'
        one = _LINK.sub("", _LINK.sub("<!-- style -->", page, count=1)).replace("<!-- style -->", link)
        if one != page:
            path.write_text(one, encoding="utf-8")


def setup(app) -> dict:
    app.connect("build-finished", _finish, priority=900)  # after site_assets has written the icons' sheet
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
