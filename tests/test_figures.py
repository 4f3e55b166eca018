"""Pictures of charts are light: what only a live chart needs is left out of them."""

from __future__ import annotations

import re

import altair as alt
import pandas as pd

from utils import charts, figures  # noqa: F401  (charts turns the book's theme on)


def picture() -> str:
    rows = pd.DataFrame({"x": [0.123456, 1.0, 2.718281828], "y": [1.0, 3.14159265, 2.0]})
    y = alt.Y("y").axis(values=[1.125, 2.125], format=".3f")
    return figures.svg(alt.Chart(rows).mark_line().encode(x="x", y=y).to_dict())


def test_places_are_given_to_a_tenth_of_a_pixel():
    places = " ".join(re.findall(r' (?:d|transform)="([^"]*)"', picture()))
    assert not re.search(r"\d\.\d{2,}", places)
    assert re.search(r"\d\.\d", places)


def test_what_a_reader_sees_as_text_is_not_rounded():
    assert ">1.125<" in picture()
