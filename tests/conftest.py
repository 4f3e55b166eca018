"""What several tests share: the repository's root, the built book behind a local server, a browser with no network."""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import re
import threading
from pathlib import Path

import hypothesis
import pytest

from tests import browser as browser_program

# The same examples every time, and no verdict on time: a busy machine is not a failure.
hypothesis.settings.register_profile("book", deadline=None, derandomize=True)
hypothesis.settings.load_profile("book")

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"


def built_pages() -> list[Path]:
    """The pages of the built book, in order; the in-browser Python site beside them is not ours."""
    return [path for path in sorted(SITE.rglob("*.html")) if path.relative_to(SITE).parts[0] != "lite"]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def site() -> str:
    """The address of the built book on this machine."""
    if not (SITE / "index.html").exists():
        pytest.fail("the book is not built: run `make book` first (`make test` does)")
    handler = functools.partial(_Quiet, directory=str(SITE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # a browser that leaves a page takes no more of it
            super().handle()

    def log_message(self, *_args) -> None:
        pass


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program.path(), args=browser_program.ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """A page opened with every other host cut off, and what it complained about or asked for."""

    def __init__(self, browser, **options) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.context.route("**/*", self._guard)

    def _guard(self, route) -> None:
        if route.request.url.startswith(("http://127.0.0.1", "http://localhost", "file:", "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()


@pytest.fixture
def visit(browser):
    """Open visits with `visit()`; they are closed after the test."""
    opened: list[Visit] = []

    def _open(**options) -> Visit:
        opened.append(Visit(browser, **options))
        return opened[-1]

    yield _open
    for one in opened:
        one.context.close()


def policy() -> str:
    """The content security policy that the book's own page states."""
    page = (ROOT / "appendices" / "how-it-works.md").read_text(encoding="utf-8")
    return re.search(r"^Content-Security-Policy: (.*)$", page, re.MULTILINE)[1]


@pytest.fixture
def guarded(visit) -> Visit:
    """A visit to the site as a server sends it with that policy; `refused()` says what the browser refused."""
    one = visit()

    def answer(route) -> None:
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": policy()})

    one.context.route("http://127.0.0.1*/**", answer)
    one.page.add_init_script("""
        window.refused = [];
        addEventListener("securitypolicyviolation", (event) =>
            window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
    """)
    one.refused = lambda: one.page.evaluate("new Promise(r => setTimeout(() => r(window.refused), 50))")
    return one


def notebooks() -> list[Path]:
    return sorted((ROOT / "chapters").glob("*.ipynb"))


def cells(path: Path, kind: str | None = None) -> list[dict]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if kind in (None, cell["cell_type"])]
