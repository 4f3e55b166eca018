"""What a reader sees first stays where it is, weighs little, and asks for Vega only when a chart comes near."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.conftest import SITE, policy
from tests.pages.test_explorables import explorables
from tests.pages.test_pages import pages

CHAPTERS = [page for page in pages() if page.startswith("chapters/")]
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const moved = entry.sources.map(({ node }) => node?.nodeName + "." + node?.className);
    window.shifts.push(`${entry.value.toFixed(5)} ${moved}`);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
READABLE = 250_000  # bytes of JavaScript and CSS, gzipped, that a page asks for
CHAPTER = 400_000
EXPLORABLE = 60_000
VEGA = 305_000


def shifts(page, address: str) -> list[str]:
    """What moved while a reader scrolled through a page."""
    page.add_init_script(SHIFTS)
    page.goto(address)
    page.wait_for_function("[...document.querySelectorAll('figure.explorable')].every(f => f.explorable)")
    end = page.evaluate("document.documentElement.scrollHeight")
    for place in range(0, end, 600):
        page.evaluate("y => scrollTo(0, y)", place)
        page.wait_for_timeout(60)
    page.wait_for_timeout(300)
    return page.evaluate("window.shifts")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("page", CHAPTERS[1:2])
def test_nothing_moves_when_the_live_charts_take_the_place_of_the_pictures(visit, site, page, width):
    one = visit()
    one.page.set_viewport_size({"width": width, "height": 900})
    assert shifts(one.page, f"{site}/{page}") == []
    assert one.page.locator("figure .canvas svg").count() > 3, "no chart came to life: nothing was measured"


def test_a_picture_of_another_height_would_be_noticed(visit, site):
    one = visit()
    one.page.add_init_script("addEventListener('DOMContentLoaded', () => {"
                             "for (const place of document.querySelectorAll('.drawing')) {"
                             " place.style = 'min-height: 0'; place.querySelector('svg').style.height = '20px'; } })")
    assert shifts(one.page, f"{site}/{CHAPTERS[0]}")


def test_vega_is_fetched_when_the_first_figure_comes_near_and_once(visit, site):
    page = CHAPTERS[0]
    one = visit()
    asked: list[str] = []
    one.page.on("request", lambda request: asked.append(request.url))
    one.page.goto(f"{site}/{page}")
    one.page.wait_for_load_state("networkidle")
    far = one.page.locator("figure.explorable, figure.book-chart").first.bounding_box()["y"]
    assert far > 900 + 400, "the first figure is near from the start: choose another page"
    assert not [url for url in asked if "vega" in url]
    for figure in one.page.locator("figure.explorable").all():
        figure.scroll_into_view_if_needed()
        figure.locator(".canvas svg").wait_for()
    assert len([url for url in asked if "vega" in url]) == 1


@pytest.mark.parametrize("page", ["intro.html", CHAPTERS[-1]])
def test_what_a_page_asks_for_before_it_can_be_read_is_light(visit, site, page):
    one = visit()
    bodies: dict[str, bytes] = {}
    one.page.on("response", lambda response: bodies.setdefault(response.url, response.body()))
    one.page.goto(f"{site}/{page}", wait_until="load")
    needed = re.compile(r"(?<!/vega)(?<!/searchindex)\.(js|css)(\?|$)")
    weight = sum(len(gzip.compress(body)) for url, body in bodies.items() if needed.search(url))
    assert weight < READABLE
    assert len(bodies) < 60
    assert not one.outside


def test_every_chapter_and_every_explorable_keeps_its_budget():
    too_large = [f"{page}: {size}" for page in CHAPTERS if (size := (SITE / page).stat().st_size) > CHAPTER]
    for page, name in explorables():
        text = (SITE / page).read_text(encoding="utf-8")
        start = text.index(f'<figure class="explorable" id="{name}"')
        size = len(text[start : text.index("</figure>", start)].encode())
        too_large += [f"{page}#{name}: {size}"] if size > EXPLORABLE else []
    assert not too_large
    assert len(gzip.compress((SITE / "_static/book/vega.js").read_bytes())) < VEGA


def test_the_header_allows_neither_eval_nor_inline_scripts_nor_other_hosts():
    header = policy()
    rules = dict(rule.strip().split(" ", 1) for rule in header.split(";"))
    assert rules["default-src"] == rules["script-src"] == rules["connect-src"] == "'self'"
    assert "http" not in header


def test_search_and_pictures_to_keep_work_under_a_content_security_policy(guarded, site):
    guarded.page.goto(f"{site}/search.html?q=hydrogen")
    guarded.page.locator("#search-results li a").first.wait_for()
    assert guarded.refused() == []
    guarded.page.goto(f"{site}/{CHAPTERS[0]}")
    figure = guarded.page.locator("figure.explorable").first
    figure.locator("details.rows summary").click()
    for kind in ("PNG", "SVG"):
        with guarded.page.expect_download() as download:
            figure.get_by_role("button", name=f"Picture as {kind}").click()
        assert download.value.suggested_filename.endswith(kind.lower())
    assert guarded.refused() == []
    assert not guarded.errors


def test_the_policy_of_the_test_would_stop_what_it_forbids(guarded, site):
    guarded.page.goto(f"{site}/intro.html")
    guarded.page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))")
    assert "script-src" in guarded.refused()[0]
