"""The glossary: every term is used, linked where a chapter first uses it, and in the index in both languages."""

from __future__ import annotations

import html
import json
import re
from collections import Counter

import pytest

from tests.conftest import ROOT, SITE, notebooks
from utils import data

ENTRIES = data.table("glossary").to_dict("records")
LINK = re.compile(r'href="\.\./appendices/glossary\.html#([^"]+)"[^>]*><span class="term">([^<]+)</span>')


def linked(page) -> list[tuple[str, str]]:
    return [(anchor, html.unescape(text)) for anchor, text in LINK.findall(page.read_text(encoding="utf-8"))]


def anchors() -> dict[str, str]:
    page = (SITE / "appendices" / "glossary.html").read_text(encoding="utf-8")
    return {html.unescape(term): anchor for anchor, term in re.findall(r'<dt id="([^"]+)">([^<]+)<', page)}


def words(entry: dict) -> set[str]:
    others = entry["forms"] if isinstance(entry["forms"], str) else ""
    return {entry["term"].lower(), *(form.strip().lower() for form in others.split(";") if form.strip())}


def test_no_term_form_or_japanese_word_stands_twice():
    for counted in ([e["japanese"] for e in ENTRIES], [word for e in ENTRIES for word in words(e)]):
        assert not [word for word, times in Counter(counted).items() if times > 1]


def test_a_reading_is_in_kana_and_spells_the_kana_of_its_word():
    for entry in ENTRIES:
        assert re.fullmatch(r"[\u3040-\u30ffー・]+", entry["reading"]), entry["term"]
        for kana in re.findall(r"[\u3040-\u30ffー]+", entry["japanese"]):
            assert kana in entry["reading"], entry["term"]
        assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", entry["japanese"])


def test_every_term_is_used_and_linked_in_a_chapter():
    known = anchors()
    reached = {anchor for page in (SITE / "chapters").glob("*.html") for anchor, _ in linked(page)}
    assert not [entry["term"] for entry in ENTRIES if known[entry["term"]] not in reached]


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem[:2])
def test_a_chapter_links_a_term_once_by_one_of_its_words(path):
    found = linked(SITE / "chapters" / f"{path.stem}.html")
    assert found
    assert len({anchor for anchor, _ in found}) == len(found)
    of_anchor = {anchors()[entry["term"]]: words(entry) for entry in ENTRIES}
    assert all(text.lower() in of_anchor[anchor] for anchor, text in found)


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem[:2])
def test_the_chapters_themselves_stay_plain(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert not [cell for cell in cells if "{term}" in "".join(cell["source"])]


def test_the_index_lists_every_term_in_both_languages_and_the_glossary_leads_there():
    index = html.unescape((SITE / "genindex.html").read_text(encoding="utf-8"))
    for entry in ENTRIES:
        for word in (entry["term"], entry["japanese"]):
            assert f">{word}<" in index
    assert 'href="../genindex.html"' in (SITE / "appendices" / "glossary.html").read_text(encoding="utf-8")


def test_the_glossary_page_is_in_the_table_of_contents():
    assert "file: appendices/glossary\n" in (ROOT / "_toc.yml").read_text(encoding="utf-8")
