"""A page says what it is about; addresses are complete or left out; licences and citation agree."""

from __future__ import annotations

import io
import re

import found
import landmarks
import pytest
import search_words
import vl_convert
import yaml
from bs4 import BeautifulSoup
from PIL import Image
from sphinx.errors import ConfigError

from tests.conftest import ROOT, SITE

PAGES = [path for folder in ("chapters", "appendices") for path in sorted((SITE / folder).glob("*.html"))]


def soup(path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_every_page_has_a_title_and_a_description_of_its_own():
    pages = [soup(path) for path in [SITE / "intro.html", *PAGES]]
    descriptions = [page.select_one("meta[name=description]")["content"] for page in pages]
    assert all(30 <= len(text) <= 200 for text in descriptions), [len(text) for text in descriptions]
    for one in (descriptions, [page.title.get_text() for page in pages]):
        assert len(set(one)) == len(one)


def test_every_page_names_the_book():
    title = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
    named = {soup(path).select_one('meta[property="og:site_name"]')["content"] for path in PAGES}
    assert named == {title}


def test_without_an_address_no_page_guesses_one(monkeypatch):
    assert found.address_of_book("") == ""
    text = found.tags("A title", "About it", "The book")
    assert "og:title" in text and "og:url" not in text and "og:image" not in text


def test_an_address_is_made_whole_and_a_wrong_one_is_named():
    assert found.address_of_book("https://example.org/book") == "https://example.org/book/"
    with pytest.raises(ConfigError, match=r"BOOK_URL is .example\.org.; allowed is"):
        found.address_of_book("example.org")
    text = found.tags("A \"title\"", "About", "Book", "https://example.org/a.html", "https://example.org/a.png")
    assert 'content="https://example.org/a.png"' in text and "A &quot;title&quot;" in text


def test_the_picture_of_a_page_shows_its_first_figure():
    page = (SITE / "chapters/01-cluster-concept.html").read_text(encoding="utf-8")
    figure = found._PICTURE.search(page)[1]
    with_figure, without = (
        vl_convert.svg_to_png(found.card("The cluster concept", "The book", svg)) for svg in (figure, "")
    )
    drawn = Image.open(io.BytesIO(with_figure)).convert("RGB")
    assert drawn.size == (1200, 630)
    assert len(with_figure) < 150_000
    right = (600, 0, 1200, 630)
    assert len(drawn.crop(right).getcolors(100_000)) > 5
    assert len(Image.open(io.BytesIO(without)).convert("RGB").crop(right).getcolors(100_000)) == 1


def test_the_page_for_wrong_addresses_works_at_any_depth():
    page = soup(SITE / "404.html")
    assert "This page is not here" in page.select_one("article h1").get_text()
    addresses = [tag.get("href") or tag.get("src") for tag in page.select("link[href], script[src], nav a[href]")]
    inner = [address for address in addresses if not address.startswith(("#", "data:"))]
    assert inner and all(address.startswith("/") for address in inner), inner


@pytest.mark.parametrize(("query", "page"), [
    ("Shapley", "The cluster concept"), ("electrolyser", "Infrastructure challenges"), ("脱炭素", "How to cite"),
    ("産業", "How to cite"),
])
def test_the_search_finds_english_and_japanese_words_from_a_folder(visit, query, page):
    one = visit()
    one.page.goto(f"{(SITE / 'search.html').as_uri()}?q={query}")
    one.page.locator("#search-results li a", has_text=page).first.wait_for()


def test_japanese_is_cut_into_pairs_and_english_into_words():
    cut = search_words.EnglishAndJapanese({}).split("産業クラスター, steel works")
    assert {"産業", "業ク", "ター", "steel", "works"} <= set(cut)


def test_citation_page_and_package_name_the_same_version_year_and_title():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    page = (ROOT / "appendices" / "how-to-cite.md").read_text(encoding="utf-8")
    version = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert citation["version"] == version
    for told in (f"{{{citation['title']}}}", f"{{{version}}}", f"{{{citation['date-released'][:4]}}}"):
        assert told in page
    assert citation["license"] == ["MIT", "CC-BY-4.0"]
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert "Creative Commons Attribution 4.0" in (ROOT / "LICENSE-TEXT").read_text(encoding="utf-8")


def test_the_landing_page_has_a_live_figure_three_doors_and_a_card_for_each_chapter():
    page = soup(SITE / "intro.html")
    assert page.select_one("figure.explorable input[type=range]")
    assert len(page.select(".doors .sd-card")) == 3
    chapters = sorted((ROOT / "chapters").glob("*.ipynb"))
    cards = page.select(".chapters .sd-card")
    assert [card.select_one("a")["href"] for card in cards] == [f"chapters/{path.stem}.html" for path in chapters]
    for card, path in zip(cards, chapters, strict=True):
        assert landmarks.first_words(path)[0] in card.get_text()


def test_the_parts_of_a_chapter_can_be_told_apart():
    page = soup(SITE / "chapters/01-cluster-concept.html")
    assert [tag.name for tag in page.select(".outcomes")] == ["p", "ol", "p"]
    assert len(page.select("p.guess")) >= 4 and len(page.select("p.limits")) >= 3
