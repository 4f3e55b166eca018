"""The book as a PDF: complete, figures as vectors, links that lead somewhere, solutions at the end, nothing cut."""

from __future__ import annotations

import re
import subprocess
import sys

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

import paper.__main__ as paper
from tests.conftest import ROOT, SITE


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    out = tmp_path_factory.mktemp("paper") / "book.pdf"
    subprocess.run([sys.executable, "-m", "paper", "--out", str(out)], cwd=ROOT, check=True)  # it starts a browser
    return out


@pytest.fixture(scope="module")
def pdf(path):
    """The structure of the PDF: outline, links, destinations."""
    return PdfReader(path)


@pytest.fixture(scope="module")
def drawn(path):
    """What stands on its pages."""
    return pypdfium2.PdfDocument(path)


@pytest.fixture(scope="module")
def pages(drawn):
    """The text of each page, without the breaks of its lines."""
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in drawn]


def titles(outline) -> list[str]:
    return [t for entry in outline for t in (titles(entry) if isinstance(entry, list) else [entry.title])]


def chapters() -> list[BeautifulSoup]:
    found = sorted((SITE / "chapters").glob("*.html"))
    return [BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in found]


def test_every_page_of_the_book_is_in_the_outline_and_the_length_is_plausible(pdf):
    known = " | ".join(titles(pdf.outline))
    for chapter in chapters():
        assert chapter.h1.find(string=True, recursive=False).strip() in known
    assert "Solutions" in known and "How to cite" in known
    assert 15 * len(chapters()) < len(pdf.pages) < 100 * len(chapters())


def test_the_contents_name_the_page_on_which_a_chapter_begins(pdf, pages):
    places = {name.removeprefix("/"): target for name, target in pdf.named_destinations.items()}
    begins = pdf.get_destination_page_number(places["chapters-01-cluster-concept"])
    assert re.search(rf"The cluster concept {begins + 1}\b", " ".join(pages[1:4]))
    assert "You will be able to" in pages[begins]


def test_every_figure_is_a_vector(drawn):
    image = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    assert not [number for number, page in enumerate(drawn, 1) if list(page.get_objects(filter=[image]))]


def test_every_link_inside_the_document_leads_somewhere(pdf):
    known = {name.removeprefix("/") for name in pdf.named_destinations}
    lost, inner = [], 0
    for number, page in enumerate(pdf.pages, 1):
        for link in (reference.get_object() for reference in page.get("/Annots") or []):
            action = link.get("/A") or {}
            target = link.get("/Dest") or action.get("/D")
            address = str(action.get("/URI", ""))
            inner += target is not None
            if isinstance(target, str) and target.removeprefix("/") not in known:
                lost.append((number, target))
            if address and not re.match(r"(https?|mailto|doi):", address):
                lost.append((number, address))
    assert inner > 200
    assert not lost


def test_no_text_reaches_into_the_margin(drawn):
    cut = []
    for number, page in enumerate(drawn, 1):
        text, width = page.get_textpage(), page.get_width()
        for index in range(text.count_rects()):
            left, _, right, _ = text.get_rect(index)
            if right > width - 40 or left < 40:
                cut.append((number, round(right), text.get_text_bounded(*text.get_rect(index))[:40]))
    assert not cut


def test_japanese_can_be_read_and_copied(pages):
    if not paper.japanese_font():
        pytest.skip("no Japanese font on this machine")
    assert "産業クラスター" in " ".join(pages).replace(" ", "")


def test_solutions_stand_in_the_appendix_and_nowhere_else():
    soup = BeautifulSoup(paper.document(), "html.parser")
    solutions = soup.select("div.solution")
    assert len(solutions) == sum(len(chapter.select("div.solution")) for chapter in chapters()) > 20
    assert all(solution.find_parent(id="solutions") for solution in solutions)
    questions = soup.select("form.quiz")
    assert len(soup.select(".where a")) == len(solutions) + len(questions)


def test_a_quick_question_is_asked_without_its_answer_which_stands_at_the_end():
    soup = BeautifulSoup(paper.document(), "html.parser")
    questions, answers = soup.select("form.quiz"), soup.select("#solutions .answer")
    assert len(answers) == len(questions) >= len(chapters())
    for question, answer in zip(questions, answers, strict=True):
        assert "Right." not in question.get_text() and "☐" in question.get_text()
        assert answer.get_text().count("Right.") == 1
        assert answer.select_one("h3 a")["href"] == f"#{question['id']}"
        assert len(answer.select("li")) == len(question.select("label"))


def test_what_only_works_on_a_screen_is_left_out():
    soup = BeautifulSoup(paper.document(), "html.parser")
    assert not soup.select("button, input, script, [class^=live-python]")
    assert "the first time" not in " ".join(one.get_text() for one in soup.select(".exercise"))  # what Python weighs
