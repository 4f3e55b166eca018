"""A release gives nothing away, locks what is given, and still runs."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
import subprocess
import sys

import pytest

from tests.grading import hand_in
from utils.grading.__main__ import main
from utils.grading.release import leaks, plain_markdown, release, released
from utils.grading.source import ROOT, SourceError, everything, find, guess, load, mark, text

SOURCES = pytest.mark.parametrize("path", everything(), ids=lambda path: path.stem)


@SOURCES
@pytest.mark.parametrize("standalone", [False, True])
def test_a_release_holds_no_line_of_a_solution_or_hidden_check(path, standalone, tmp_path):
    source = load(path)
    content = release(source, tmp_path, standalone=standalone).read_text(encoding="utf-8")
    secret = [text(cell) for cell in source.cells if mark(cell)[1] == "solution"] + [source.hidden_checks]
    given = "\n".join(text(cell) for cell in source.cells if mark(cell)[1] != "solution") + source.visible_checks
    lines = {line.strip() for part in secret for line in part.splitlines()} - {""}
    own = {line for line in lines if line not in given and not line.startswith(("```", "import ", "from ", "return"))}
    assert own
    # A line as it stands in JSON, so that quotes and backslashes do not hide it.
    assert not [line for line in own if len(line) > 8 and json.dumps(line, ensure_ascii=False)[1:-1] in content]
    assert "{solution" not in content
    assert '"role": "solution"' not in content


@SOURCES
def test_a_release_has_no_outputs_and_no_directives_of_exercises(path):
    made = released(load(path))
    for cell in made["cells"]:
        assert not cell.get("outputs")
        assert "{exercise" not in text(cell)
        assert "{solution" not in text(cell)
        assert "{hint}" not in text(cell)
        assert "skip-execution" not in cell["metadata"].get("tags", [])


@SOURCES
def test_statements_and_checks_are_locked_and_answers_are_not(path):
    source = load(path)
    made = released(source)
    answers = [cell for cell in made["cells"] if mark(cell)[1] == "answer"]
    assert len(answers) == len(source.exercises)
    for cell in answers:
        assert cell["metadata"]["deletable"] is False
        assert "editable" not in cell["metadata"]
    roles = ("setup", "check", "checks")
    given = [cell for cell in made["cells"] if mark(cell)[1] in roles or "### Exercise" in text(cell)]
    assert len(given) >= 2 * len(answers)
    for cell in given:
        assert cell["metadata"]["editable"] is False
        assert cell["metadata"]["deletable"] is False


def test_a_release_is_a_valid_notebook():
    nbformat = pytest.importorskip("nbformat")
    for path in everything():
        for standalone in (False, True):
            nbformat.validate(nbformat.from_dict(released(load(path), standalone=standalone)))


def test_a_release_is_the_same_each_time(tmp_path):
    path = hand_in.ASSIGNMENT
    first = release(load(path), tmp_path / "a", standalone=True).read_bytes()
    assert release(load(path), tmp_path / "b", standalone=True).read_bytes() == first


def test_a_standalone_release_runs_without_the_book(tmp_path):
    """Its cells run, checks included, where no `utils` can be imported."""
    path = release(hand_in.source(), tmp_path, standalone=True)
    cells = [text(cell) for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    program = tmp_path / "cells.py"
    program.write_text("\n".join([*cells, "print(progress('a1'))"]), encoding="utf-8")
    elsewhere = "import sys; sys.path = [p for p in sys.path if p != {!r}]; sys.meta_path = [f for f in sys.meta_path"
    elsewhere += " if 'editable' not in repr(f).lower()]; exec(open({!r}).read())"
    command = [sys.executable, "-I", "-c", elsewhere.format(str(ROOT), str(program))]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "Chapter a1: 0 of 3 exercises passed" in done.stdout, done.stderr


def test_a_solution_that_is_not_marked_stops_the_release(tmp_path):
    source = hand_in.source()
    forgotten = json.loads(json.dumps(source.notebook))
    for cell in forgotten["cells"]:
        if cell["cell_type"] == "markdown" and mark(cell)[1] == "solution":
            del cell["metadata"]["exercise"]
    with pytest.raises(SourceError, match="would give away"):
        release(dataclasses.replace(source, notebook=forgotten), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_copy_of_a_solution_or_hidden_check_is_found():
    source = hand_in.source()
    line = next(line for line in source.hidden_checks.splitlines() if line.strip().startswith("need("))
    made = released(source)
    made["cells"].append(hand_in.code(line))
    assert leaks(json.dumps(made), source) == [line.strip()]


def test_hidden_checks_are_not_among_the_visible_ones():
    for path in everything():
        source = load(path)
        tree = ast.parse(source.visible_checks)
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "hidden"]


def test_directives_become_markdown_that_every_notebook_shows():
    given = (
        "```{exercise-start} A title\n:label: ex-1\n```\nDo it. **(2 points)**\n\n"
        "```{hint}\n:class: dropdown\nTry `x`.\n```\n```{exercise-end}\n```"
    )
    assert plain_markdown(given) == (
        "### Exercise: A title\n\nDo it. **(2 points)**\n\n<details><summary>Hint</summary>\n\nTry `x`.\n\n</details>"
    )


def test_citations_and_references_become_plain_words():
    assert plain_markdown("{cite:t}`porter2000` says so.") == "Porter (2000) says so."
    assert plain_markdown("So {cite:p}`shinohara2025, porter2000`.") == "So (Shinohara, 2025; Porter, 2000)."
    assert plain_markdown("See {doc}`chapter 1 <01-cluster-concept>`.") == "See chapter 1."
    shown = plain_markdown("{numref}`fig-02-map` shows it.")
    assert shown == "Figure “The cheapest way across the sea, over distance and volume” shows it."


def test_no_released_notebook_shows_a_role_that_only_the_book_knows():
    for path in everything():
        cells = released(load(path))["cells"]
        shown = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
        assert not re.findall(r"\{[a-z:]+\}`[^`]*`", shown), path.name


def test_links_to_other_pages_lead_to_the_site_or_nowhere():
    given = "See [L-01](../appendices/claims.md#l-01) and [here](https://example.org)."
    assert plain_markdown(given) == "See L-01 and [here](https://example.org)."
    assert "[L-01](https://book.org/appendices/claims.html#l-01)" in plain_markdown(given, "https://book.org/")


def test_an_open_question_gets_a_place_for_its_answer():
    source = load(find("01"))
    roles = [role for name, role in map(mark, source.cells) if name == "ex-01-dispersed"]
    assert roles[0] == "answer"
    assert set(roles[1:]) == {"solution"}


def test_what_was_handed_in_is_recognised(tmp_path):
    for path in everything()[:2]:
        folder = tmp_path / path.stem
        release(load(path), folder)
        assert guess(folder) == path
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.ipynb").write_text('{"cells": [], "metadata": {"exercises": {"source": "../../etc"}}}')
    assert guess(tmp_path / "other") is None


def test_the_command_releases_everything(tmp_path, capsys):
    assert main(["release", "--out", str(tmp_path)]) == 0
    assert {path.stem for path in tmp_path.iterdir()} == {path.stem for path in everything()}


@pytest.mark.parametrize("what", ["77", "no/such/folder", str(ROOT)])
def test_an_unknown_source_is_said_so(what, capsys):
    assert main(["release", what]) == 2
    assert what in capsys.readouterr().err


def test_the_built_site_holds_no_hidden_check_and_no_graded_solution():
    site = ROOT / "_build" / "html"
    if not site.exists():
        pytest.skip("the book is not built")
    secret = set()
    for path in sorted((ROOT / "assignments").glob("*/*.ipynb")):
        source = load(path)
        secret |= {line.strip() for line in source.hidden_checks.splitlines() if len(line.strip()) > 30}
        for cell in source.cells:
            if mark(cell)[1] == "solution" and cell["cell_type"] == "code":
                secret |= {line.strip() for line in text(cell).splitlines() if len(line.strip()) > 30}
    assert len(secret) > 10
    readable = (".html", ".js", ".ipynb", ".txt", ".json", ".md", ".py")
    for path in (path for path in site.rglob("*") if path.suffix in readable):
        content = path.read_text(encoding="utf-8", errors="replace")
        assert not [line for line in secret if line in content], path


def test_assignments_are_no_pages_of_the_book():
    assert "assignments" not in (ROOT / "_toc.yml").read_text(encoding="utf-8")
