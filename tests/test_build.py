"""The build knows the code: a changed number or helper reaches the page, changed prose runs nothing, errors fail."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def small_book(tmp_path_factory):
    """A copy of the book's machinery with one small chapter."""
    root = tmp_path_factory.mktemp("book")
    for name in ("utils", "data", "_ext", "_static", "_templates"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "references.bib", "requirements.txt", "requirements.lock"):
        shutil.copy(ROOT / name, root / name)
    (root / "_toc.yml").write_text("format: jb-book\nroot: intro\nchapters:\n  - file: chapters/small\n")
    (root / "intro.md").write_text("# Small\n\nA book.\n")
    (root / "chapters").mkdir()
    write_chapter(root, "Some prose.")
    return root


def write_chapter(root, prose: str, code: str = "") -> None:
    code = code or (
        "from utils import data\nfrom utils.models import finance\n"
        "print('FIRST', data.table('example_firms')['emissions_mt'].iloc[0])\n"
        "print('FACTOR', round(float(finance.capital_recovery_factor(0.08, 20)), 4))"
    )
    cells = [nbformat.v4.new_markdown_cell(f"# A chapter\n\n{prose}"), nbformat.v4.new_code_cell(code)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell{number}"
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, root / "chapters" / "small.ipynb")


def build(root, **variables: str) -> subprocess.CompletedProcess:
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", ".", "-W", "--keep-going"]
    environment = os.environ | {"PYTHONPATH": str(root), "NO_COLOR": "1", "BOOK_REPOSITORY": "", **variables}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300)


def page(root) -> str:
    return (root / "_build" / "html" / "chapters" / "small.html").read_text(encoding="utf-8")


def printed(root, word: str) -> str:
    return re.search(rf"{word} ([\d.]+)", page(root))[1]


def replace(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_change_in_data_or_code_reaches_the_page_and_a_change_in_prose_runs_nothing(small_book):
    first = build(small_book)
    assert first.returncode == 0, first.stdout[-3000:] + first.stderr[-3000:]
    assert "Executed notebook" in first.stdout + first.stderr
    assert (printed(small_book, "FIRST"), printed(small_book, "FACTOR")) == ("4.0", "0.1019")

    write_chapter(small_book, "Other prose.")
    again = build(small_book)
    assert again.returncode == 0
    assert "Other prose" in page(small_book)
    assert "Executed notebook" not in again.stdout + again.stderr

    replace(small_book / "data" / "example_firms.csv", "Crude steel,4.0", "Crude steel,4.5")
    assert build(small_book).returncode == 0
    assert printed(small_book, "FIRST") == "4.5"

    replace(small_book / "utils" / "models" / "finance.py", "return where(", "return 2 * where(")
    assert build(small_book).returncode == 0
    assert printed(small_book, "FACTOR") == "0.2037"


def test_a_cell_that_fails_and_a_warning_each_fail_the_build(small_book):
    write_chapter(small_book, "Prose.", "1 / 0")
    failed = build(small_book)
    assert failed.returncode != 0
    assert "ZeroDivisionError" in failed.stdout + failed.stderr

    write_chapter(small_book, "A [link to nowhere](nowhere.md).", "1 + 1")
    assert build(small_book).returncode != 0


def test_binder_and_colab_are_offered_once_the_repository_is_known(small_book):
    write_chapter(small_book, "Prose.")
    assert build(small_book).returncode == 0
    assert "dropdown-launch-buttons" not in page(small_book), "no repository, no live site: nowhere to launch"

    (small_book / "lite").mkdir()
    assert build(small_book, BOOK_REPOSITORY="https://github.com/example/book").returncode == 0
    menu = page(small_book).split("dropdown-launch-buttons", 1)[1].split("</ul>")[0]
    assert re.findall(r'href="([^"]*)"', menu) == [
        "../lite/lab/index.html?path=chapters/small.ipynb",
        "https://mybinder.org/v2/gh/example/book/main?urlpath=lab/tree/chapters/small.ipynb",
        "https://colab.research.google.com/github/example/book/blob/notebooks/chapters/small.ipynb",
    ]
    wrong = build(small_book, BOOK_REPOSITORY="example/book")
    assert wrong.returncode != 0
    assert "has the form https://github.com/OWNER/NAME" in wrong.stdout + wrong.stderr
