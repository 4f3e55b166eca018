"""Every page of the built book loads whole, with no error and no request to another host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import SITE, built_pages


def pages() -> list[str]:
    found = (path.relative_to(SITE).as_posix() for path in built_pages())
    return [page for page in found if not page.startswith(("_static/", "lite/")) and page != "index.html"]  # a redirect


def test_the_book_has_pages():
    assert "intro.html" in pages()


@pytest.mark.parametrize("page", pages())
def test_a_page_loads_with_no_error_asks_no_other_host_and_keeps_to_a_strict_policy(guarded, site, page):
    one = guarded
    one.page.goto(f"{site}/{page}")
    one.page.wait_for_load_state("networkidle")
    for figure in one.page.query_selector_all("figure.explorable, figure.book-chart"):
        if figure.is_visible():  # not folded away in a solution
            figure.scroll_into_view_if_needed()
            figure.wait_for_selector(".canvas svg")
    assert one.refused() == []
    assert not one.errors
    assert not one.outside


@pytest.mark.parametrize("page", [page for page in pages() if page.startswith("chapters/")])
def test_a_chapter_works_from_a_folder_without_a_server(visit, page):
    one = visit()
    one.page.goto((SITE / page).as_uri())
    figure = one.page.query_selector("figure.explorable")
    figure.scroll_into_view_if_needed()
    figure.wait_for_selector(".canvas svg")
    assert not one.errors


@pytest.mark.parametrize("page", [page for page in pages() if page.startswith("chapters/")])
def test_without_scripts_every_figure_is_a_picture_with_its_values(visit, site, page):
    one = visit(java_script_enabled=False)
    one.page.goto(f"{site}/{page}")
    figures = one.page.query_selector_all("figure.explorable, figure.book-chart")
    assert figures
    for figure in figures:
        picture = figure.query_selector(".drawing")
        assert picture.get_attribute("aria-label")
        assert picture.query_selector("svg").bounding_box()["height"] > 50
        for control in figure.query_selector_all(".control"):
            assert control.query_selector("output").inner_text().strip()


@pytest.mark.parametrize("page", [page for page in pages() if page.startswith("chapters/")])
def test_without_scripts_the_letters_of_every_picture_are_legible_on_a_phone(visit, site, page):
    one = visit(java_script_enabled=False)
    one.page.set_viewport_size({"width": 360, "height": 800})
    one.page.goto(f"{site}/{page}")
    shown = [svg for svg in one.page.query_selector_all(".drawing svg") if svg.is_visible()]
    scales = [svg.bounding_box()["width"] / float(svg.get_attribute("width")) for svg in shown]
    assert scales
    assert min(scales) * 12 >= 9, "letters of 12 pixels are drawn with fewer than 9"


@pytest.mark.parametrize("page", pages())
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways(visit, site, page, width):
    one = visit()
    one.page.set_viewport_size({"width": width, "height": 800})
    one.page.goto(f"{site}/{page}")
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("page", [page for page in pages() if page.startswith("chapters/")])
def test_a_formula_wider_than_a_phone_can_be_read_from_its_beginning(visit, site, page):
    one = visit()
    one.page.set_viewport_size({"width": 320, "height": 800})
    one.page.goto(f"{site}/{page}")
    assert one.page.evaluate("""() => [...document.querySelectorAll(".math-block")].filter((block) => {
        const parts = [...block.querySelectorAll("math *")].map((part) => part.getBoundingClientRect());
        const first = Math.min(...parts.filter(({width}) => width).map(({left}) => left));
        return block.offsetParent && first < block.getBoundingClientRect().left - 1;
    }).map((block) => block.textContent.slice(0, 60))""") == []


FETCHED = re.compile(
    r"(?:<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc|<link\b[^>]*\bhref|@import\s+|url\()"
    r"""\s*=?\s*["'(]?\s*(https?:)?//[^"'\s)>]+""",
    re.IGNORECASE,
)


CALLED = re.compile(
    r"""(?:fetch|import|importScripts|open|Worker|\.src\s*=|\.href\s*=|\.src:)\s*\(?\s*["'`](https?:)?//[^"'`]+"""
)


def test_no_built_file_names_a_resource_on_another_host():
    found = []
    for path in [*built_pages(), *_files("*.css")]:
        text = path.read_text(encoding="utf-8", errors="replace")
        matches = (match[0] for match in FETCHED.finditer(text))
        found += [f"{path.relative_to(SITE)}: {match[:120]}" for match in matches if 'rel="canonical"' not in match]
    assert not found


def test_no_script_calls_another_host():
    calls = []
    for path in _files("*.js"):
        matches = (match[0] for match in CALLED.finditer(path.read_text(encoding="utf-8", errors="replace")))
        calls += [f"{path.relative_to(SITE)}: {match[:120]}" for match in matches]
    assert not calls


def _files(pattern: str) -> list[Path]:
    """Built files of the book; the optional Python in the browser, in lite/, has checks of its own."""
    return [path for path in SITE.rglob(pattern) if path.relative_to(SITE).parts[0] != "lite"]
