"""How it works: its section on a book of one's own, followed as it is written in an empty folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "appendices" / "how-it-works.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## Explorables in a book of your own\n")[1].split("\n## ")[0]
BLOCK = re.compile(r"([^\n]*)\n\n(`{3,4})(\w+)\n(.*?)\n\2\n", re.DOTALL)


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    """The built book of one's own, beside what stands for the repository."""
    folder = tmp_path_factory.mktemp("own")
    for name in ("utils", "data", "_ext", "appendices"):
        shutil.copytree(ROOT / name, folder / "clusters-book" / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "references.bib", folder / "clusters-book")
    root = folder / "my-book"
    root.mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PATH": path}
    for line, _, language, content in BLOCK.findall(SECTION):
        if named := re.search(r"Write `([^`]+)`", line):
            (root / named[1]).write_text(content + "\n", encoding="utf-8")
        elif language == "sh":
            done = subprocess.run(content, shell=True, cwd=root, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, content + done.stdout[-3000:] + done.stderr[-3000:]
    return root


def test_the_slider_of_ones_own_book_moves_with_no_kernel_and_no_network(visit, book):
    one = visit()
    one.page.goto((book / "_build" / "html" / "payment.html").as_uri())
    figure = "explore-value-of-a-payment"
    one.page.wait_for_function("id => document.getElementById(id)?.explorable", arg=figure)
    one.page.locator(f"#{figure}").scroll_into_view_if_needed()
    one.page.wait_for_selector(f"#{figure} .canvas svg")
    one.page.evaluate("id => document.getElementById(id).explorable.set({interest: 0.1})", figure)
    rows = one.page.evaluate("id => document.getElementById(id).explorable.rows()", figure)
    assert [row["worth"] for row in rows] == pytest.approx([1.1**-year for year in range(31)])
    assert not one.outside
    source = one.page.locator(f"#{figure} a[href*='appendices/assumptions.html#']").first.get_attribute("href")
    assert (book / "_build" / "html" / source.split("#")[0]).is_file()
