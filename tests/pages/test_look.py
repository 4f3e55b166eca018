"""The colours of the page can be read in both modes, and the charts' colours be told from the page."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from utils.charts import PALETTE

STYLE = (ROOT / "_static" / "book.css").read_text(encoding="utf-8")
WORDS = ["text-base", "text-muted", "heading", "on-surface", "link", "link-hover", "inline-code", "primary",
         "book-rust"]
GROUNDS = ["background", "on-background", "surface", "book-panel"]


def colours(mode: str) -> dict[str, str]:
    block = re.search(rf'^html\[data-theme="{mode}"\] \{{(.*?)^\}}', STYLE, re.DOTALL | re.MULTILINE)[1]
    return dict(re.findall(r"--(?:pst-color-)?([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_ratio_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_have_enough_contrast_on_every_ground(mode):
    found = colours(mode)
    pairs = [(word, ground) for word in WORDS for ground in GROUNDS]
    pairs += [(kind, f"{kind}-bg") for kind in ("primary", "secondary", "info", "warning", "success")]
    ratios = {pair: round(contrast(found[pair[0]], found[pair[1]]), 2) for pair in pairs}
    assert not {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_colours_of_charts_stand_out_from_the_page(mode):
    ground = colours(mode)["background"]
    assert not {c: round(contrast(c, ground), 2) for c in PALETTE if contrast(c, ground) < 3}
