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


def test_the_family_of_the_letters_is_said_once_and_what_has_no_colour_is_left_out():
    drawn = picture()
    assert drawn.count("font-family") == 1
    frames = re.findall(r"<path[^>]*>", figures._svg.__wrapped__(FRAMED).split("<defs")[0])
    assert len(frames) == 1, "the bar is drawn, the frame without a line is not"


FRAMED = alt.Chart(pd.DataFrame({"x": [1]})).mark_bar(color="#123456").configure_view(stroke=None).to_json()


def test_a_chart_that_follows_its_column_has_a_picture_for_a_phone_too():
    chart = alt.Chart(pd.DataFrame({"x": [1, 2], "y": [3, 4]})).mark_line().encode(x="x", y="y")
    drawn = figures.drawing(chart.to_dict(), "Two points")
    assert re.findall(r'<svg class="(\w+)"[^>]* width="(\d+)"', drawn) == [("wide", "640"), ("narrow", "300")]
    chosen = figures.drawing(chart.properties(width=200).to_dict(), "Two points")
    assert chosen.count("<svg") == 1


def test_the_frame_that_cuts_lines_is_said_once():
    rows = pd.DataFrame({"x": [1, 2] * 3, "y": range(6), "line": list("aabbcc")})
    drawn = figures.svg(alt.Chart(rows).mark_line(clip=True).encode(x="x", y="y", detail="line").to_dict())
    assert drawn.count("<clipPath") == 1
    named = re.search('<clipPath id="([^"]+)"', drawn)[1]
    assert re.findall(r"url\(#([^)]+)\)", drawn) == [named] * drawn.count("clip-path=")
