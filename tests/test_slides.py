"""Slides: a choice from the chapter, alive with no network and no server, and equal to Python."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from slides.__main__ import main, write
from tests.conftest import SITE
from tests.pages.test_explorables import differences, move, payload_of, positions, rows_in_python

CHAPTERS = sorted((SITE / "chapters").glob("*.html"))


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """The decks of all chapters in a folder of their own, away from the book."""
    out = tmp_path_factory.mktemp("slides")
    assert len(write(out=out)) == len(CHAPTERS) > 0
    return out


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.name[:2])
def test_a_deck_shows_every_section_guess_figure_and_quick_question_of_its_chapter_once(decks, page):
    chapter = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").find("article")
    for solution in chapter.select(".solution"):
        solution.decompose()
    deck = BeautifulSoup((decks / page.name).read_text(encoding="utf-8"), "html.parser")
    figures = [figure["id"] for figure in chapter.select("figure.explorable")]
    assert [figure["id"] for figure in deck.select("figure.explorable")] == figures != []
    questions = [form.find("input")["name"] for form in chapter.select("form.quiz")]
    assert [form.find("input")["name"] for form in deck.select("form.quiz")] == questions
    guesses = [one for one in chapter.select("p > strong") if "guess" in one.get_text().lower()]
    assert len(deck.select(".slide.question")) >= len(guesses) > 0
    headings = {heading.get_text() for heading in deck.select("h1, h2")}
    for section in chapter.select("section > section"):
        if section["id"] not in ("further-reading", "exercise-content") and (title := section.find("h2")):
            assert title.find(string=True, recursive=False) in headings
    assert not deck.select(".solution")


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.name[:2])
def test_a_deck_links_to_nothing_that_is_not_beside_it(decks, page):
    text = (decks / page.name).read_text(encoding="utf-8")
    for address in re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"', text):
        assert (decks / address).is_file(), address
    assert not re.findall(r'<a [^>]*href="(?!https?:)[^"]*"', text)


def test_keys_turn_the_slides_and_move_a_slider_that_has_the_focus(visit, decks):
    one = visit()
    one.page.goto((decks / CHAPTERS[0].name).as_uri())
    shown = "slides.findIndex(slide => slide.checkVisibility())"
    last = one.page.evaluate("slides.length") - 1
    for key, place in [("ArrowRight", 1), ("PageDown", 2), ("ArrowLeft", 1), ("End", last), ("ArrowRight", last),
                       ("Home", 0), ("ArrowLeft", 0)]:
        one.page.keyboard.press(key)
        assert one.page.evaluate(shown) == place
        assert one.page.locator(".slide:visible").count() == 1
    figure = one.page.evaluate("document.querySelector('figure.explorable').id")
    one.page.evaluate("id => { location.hash = id }", figure)
    one.page.wait_for_function("id => document.getElementById(id).checkVisibility()", arg=figure)
    place = one.page.evaluate(shown)
    slider = payload_of(one.page, figure)["assumptions"][0]
    one.page.focus(f"#{figure} input[name={slider['name']}]")
    one.page.keyboard.press("ArrowRight")
    values = one.page.evaluate("id => document.getElementById(id).explorable.values()", figure)
    assert values[slider["name"]] == pytest.approx(slider["value"] + slider["step"])
    assert one.page.evaluate(shown) == place
    one.page.keyboard.press("Escape")
    one.page.keyboard.press("ArrowRight")
    assert one.page.evaluate(shown) == place + 1
    assert not one.errors
    assert not one.outside


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.name[:2])
def test_every_slide_fits_the_screen_and_its_figures_equal_python(visit, decks, page):
    one = visit()
    one.page.set_viewport_size({"width": 1280, "height": 720})
    one.page.goto((decks / page.name).as_uri())
    for number in range(one.page.evaluate("slides.length")):
        one.page.evaluate("number => show(number)", number)
        figure = one.page.evaluate("slides[current].querySelector('figure.explorable')?.id")
        if one.page.evaluate("Boolean(slides[current].querySelector('figure'))"):
            one.page.wait_for_selector(".slide.shown .canvas svg")
        if figure:
            payload = payload_of(one.page, figure)
            seen = move(one.page, figure, positions(payload["assumptions"], figure)[3])
            source = one.page.get_attribute(f"#{figure}", "data-model")
            assert not differences(seen["rows"], rows_in_python(source, payload, seen["values"])[0])
        one.page.wait_for_function("!overflows()", timeout=3000)
    assert not one.errors
    assert not one.outside


def test_without_scripts_the_slides_stand_one_under_the_other(visit, decks):
    one = visit(java_script_enabled=False)
    one.page.goto((decks / CHAPTERS[0].name).as_uri())
    assert one.page.locator(".slide:visible").count() == one.page.locator(".slide").count() > 10


def test_a_chapter_that_is_not_there_and_a_book_that_is_not_built_are_named(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="chapter '99' is not in the book; allowed are 01, "):
        write("99", out=tmp_path)
    with pytest.raises(FileNotFoundError, match="run `make book` first"):
        write(site=tmp_path, out=tmp_path)
    monkeypatch.setattr("sys.argv", ["slides", "99"])
    with pytest.raises(SystemExit, match="chapter '99'"):
        main()
