"""The page For contributors: its recipes work as they are written, in a copy of the repository."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "appendices" / "for-contributors.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"([^\n]*)\n\n```(\w+)\n(.*?)```", re.DOTALL)
MODEL_EXERCISE = "ex-01-lost-decade"


def recipe(title: str) -> list[tuple[str, str, str]]:
    """The blocks of a section: the line before each, its language, and what stands in it."""
    return BLOCK.findall(PAGE.split(f"## {title}\n", 1)[1].split("\n## ")[0])


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Path:
    """A copy of the repository with nothing built."""
    root = tmp_path_factory.mktemp("repository")
    for name in ("utils", "data", "chapters", "tests", "_ext", "appendices"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, root / path.name)
    return root


def run(root: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable if word == "python" else word for word in words], cwd=root, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(root), "PYTEST_ADDOPTS": "-p no:cacheprovider"},
    )  # fmt: skip
    assert done.returncode == 0, " ".join(words) + "\n" + done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def follow(root: Path, title: str) -> None:
    """Do what a recipe says: write or add to the files it names, run its commands."""
    for line, language, content in recipe(title):
        if named := re.search(r"Write `([^`]+)`:$", line):
            (root / named[1]).write_text(content, encoding="utf-8")
        elif named := re.search(r"(?:Add to|Add a row to) `([^`]+)`:$", line):
            with (root / named[1]).open("a", encoding="utf-8") as file:
                file.write(content if language == "text" else f"\n\n{content}")
        elif language == "sh":
            for command in content.strip().splitlines():
                run(root, *command.split())


def chapter(root: Path) -> Path:
    return root / "chapters" / "01-cluster-concept.ipynb"


def put_before_the_last_section(root: Path, cells: list[dict]) -> None:
    book = json.loads(chapter(root).read_text(encoding="utf-8"))
    place = next(i for i, c in enumerate(book["cells"]) if "".join(c["source"]).startswith("## What is a cluster"))
    for number, cell in enumerate(cells):
        cell["id"] = f"new{place}{number}"
    book["cells"][place:place] = cells
    chapter(root).write_text(json.dumps(book), encoding="utf-8")


def cell(kind: str, text: str, metadata: dict | None = None) -> dict:
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": metadata or {}, "source": [text], **code}


def test_the_recipes_work_as_written_one_after_the_other(copied):
    follow(copied, "Add an assumption")
    follow(copied, "Add a model")

    (_, _, explorable), (_, _, metadata) = recipe("Add an explorable")
    setup = "import altair as alt\nimport pandas as pd\nfrom utils.explore import explore\n"
    setup += "from utils.models import district_heat\n"
    page = run(copied, "python", "-c", f"{setup}figure = {explorable.strip()}\nprint(figure.html())")
    assert 'data-model="utils.models.district_heat:heat_that_arrives"' in page
    assert '<input type="range"' in page and 'name="heat_loss"' in page
    assert "Each kilometre loses 2%." in page
    question, noticed = cell("markdown", "How far does heat go?"), cell("markdown", "Not far.")
    put_before_the_last_section(copied, [question, cell("code", explorable, json.loads(metadata)), noticed])

    put_before_the_last_section(copied, exercise_cells(copied))
    follow(copied, "Add an exercise")
    kept = ["tests/test_notebooks.py", "tests/test_teaching.py"]
    run(copied, "python", "-m", "pytest", *kept, "-k", "(01 or concept) and not preset")


def exercise_cells(root: Path) -> list[dict]:
    """The eight cells of exercise 1.1 with the page's id and words in place of its own."""
    statement, starter, solution = (content for _, _, content in recipe("Add an exercise")[:3])
    book = json.loads(chapter(root).read_text(encoding="utf-8"))["cells"]
    first = next(i for i, c in enumerate(book) if f":label: {MODEL_EXERCISE}" in "".join(c["source"]))
    cells = copy.deepcopy(book[first : first + 8])
    assert "{solution-end}" in "".join(cells[-1]["source"])
    renamed = json.loads(json.dumps(cells).replace("01-lost-decade", "01-heat"))
    renamed[0]["source"] = ["```{exercise-start} How much is left?\n:label: ex-01-heat\n```\n", statement]
    renamed[1]["source"], renamed[5]["source"] = [starter], [solution]
    return renamed


@pytest.mark.parametrize("title", ["Add an assumption", "Add a model", "Add an explorable", "Add an exercise"])
def test_a_recipe_takes_less_than_ten_lines_at_each_step(title):
    blocks = recipe(title)
    assert blocks
    assert all(len(content.splitlines()) < 10 for _, _, content in blocks)


def test_every_make_command_and_file_the_page_names_is_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pages = PAGE + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)", pages):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
    made_up = ("district_heat", "07-your-topic", "chNN")
    for name in re.findall(r"`((?:data|utils|tests|chapters)/[\w./-]+|[\w_.-]+\.(?:toml|yml|bib|lock|md))`", pages):
        assert any(word in name for word in made_up) or (ROOT / name).exists(), name
