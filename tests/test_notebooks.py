"""Chapters are clean sources: stripped, free of local paths, and complete in what every chapter owes its reader."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT, cells, notebooks
from utils import data

CHAPTERS = pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)


def prose(path) -> str:
    return "\n".join("".join(cell["source"]) for cell in cells(path, "markdown"))


def test_there_is_a_chapter():
    assert notebooks()


@CHAPTERS
def test_a_chapter_is_committed_without_outputs(path):
    full = [i for i, cell in enumerate(cells(path, "code")) if cell["outputs"] or cell["execution_count"]]
    assert not full, f"cells {full} hold outputs: run `make strip`"


@CHAPTERS
def test_a_chapter_names_no_place_on_somebodys_disk(path):
    found = re.findall(r"(?:/home/|/Users/|/root/|/tmp/|/work/|[A-Z]:\\\\)\S*", path.read_text(encoding="utf-8"))
    assert not found


@CHAPTERS
def test_a_chapter_has_the_parts_every_chapter_has(path):
    text = prose(path)
    for part in ("**You will be able to**", "## What the letter says", "## Summary", "## Further reading"):
        assert part in text, f"{path.name} lacks {part!r}"


@CHAPTERS
def test_a_chapter_has_explorables_and_each_is_introduced_by_a_question(path):
    found = cells(path)
    explorables = [
        i for i, cell in enumerate(found)
        if cell["cell_type"] == "code" and re.search(r"^explore\(", "".join(cell["source"]), re.M)
    ]
    assert len(explorables) >= 4
    for i in explorables:
        before = next("".join(cell["source"]) for cell in reversed(found[:i]) if cell["cell_type"] == "markdown")
        assert "?" in before, f"{path.name}, cell {i}: an explorable with no question before it"
        after = found[i + 1]
        assert after["cell_type"] == "markdown", f"{path.name}, cell {i}: an explorable with no explanation after it"


@CHAPTERS
def test_every_exercise_has_starter_hint_and_solution(path):
    found = cells(path)
    text = prose(path)
    labels = re.findall(r"\{exercise-start\}[^\n]*\n:label: (\S+)", text)
    assert len(labels) >= 5
    assert len(labels) == len(set(labels))
    solved = re.findall(r"\{solution-start\} (\S+)", text)
    assert solved == labels, "every exercise is followed by its solution, in the same order"
    for label in labels:
        marks = [cell["metadata"].get("exercise", {}) for cell in found]
        roles = [mark["role"] for mark in marks if mark.get("id") == label]
        assert "solution" in roles
        statement = text.split(f":label: {label}\n", 1)[1].split("{exercise-end}")[0]
        assert re.search(r"\*\*\(\d+ points?", statement), f"{label} does not state its points"
        if "answer" in roles:
            assert "{hint}" in statement, f"{label} has no hint"
        else:
            assert "discuss" in statement, f"{label} has neither a starter nor is it a question to discuss"


@CHAPTERS
def test_every_claim_a_chapter_links_to_exists(path):
    known = set(data.table("letter_claims")["id"]) | set(data.table("letter_checks")["id"])
    for shown, anchor in re.findall(r"\[((?:L|CK|R)-\d+)\]\(\.\./appendices/claims\.md#([a-z0-9-]+)\)", prose(path)):
        assert shown in known
        assert anchor == shown.lower(), f"{shown} links to {anchor}"


@CHAPTERS
def test_every_chart_has_a_caption(path):
    for i, cell in enumerate(cells(path, "code")):
        source = "".join(cell["source"])
        is_chart = re.search(r"^(explore|alt\.Chart|alt\.layer)\(", source, re.M) and "exercise" not in cell["metadata"]
        if is_chart:
            figure = cell["metadata"].get("mystnb", {}).get("figure", {})
            assert figure.get("caption") and figure.get("name", "").startswith("fig-"), f"{path.name}, code cell {i}"


@CHAPTERS
def test_a_cell_is_short_enough_to_be_read(path):
    for i, cell in enumerate(cells(path, "code")):
        lines = "".join(cell["source"]).splitlines()
        assert len(lines) <= 30, f"{path.name}, code cell {i} has {len(lines)} lines: move plumbing to utils/"


def test_every_chapter_is_in_the_table_of_contents():
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    for path in notebooks():
        assert f"file: chapters/{path.stem}\n" in contents
