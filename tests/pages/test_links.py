"""Every link inside the built book leads to a page that is there, and to a place on it."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import SITE, built_pages


class _Page(HTMLParser):
    """What a page offers to link to, and what it links to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.addresses: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        self.addresses += [given[name] for name in ("href", "src") if given.get(name)]


@cache
def read(path: Path) -> _Page:
    return _Page(path)


def pages() -> list[Path]:
    return [path for path in built_pages() if path.relative_to(SITE).parts[0] != "_static"]


def broken(page: Path) -> list[str]:
    """The addresses on a page that lead nowhere."""
    found = []
    for address in read(page).addresses:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        start = SITE if parts.path.startswith("/") else page.parent  # the page for wrong addresses names the root
        target = (start / unquote(parts.path).lstrip("/")).resolve() if parts.path else page
        if target.is_dir():
            target = target / "index.html"
        if SITE / "lite" in target.parents and not (SITE / "lite").exists():
            continue  # built in a second step
        place = unquote(parts.fragment).split("?")[0]  # what follows sets the sliders of a figure
        if not target.is_file() or (place and target.suffix == ".html" and place not in read(target).anchors):
            found.append(address)
    return found


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(SITE).as_posix())
def test_every_link_inside_the_book_resolves(page):
    assert not broken(page)


def test_a_link_to_a_missing_page_and_to_a_missing_place_are_noticed(tmp_path):
    other = tmp_path / "other.html"
    other.write_text('<h2 id="here">Here</h2>', encoding="utf-8")
    page = tmp_path / "page.html"
    page.write_text(
        '<a href="other.html#here">1</a><a href="other.html#gone">2</a><a href="lost.html">3</a><a href="#lost">4</a>'
        '<a href="https://example.org/">5</a><img src="no.png">',
        encoding="utf-8",
    )
    assert broken(page) == ["other.html#gone", "lost.html", "#lost", "no.png"]
