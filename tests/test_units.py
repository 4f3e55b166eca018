"""A number keeps its unit beside it, on every page."""

from __future__ import annotations

import pytest
import units
from bs4 import BeautifulSoup

from tests.conftest import SITE
from tests.pages.test_pages import pages


@pytest.mark.parametrize(("written", "shown"), [
    ("81 % of 5 Mt", "81~% of 5~Mt"), ("20 EUR/MWh, 3 kWh", "20~EUR/MWh, 3~kWh"), ("at 180 °C", "at 180~°C"),
    ("in 2030 the", "in 2030 the"), ("4 tonnes, 7 metres", "4 tonnes, 7 metres"), ("a % b", "a % b"),
])
def test_only_the_space_before_a_unit_is_kept(written, shown):
    assert units.joined(written) == shown.replace("~", "\u00a0")


@pytest.mark.parametrize("page", [page for page in pages() if page.startswith("chapters/")])
def test_no_line_of_a_chapter_can_begin_with_a_per_cent_sign(page):
    article = BeautifulSoup((SITE / page).read_text(encoding="utf-8"), "html.parser").article
    for other in article.select("figure, pre, code, form"):
        other.decompose()
    assert not [line.get_text() for line in article.select("p") if units._SPACE.search(line.get_text())]
