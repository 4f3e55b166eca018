"""The live site is built whole or not at all, with Node or without, and only when it would be another."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

CDN = "https://cdn.jsdelivr.net/pyodide/"


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    """A copy of what the live site is made of, with one chapter, on a machine whose npm fails."""
    root = tmp_path_factory.mktemp("book")
    for name in ("utils", "data", "lite"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "requirements.lock", "_config.yml", "references.bib"):
        shutil.copy(ROOT / name, root / name)
    (root / "chapters").mkdir()
    shutil.copy(ROOT / "chapters" / "01-cluster-concept.ipynb", root / "chapters")
    if (ROOT / "_build" / ".lite" / "wheels").is_dir():  # downloaded once
        shutil.copytree(ROOT / "_build" / ".lite" / "wheels", root / "_build" / ".lite" / "wheels")
    (root / "bin").mkdir()
    npm = root / "bin" / "npm"
    npm.write_text("#!/bin/sh\necho 'no network' >&2\nexit 1\n")
    npm.chmod(0o755)
    return root


def build(root: Path) -> subprocess.CompletedProcess:
    path = f"{root / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PYTHONPATH": str(root), "PATH": path}
    command = [sys.executable, "-m", "lite.build"]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def built(book) -> tuple[Path, str]:
    done = build(book)
    assert done.returncode == 0, done.stdout + done.stderr
    return book / "_build" / "html" / "lite", done.stdout


def test_when_npm_fails_the_site_is_built_and_one_line_says_where_the_core_comes_from(built):
    site, said = built
    lines = [line for line in said.splitlines() if "CDN" in line or "cdn" in line]
    assert len(lines) == 1
    assert re.match(r"npm ci failed .*: the live site takes Pyodide's core from https://\S+, the rest is", lines[0])
    assert (site / "lab" / "index.html").exists()
    assert (site / "files" / "chapters" / "01-cluster-concept.ipynb").exists()
    assert not list(site.rglob("pyodide.asm.wasm"))


def test_the_core_from_the_cdn_runs_the_book_too(built, visit, tmp_path):
    core = ROOT / "_build" / ".lite" / "node" / "node_modules" / "pyodide"
    if not core.is_dir():
        pytest.skip("without Node there is no copy of Pyodide's core to stand in for the CDN")
    import functools
    import http.server
    import threading

    from tests.conftest import _Quiet

    site, _ = built
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    one = visit()
    asked = []

    def stand_in(route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        asked.append(name)
        if (core / name).is_file():
            route.fulfill(path=core / name, headers={"Access-Control-Allow-Origin": "*"} | _type(name))
        else:
            route.abort()

    one.context.route(f"{CDN}**", stand_in)
    code = "from utils.models import pipelines; print('MODEL', pipelines.saving_of_equal_firms(4, 0.6))"
    one.page.goto(f"http://127.0.0.1:{server.server_address[1]}/lite/repl/index.html?kernel=python&code={code}")
    one.page.locator(".jp-OutputArea-output").filter(has_text="MODEL {'saving': 0.42").wait_for(timeout=120_000)
    server.shutdown()
    core_files = {"pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"}
    assert set(asked) - core_files == {"numpy-2.4.6-cp314-cp314-pyemscripten_2026_0_wasm32.whl",
                                       "pandas-3.0.2-cp314-cp314-pyemscripten_2026_0_wasm32.whl"}
    assert not one.outside


def _type(name: str) -> dict[str, str]:
    kinds = {"mjs": "text/javascript", "wasm": "application/wasm"}
    return {"Content-Type": kinds.get(name.rsplit(".", 1)[1], "application/octet-stream")}


def test_nothing_is_built_again_when_nothing_has_changed(book, built):
    before = (built[0] / "index.html").stat()
    again = build(book)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert (built[0] / "index.html").stat().st_ino == before.st_ino


def test_a_build_that_fails_leaves_the_site_as_it_was_and_says_so(book, built):
    chapter = book / "chapters" / "01-cluster-concept.ipynb"
    good = chapter.read_text(encoding="utf-8")
    before = sorted(path.relative_to(built[0]) for path in built[0].rglob("*"))
    chapter.write_text("no notebook", encoding="utf-8")
    failed = build(book)
    chapter.write_text(good, encoding="utf-8")
    assert failed.returncode != 0
    assert "The live site was not built: 01-cluster-concept.ipynb" in failed.stderr
    assert "The pages of the book are complete." in failed.stderr
    assert sorted(path.relative_to(built[0]) for path in built[0].rglob("*")) == before


def test_neither_the_lock_of_npm_nor_the_settings_name_a_registry(root):
    text = "".join(path.read_text(encoding="utf-8") for path in (root / "lite").iterdir() if path.is_file())
    assert "registry" not in text.replace("omit-lockfile-registry-resolved", "")
    assert '"resolved"' not in text
    assert '"integrity": "sha512-' in (root / "lite" / "package-lock.json").read_text(encoding="utf-8")
