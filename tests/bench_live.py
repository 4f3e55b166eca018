"""How soon the browser's own Python answers, and what it downloads: ``make bench``, or this module alone."""

from __future__ import annotations

import os
import platform
import statistics
import time
from urllib.parse import quote, urlsplit

from playwright.sync_api import sync_playwright

from tests import browser
from tests.bench import kilobytes, serve
from tests.conftest import SITE


def live(chromium, address: str, times: int = 5) -> None:
    """Seconds from a click to Python's first words, and what is fetched for them; every other host is cut off."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}"
    print(f"\nThe live site, medians of {times}, nothing kept in the browser; {machine}")
    print(f"{'what':<60}{'seconds':>8}{'MB raw':>8}{'MB gz':>8}")
    answers = {
        "console: 1 + 1": ("print('FIRST', 1 + 1)", "FIRST 2"),
        "console: a model of the book": (
            "from utils.models import pipelines; print('FIRST', pipelines.saving_of_equal_firms(4, 0.6))", "FIRST {"),
    }
    for what, (code, words) in answers.items():
        def ask(page, code=code, words=words):
            page.goto(f"{address}/lite/repl/index.html?kernel=python&code={quote(code)}")
            page.locator(".jp-OutputArea-output").filter(has_text=words).wait_for(timeout=300_000)
        _row(what, [_timed(chromium, address, ask) for _ in range(times)])
    chapter = next((SITE / "lite" / "files" / "chapters").glob("*.ipynb")).name

    def notebook(page):
        page.goto(f"{address}/lite/lab/index.html?path=chapters/{chapter}")
        page.locator(".jp-Notebook h1").first.wait_for(timeout=300_000)

    def kernel(page):
        notebook(page)
        page.get_by_text("| Idle", exact=False).first.wait_for(timeout=300_000)

    _row("JupyterLab: a chapter can be read", [_timed(chromium, address, notebook) for _ in range(times)])
    _row("JupyterLab: its first cell can be run", [_timed(chromium, address, kernel) for _ in range(times)])


def _timed(chromium, address: str, act) -> tuple[float, set[str]]:
    context = chromium.new_context()
    context.route(lambda url: not url.startswith((address, "data:", "blob:")), lambda route: route.abort())
    asked: set[str] = set()
    context.on("request", lambda request: asked.add(urlsplit(request.url).path.lstrip("/")))
    page = context.new_page()
    started = time.perf_counter()
    act(page)
    seconds = time.perf_counter() - started
    context.close()
    return seconds, asked


def _row(what: str, runs: list[tuple[float, set[str]]]) -> None:
    files = [path for name in runs[-1][1] if (path := SITE / name).is_file()]
    raw = sum(path.stat().st_size for path in files) / 1e6
    packed = sum(kilobytes(path.read_bytes()) for path in files) / 1000
    print(f"{what:<60}{statistics.median(seconds for seconds, _ in runs):>8.1f}{raw:>8.1f}{packed:>8.1f}", flush=True)


if __name__ == "__main__":
    with sync_playwright() as playwright:
        live(playwright.chromium.launch(executable_path=browser.path(), args=browser.ARGUMENTS), serve(SITE))
