"""The button "Run Python here": nothing before the click, one Python a page, and the size it states."""

from __future__ import annotations

import gzip
import json
import re
from urllib.parse import urlsplit

import pytest

from tests.conftest import SITE, cells, notebooks

LITE = SITE / "lite"
CHAPTER = notebooks()[0]
PANDAS_MB = 11  # numpy and pandas from the CDN, compressed; assumed, as it cannot be fetched without a network
needs_live_site = pytest.mark.skipif(
    not (LITE / "static" / "pyodide" / "pyodide.asm.wasm").exists(),
    reason="no Node when the book was built: the interpreter comes from its CDN, which the tests cut off",
)


def page(name: str) -> str:
    return (SITE / f"{name}.html").read_text(encoding="utf-8")


def test_every_chapter_carries_its_imports_for_the_button_and_no_other_page_does():
    for path in notebooks():
        setup = ["".join(cell["source"]) for cell in cells(path, "code")
                 if cell["metadata"].get("exercise", {}).get("role") == "setup"]
        assert setup
        found = re.search(r'data-code="([^"]*)"', page(f"chapters/{path.stem}"))
        assert found and found[1].startswith(setup[0].splitlines()[0])
    for name in ("intro", "appendices/claims", "search"):
        assert "live_python" not in page(name)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_button_is_seen_where_scripts_run_and_only_there(visit, site, scripts):
    opened = visit(java_script_enabled=scripts)
    opened.page.goto(f"{site}/chapters/{CHAPTER.stem}.html")
    assert opened.page.locator(".live-python-start button").first.is_visible() == scripts


def test_a_page_grows_by_less_than_a_kilobyte():
    for path in notebooks():
        found = re.findall(r"<(?:script|link)[^>]*live_python[^>]*>", page(f"chapters/{path.stem}"))
        assert len(found) == 1  # its style is in the one sheet of the site
        assert sum(map(len, found)) < 1000


@needs_live_site
def test_python_comes_with_the_click_moves_to_the_exercise_and_is_as_large_as_stated(visit, site):
    opened = visit()
    fetched: list[str] = []
    opened.page.on("requestfinished", lambda request: fetched.append(request.url))
    opened.page.goto(f"{site}/chapters/{CHAPTER.stem}.html")
    start = opened.page.get_by_role("button", name="Run Python here").first
    start.wait_for()
    stated = int(re.search(r"about (\d+) MB", opened.page.locator(".live-python-start").first.inner_text())[1])
    assert not [url for url in fetched if "/lite/" in url]

    start.focus()
    opened.page.keyboard.press("Enter")
    console = opened.page.frame_locator('iframe[title="Python for this chapter"]')
    outputs = console.locator(".jp-OutputArea-output")
    outputs.filter(has_text="pandas is not here").first.wait_for(timeout=240_000)  # the tests cut the CDN off

    def run(code: str, shows: str) -> None:
        prompt = console.locator(".jp-CodeConsole-promptCell .cm-content")
        prompt.fill(code)
        prompt.press("Shift+Enter")
        outputs.filter(has_text=shows).first.wait_for(timeout=120_000)

    run("kept = 41; print('KEPT', kept)", "KEPT 41")
    opened.page.locator("div.exercise").first.get_by_role("button", name="Bring Python here").click()
    assert opened.page.locator("div.exercise iframe").count() == opened.page.locator("iframe").count() == 1
    run("print('STILL', kept + 1)", "STILL 42")

    lock = json.loads((LITE / "static" / "pyodide" / "pyodide-lock.json").read_text())["packages"]
    assert set(opened.outside) == {lock[name]["file_name"] for name in ("numpy", "pandas")}
    files = {SITE / urlsplit(url).path.lstrip("/") for url in fetched if "/lite/" in url}
    megabytes = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files if path.is_file()) / 1e6 + PANDAS_MB
    assert abs(megabytes - stated) < 2.5, f"the button says {stated} MB, it is {megabytes:.1f} MB"

    opened.page.get_by_role("button", name="Close Python").click()
    assert opened.page.locator("iframe").count() == 0
    opened.page.emulate_media(media="print")
    assert not opened.page.get_by_role("button", name="Run Python here").first.is_visible()
