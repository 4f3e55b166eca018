"""Every operation a model can use gives in the page what it gives in Python, and a grid finds its row."""

from __future__ import annotations

import itertools
import re

import pandas as pd
import pytest
from site_assets import page_script

from tests.conftest import ROOT
from tests.pages.test_explorables import differences, move, payload_of, positions, rows_in_python
from utils import charts, expressions  # noqa: F401  (charts turns the book's look on)
from utils.explore import display, explore, sentence
from utils.expressions import (
    column,
    cumulative,
    exp,
    floor,
    largest,
    log,
    maximum,
    minimum,
    smallest,
    total,
    where,
)

TABLE = pd.DataFrame({"x": [-2.5, -1.0, 0.0, 0.5, 3.0], "y": [4.0, 2.0, 1.0, 0.25, 3.0], "name": list("abcde")})


def everything(x, y, scale_exponent, discount_rate, delay):
    """No model of anything: each operation once, on columns and on numbers."""
    entries = list(y)
    return {
        "sum": x + y + delay, "difference": 1 - x - scale_exponent, "product": 2 * x * y, "quotient": x / y,
        "power": y**scale_exponent, "reverse_power": 2.0**x, "negative": -x, "size": abs(x),
        "less": x < y, "at_most": x <= 0, "more": x > delay, "at_least": x >= 0.5, "equal": x == 3, "other": x != 3,
        "both": (x > 0) & (y > 1), "either": (x > 0) | (y > 1),
        "exponential": exp(-discount_rate * y), "logarithm": log(y), "floor": floor(x * 1.5),
        "smaller": minimum(x, y, 1), "larger": maximum(x, delay / 10), "choice": where(x < scale_exponent, y, -y),
        "running": cumulative(y), "all": total(y), "top": largest(x * scale_exponent), "least": smallest(x),
        "some": total(entry * k for k, entry in enumerate(entries)),
        "stacked": column([entry + scale_exponent for entry in entries]),
        "constant": 0.25, "discount": 1 / (1 + discount_rate) ** delay,
    }


def solver(scale_exponent, discount_rate, delay):
    """A solver on a grid of three axes."""
    return {"step": [1.0, 2.0], "value": [scale_exponent / 3, 100 * discount_rate + delay], "name": f"run {delay:g}"}


GRID = {"scale_exponent": [0.4, 0.6, 0.8], "discount_rate": [0.0, 0.05, 0.1, 0.15], "delay": [0, 10, 20]}


@pytest.fixture(scope="module")
def figures():
    return {
        "explore-everything": explore(everything, over=TABLE, headline="{all:,.2f} and {top:.1%} at {delay:.0f}."),
        "explore-solver": explore(solver, grid=GRID, headline="{name}."),
    }


@pytest.fixture
def page(figures, tmp_path, visit):
    """A page with those figures, built as the book builds its own."""
    styles = (ROOT / "utils" / "explore.css").read_text(encoding="utf-8")
    (tmp_path / "explore.js").write_text(page_script(), encoding="utf-8")
    body = "".join(figure.html() for figure in figures.values())
    (tmp_path / "page.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>x</title><style>{styles}</style>{body}'
        '<script src="explore.js"></script>', encoding="utf-8")
    one = visit()
    one.page.goto((tmp_path / "page.html").as_uri())
    one.page.wait_for_function("[...document.querySelectorAll('figure.explorable')].every(f => f.explorable)")
    yield one.page
    assert not one.errors


def test_the_model_of_this_test_uses_every_operation_the_page_knows(figures):
    script = (ROOT / "utils" / "explore.js").read_text(encoding="utf-8")
    known = set()
    for block in re.findall(r"^const (?:plain|ofColumns) = \{\n(.*?)^\};", script, re.DOTALL | re.MULTILINE):
        known |= {name.strip('"') for name in re.findall(r'^  ("[^"]+"|\w+):', block, re.MULTILINE)}
    used = {step[0] for step in figures["explore-everything"].payload["model"]["steps"]}
    assert len(known) > 20
    assert not known - used, "operations of explore.js that this test does not try"


def test_every_operation_equals_python(page, figures):
    payload = payload_of(page, "explore-everything")
    for wanted in positions(payload["assumptions"], "operations"):
        seen = move(page, "explore-everything", wanted)
        expected = figures["explore-everything"]._run.rows(seen["values"]).to_dict("records")
        assert not differences(seen["rows"], expected), seen["values"]
        numbers = {name: value for name, value in expected[0].items() if name not in TABLE}
        assert seen["sentence"] == sentence(payload["headline"], {**numbers, **seen["values"]})
        shown = page.locator("#explore-everything output").all_inner_texts()
        assert shown == [display(seen["values"][s["name"]], s) for s in payload["assumptions"]]


def test_a_grid_finds_the_row_of_every_point(page):
    for point in itertools.product(*GRID.values()):
        wanted = dict(zip(GRID, point, strict=True))
        seen = move(page, "explore-solver", wanted)
        rows, _ = rows_in_python("tests.pages.test_operations:solver", {"rows": [{}, {}], "fixed": {}}, seen["values"])
        assert not differences(seen["rows"], rows), wanted


def test_one_year_is_not_one_years(page):
    for value, words in ((1, "1 year"), (2, "2 years"), (0, "0 years")):
        move(page, "explore-everything", {"delay": value})
        assert page.locator("#explore-everything output").last.inner_text() == words


def test_the_source_of_a_slider_opens_with_the_keyboard_and_closes_with_escape(page):
    source = page.locator("#explore-everything .source").first
    assert not source.is_visible()
    page.locator("#explore-everything .ask").first.focus()
    page.keyboard.press("Enter")
    assert "teaching assumption of this book" in source.inner_text()
    page.keyboard.press("Escape")
    assert not source.is_visible()


def test_a_sentence_is_read_aloud_once_the_slider_rests(page):
    move(page, "explore-everything", {"delay": 3})
    caption = page.locator("#explore-everything figcaption.headline")
    assert caption.get_attribute("aria-busy") == "true"
    page.wait_for_function("!document.querySelector('#explore-everything figcaption').hasAttribute('aria-busy')")
    assert page.locator("#explore-everything output[aria-live=off]").count() == 3
