"""Quick questions: usable by everybody, in a notebook, on the page, on paper and in other systems."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest

from utils.grading.export import TEXT2QTI
from utils.quiz import Quiz, moodle_xml, quiz, quizzes_of, text2qti

TRICKY = Quiz(
    "q-zz-one",
    "Is 1 < 2 & “true” *now* for $x$?",
    [("Yes, 1 < 2", True, "Because <b>1</b> is less."), ("No", False, "Look & see."), ("`Maybe`", False, "Really?")],
)
OTHER = Quiz("q-zz-two", "Another?", [("A", False, "Not A."), ("B", True, "B it is.")])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([("A", True, "a")], "1 options; allowed are 2 to 6"),
        ([("A", True, "a"), ("B", True, "b")], "2 options are right; exactly one must be"),
        ([("A", False, "a"), ("B", False, "b")], "0 options are right"),
        ([("A", True, "a"), ("B", False, " ")], "every option needs a reason"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Quiz("q", "?", options)


def test_as_text_it_asks_and_does_not_tell():
    assert repr(OTHER) == "Another?\n  ( ) A\n  ( ) B"


def test_its_html_is_a_fieldset_of_radios_without_ids_or_fixed_colours():
    page = TRICKY._repr_html_()
    assert page.count('type="radio" name="q-zz-one"') == 3
    assert "<fieldset><legend>" in page
    assert " id=" not in page
    assert not re.search(r"#[0-9a-fA-F]{3,6}|rgb|white|black|background", page)
    assert "http" not in page
    assert "<b>" not in page


def test_its_html_is_small():
    assert len(TRICKY._repr_html_()) < 3000


def test_an_unknown_question_lists_the_known_ones():
    with pytest.raises(KeyError, match=r"no question 'q-01-no'; known are: q-01-"):
        quiz("q-01-no")
    with pytest.raises(KeyError, match="none"):
        quiz("q-99-x")


def test_moodle_xml_holds_question_answers_and_reasons():
    root = ElementTree.fromstring(moodle_xml([TRICKY, OTHER]).encode())
    first = root.findall("question")[0]
    assert first.get("type") == "multichoice"
    assert first.findtext("name/text") == "q-zz-one"
    assert first.findtext("questiontext/text") == "<p>Is 1 &lt; 2 &amp; “true” *now* for $x$?</p>"
    assert [answer.get("fraction") for answer in first.findall("answer")] == ["100", "0", "0"]
    assert first.findtext("answer/feedback/text") == "Because &lt;b&gt;1&lt;/b&gt; is less."
    assert len(root.findall("question")) == 2


def test_text2qti_makes_a_package_for_canvas_of_it(tmp_path):
    pytest.importorskip("text2qti")
    (tmp_path / "quiz.txt").write_text(text2qti("A title", [TRICKY, OTHER]), encoding="utf-8")
    done = subprocess.run([*TEXT2QTI, "quiz.txt"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "quiz.zip") as package:
        content = "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))
    assert content.count("multiple_choice_question") == 2
    assert "imsmanifest.xml" in package.namelist()
    for words in ("Another?", "Not A.", "B it is.", "Is 1 &amp;lt; 2 &amp;amp; “true” *now* for $x$?"):
        assert words in content
    assert "\\" not in content


def test_every_chapter_that_has_quick_questions_has_two_or_more():
    from tests.conftest import cells, notebooks

    for path in notebooks():
        chapter = path.stem.split("-")[0]
        asked = re.findall(r'quiz\("(q-[\w-]+)"\)', "\n".join("".join(cell["source"]) for cell in cells(path, "code")))
        known = quizzes_of(chapter)
        assert set(asked) == set(known), f"chapter {chapter}: asked and registered questions differ"
        assert len(asked) == len(set(asked))
        assert not known or len(known) >= 2


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture
def shown(visit, tmp_path):
    """Two questions on a page, the first of them twice, as in a notebook with a second view of an output."""
    path = tmp_path / "page.html"
    body = TRICKY._repr_html_() + OTHER._repr_html_() + TRICKY._repr_html_()
    path.write_text(f"<!doctype html><meta charset=utf-8><title>t</title>{body}", encoding="utf-8")

    def _open(**options):
        one = visit(**options)
        one.page.goto(path.as_uri())
        return one

    return _open


@pytest.mark.parametrize("scripts", [True, False])
def test_choosing_shows_the_reason_of_that_option_only(shown, scripts):
    page = shown(java_script_enabled=scripts).page
    first = page.locator("form.quiz").first
    assert first.locator("[role=status] p:visible").count() == 0
    first.get_by_text("No", exact=True).click()
    assert first.locator("[role=status] p:visible").all_inner_texts() == ["Not yet. Look & see."]
    first.get_by_text("Yes, 1 < 2").click()
    assert first.locator("[role=status] p:visible").all_inner_texts() == ["Right. Because <b>1</b> is less."]
    assert page.locator("[role=status] p:visible").count() == 1


def test_it_can_be_answered_with_the_keyboard(shown):
    one = shown()
    page = one.page
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("form.quiz").first.locator("input").first.is_checked()
    page.keyboard.press("ArrowDown")
    assert page.locator("form.quiz").first.locator("input").nth(1).is_checked()
    before = page.url
    page.keyboard.press("Enter")
    assert page.url == before
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("form.quiz").nth(1).locator("input").first.is_checked()
    assert one.errors == []


def test_it_keeps_the_answer(shown):
    one = shown()
    one.page.locator("form.quiz").nth(1).get_by_text("B", exact=True).click()
    one.page.reload()
    assert one.page.locator("form.quiz").nth(1).locator("input").nth(1).is_checked()
    assert one.page.locator("input:checked").count() == 1


def test_on_paper_there_are_question_and_options_but_no_feedback(shown):
    page = shown().page
    page.locator("form.quiz").nth(1).get_by_text("B", exact=True).click()
    page.emulate_media(media="print")
    assert page.locator("[role=status] p:visible").count() == 0
    assert page.get_by_text("Another?").is_visible()
    assert page.locator("form.quiz").nth(1).get_by_text("A", exact=True).is_visible()


def test_its_group_has_the_question_as_its_name(shown):
    assert shown().page.get_by_role("group", name="Another?").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_in_light_and_dark(shown, scheme):
    page = shown(color_scheme=scheme).page
    page.add_style_tag(content=":root{color-scheme:light dark}")
    colours = page.evaluate("(() => { const s = getComputedStyle(document.querySelector('.quiz legend'));"
                            "return [s.color, s.backgroundColor] })()")  # fmt: skip
    assert colours[1] == "rgba(0, 0, 0, 0)"
    assert colours[0] == ("rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)")
