"""Every page passes axe-core's rules for WCAG 2.2 AA, and says which of its words are Japanese.

The suite looks at each page in light and in dark at one width, and at one chapter at all widths. For every page
at every width in both modes: ``python -m tests.pages.test_accessibility``.
"""

from __future__ import annotations

import importlib
import re
from collections import Counter

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.conftest import SITE
from tests.pages.test_pages import pages

WIDTHS = (360, 768, 1280)
MODES = ("light", "dark")
CHAPTER = next((page for page in pages() if page.startswith("chapters/")), "intro.html")
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}


def violations(page, address: str, mode: str, width: int) -> list[str]:
    """What axe finds on a page with every figure live and every fold open."""
    page.emulate_media(color_scheme=mode, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.evaluate("""async () => {
        for (const fold of document.querySelectorAll("details")) fold.open = true;
        for (const figure of document.querySelectorAll("figure")) await figure.explorable?.draw();
    }""")
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {one['help']} ({len(one['nodes'])}×), such as {node['html'][:160]} "
        f"[{' '.join(check['message'] for check in [*node['any'], *node['all'], *node['none']])[:200]}]"
        for one in found for node in one["nodes"][:1]
    ]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("page", pages())
def test_axe_finds_nothing_on_a_page(visit, site, page, mode):
    assert not violations(visit().page, f"{site}/{page}", mode, 360 if mode == "light" else 1280)


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_a_chapter_at_any_width(visit, site, width):
    assert not violations(visit().page, f"{site}/{CHAPTER}", "light", width)


def test_axe_would_find_something(visit, site):
    one = visit()
    one.page.add_init_script(
        "addEventListener('DOMContentLoaded', "
        "() => { document.querySelector('article h1').innerHTML = '<img src=\"x.png\">' })"
    )
    assert any(found.startswith("image-alt") for found in violations(one.page, f"{site}/intro.html", "light", 1280))


def _text_nodes(page: str):
    """Every run of text in a page's body with the elements around it."""
    from bs4 import BeautifulSoup

    body = BeautifulSoup(page, "html.parser").body
    for text in body.find_all(string=True):
        if text.parent.name not in ("script", "style", "title", "noscript"):
            yield text, [text.parent, *text.parents]


@pytest.mark.parametrize("page", pages())
def test_every_japanese_word_says_its_language(page):
    japanese = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
    unmarked = [
        text.strip() for text, around in _text_nodes((SITE / page).read_text(encoding="utf-8"))
        if japanese.search(text) and not any(element.get("lang") == "ja" for element in around)
    ]
    assert not unmarked


@pytest.mark.parametrize(("before", "after"), [
    ("<p>A 産業 クラスター (cluster)</p>", '<p>A <span lang="ja">産業 クラスター</span> (cluster)</p>'),
    ('<p title="産業">Ａ, “text”、</p>', '<p title="産業">Ａ, “text”、</p>'),
    ("<script>'産業'</script><title>産業</title>", "<script>'産業'</script><title>産業</title>"),
    ("<svg><text>産業</text></svg>", '<svg><text><tspan lang="ja">産業</tspan></text></svg>'),
    ("<!-- 産業 --><b>no</b>", "<!-- 産業 --><b>no</b>"),
])
def test_runs_of_japanese_are_marked_once(before, after):
    marked = importlib.import_module("japanese").marked
    assert marked(before) == after
    assert marked(after) == after


@pytest.mark.parametrize("page", pages())
def test_no_name_of_a_place_is_used_twice_on_a_page(page):
    names = Counter(re.findall(r'<[^>]*\sid="([^"]+)"', (SITE / page).read_text(encoding="utf-8")))
    assert not [name for name, times in names.items() if times > 1]


def main() -> None:
    """The whole matrix: every page, both modes, all widths."""
    import functools
    import http.server
    import threading

    from playwright.sync_api import sync_playwright

    from tests import browser
    from tests.conftest import _Quiet

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    count = 0
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.path(), args=browser.ARGUMENTS)
        for page in pages():
            for mode in MODES:
                for width in WIDTHS:
                    tab = chromium.new_page()
                    found = violations(tab, f"http://127.0.0.1:{server.server_address[1]}/{page}", mode, width)
                    tab.close()
                    count += len(found)
                    print(f"{page} {mode} {width}: {len(found) or 'clean'}", *found, sep="\n    ", flush=True)
        chromium.close()
    server.shutdown()
    raise SystemExit(f"{count} violations on {len(pages())} pages × {len(MODES)} modes × {len(WIDTHS)} widths")


if __name__ == "__main__":
    main()
