"""The page For lecturers: outcomes that are met, plans that add up, links that open what they promise."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl

import pytest
import teaching

from tests.conftest import ROOT, SITE

CHAPTERS = teaching.chapters(ROOT)
PAGE = (ROOT / "appendices" / "for-lecturers.md").read_text(encoding="utf-8")


def built() -> str:
    return (SITE / "appendices" / "for-lecturers.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_every_outcome_is_served_by_an_exercise_and_every_exercise_serves_one(chapter):
    assert 3 <= len(chapter.outcomes) <= 6
    assert set(chapter.serves) == set(chapter.exercises), f"OUTCOMES in utils/checks/ch{chapter.number}.py"
    assert {n for numbers in chapter.serves.values() for n in numbers} == set(range(1, len(chapter.outcomes) + 1))
    assert all(chapter.serves.values())


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_an_outcome_begins_with_what_one_will_do(chapter):
    for outcome in chapter.outcomes:
        assert re.match(r"\*[a-z ]+\* ", outcome), outcome


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_a_chapter_takes_no_longer_to_read_than_it_says(chapter):
    promised = re.search(r"\*Time:\* (?:\d+ to )?(\d+) minutes", chapter.path.read_text(encoding="utf-8"))
    assert 0 < sum(section.reading for section in chapter.sections) <= int(promised[1])


def test_the_minutes_of_every_course_plan_add_up():
    plans = re.findall(r"^### .*?(?=^#)", PAGE.split("## Course plans")[1].split("## Time")[0] + "#", re.M | re.S)
    assert len(plans) == 3
    for plan in plans:
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in plan.splitlines() if line[:1] == "|"]
        column = rows[0].index("Minutes")
        *minutes, total = [row[column].strip("*").replace(",", "") for row in rows[2:]]
        assert sum(map(int, minutes)) == int(total)
        assert f"{int(total):,}" in plan


def test_the_page_shows_the_points_of_every_exercise_of_every_chapter():
    page = html.unescape(re.sub(r"<[^>]+>", "", built())).replace("’", "'")
    for chapter in CHAPTERS:
        for title, _ in chapter.exercises.values():
            assert title.strip() in page
        assert f"Chapter {int(chapter.number)}: {chapter.title}" in page


def test_every_figure_with_scenarios_has_its_links_on_the_page():
    hrefs = re.findall(r'class="preset" href="([^"]+)"', built())
    assert len(hrefs) == sum(len(figure[2]) for chapter in CHAPTERS for figure in chapter.figures) > 0


@pytest.mark.parametrize("page", sorted({page for page, *_ in teaching.preset_links(ROOT)}))
def test_a_preset_link_sets_the_sliders_it_names(visit, site, page):
    links = re.findall(rf'class="preset" href="\.\./(chapters/{page}#[^"]+)"', built())
    hrefs = [html.unescape(link) for link in links]
    assert hrefs
    one = visit()
    one.page.goto(f"{site}/{hrefs[0]}")
    for href in hrefs:
        figure, query = href.split("#")[1].split("?")
        one.page.evaluate("hash => { location.hash = hash }", href.split("#")[1])
        one.page.wait_for_function("id => document.getElementById(id)?.explorable", arg=figure)
        wanted = {name: float(value) for name, value in parse_qsl(query)}
        one.page.wait_for_function(
            """([id, wanted]) => Object.entries(wanted).every(
                ([name, value]) => document.getElementById(id).explorable.values()[name] === value)""",
            arg=[figure, wanted],
        )
        assert one.page.locator(f"#{figure} .notice").count() == 0
    assert not one.errors
