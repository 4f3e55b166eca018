"""What explore() promises to those who call it in Python."""

from __future__ import annotations

import json
import re

import altair as alt
import ipywidgets
import pandas as pd
import pytest

from utils import charts  # noqa: F401  (turns the theme on)
from utils.assumptions import Assumption, get
from utils.explore import display, explore, sentence
from utils.models import pipelines

FIRMS = pd.DataFrame({"firms": [2, 4, 8], "name": ["two", "four", "eight"]})


def bars(rows):
    return rows.mark_bar().encode(x="firms:O", y="saving")


def saving(**options):
    return explore(pipelines.saving_of_equal_firms, over=FIRMS, chart=bars, **options)


def payload_of(figure) -> dict:
    script = re.search(r'<script type="application/json">(.*?)</script>', figure.html(), re.DOTALL)
    return json.loads(script[1])


def test_a_parameter_that_names_a_column_takes_it_and_the_others_become_sliders():
    figure = saving()
    assert [slider["name"] for slider in payload_of(figure)["assumptions"]] == ["scale_exponent"]
    assert list(figure.rows["saving"]) == pytest.approx([1 - n ** -0.4 for n in (2, 4, 8)])


def test_rows_follow_the_values():
    figure = saving()
    figure.values = {"scale_exponent": 1.0}
    assert list(figure.rows["saving"]) == [0, 0, 0]
    assert figure.rows["name"].tolist() == ["two", "four", "eight"], "columns the model does not use stay"


def test_it_is_a_widget_that_can_be_laid_out_and_observed():
    figure, heard = saving(), []
    figure.observe(lambda change: heard.append(change["new"]), "values")
    ipywidgets.VBox([figure])
    figure.values = {"scale_exponent": 0.8}
    assert heard == [{"scale_exponent": 0.8}]


def test_one_display_carries_a_widget_a_page_and_a_picture():
    faces, _ = saving()._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "image/svg+xml", "text/plain"} <= faces.keys()
    assert "<svg" in faces["text/html"], "the page shows the picture before any script has run"


def test_the_page_contract():
    figure = saving(name="contract", headline="At b = {scale_exponent:.2f}.")
    html, payload = figure.html(), payload_of(figure)
    model = "utils.models.pipelines:saving_of_equal_firms"
    assert f'<figure class="explorable" id="explore-contract" data-model="{model}">' in html
    assert re.search(r'<input type="range" [^>]*name="scale_exponent" min="0.4" max="1" step="0.05" value="0.6"', html)
    assert {"name", "label", "unit", "value", "min", "max", "step", "source"} <= payload["assumptions"][0].keys()
    assert payload["rows"] == FIRMS.to_dict("records")
    assert payload["spec"]["data"] == {"name": "rows"}
    assert "At b = 0.60." in html
    assert re.search(r'role="img" aria-label="[^"]*At b = 0.60', html)


def test_text_from_a_table_cannot_break_out_of_the_page():
    nasty = FIRMS.assign(name=["</script><script>alert(1)</script>", "<b>", "&"])
    html = explore(pipelines.saving_of_equal_firms, over=nasty, chart=bars).html()
    assert "alert(1)" in html
    assert "<script>alert" not in html
    assert html.count("</script>") == 1


def test_a_scenario_grid_runs_the_real_solver_at_every_point():
    calls = []

    def solver(scale_exponent, discount_rate):
        calls.append((scale_exponent, discount_rate))
        return {"year": [1.0, 2.0], "value": [scale_exponent, discount_rate], "sum": scale_exponent + discount_rate}

    figure = explore(solver, grid={"scale_exponent": [0.4, 0.6, 0.8], "discount_rate": [0.0, 0.05, 0.1]})
    payload = payload_of(figure)
    assert len(payload["grid"]["outputs"]["sum"]) == 9
    assert 'data-grid="true"' in figure.html()
    assert [(s["name"], s["min"], s["max"], s["value"]) for s in payload["assumptions"]] == [
        ("scale_exponent", 0.4, 0.8, 0.6), ("discount_rate", 0.0, 0.1, 0.1)]
    figure.values = {"scale_exponent": 0.8}
    assert figure.rows["value"].tolist() == pytest.approx([0.8, 0.1])


def nobody(unheard_of):
    return {"y": unheard_of}


def typo(scale_exponnent):
    return {"y": scale_exponnent}


def no_dict(scale_exponent):
    return scale_exponent


@pytest.mark.parametrize(("make", "error", "said"), [
    (lambda: explore(nobody), KeyError, "'unheard_of' is neither a column of the table .* nor an assumption"),
    (lambda: explore(typo), KeyError, "did you mean scale_exponent"),
    (lambda: explore(no_dict), TypeError, "no_dict must return a dict of named outputs"),
    (lambda: explore(pipelines.saving_of_equal_firms, over=FIRMS.head(0)), ValueError, "has no rows"),
    (lambda: explore(pipelines.saving_of_equal_firms, over=FIRMS.assign(firms="many")), ValueError,
     "the column 'firms' holds .* 'many'; allowed are numbers only"),
    (lambda: explore(pipelines.saving_of_equal_firms, over=FIRMS.assign(firms=[1, None, 2])), ValueError,
     "the column 'firms' has no value in row 1"),
    (lambda: saving(headline="{savings:.0%}"), KeyError, "uses {savings}; usable are scale_exponent"),
    (lambda: saving(headline="{scale_exponent:+.1f}"), ValueError, "formats scale_exponent as '\\+.1f'; allowed are"),
    (lambda: saving(start={"scale_exponent": 3}), ValueError, "scale_exponent is 3; allowed is 0.4 to 1"),
    (lambda: saving(start={"discount_rate": 0.1}), KeyError, "start names"),
    (lambda: saving(fixed={"nothing": 1}), KeyError, "fixed names"),
    (lambda: saving(scenarios=["utopia"]), KeyError, "no scenario 'utopia'"),
    (lambda: saving(grid={"scale_exponent": [0.4, 0.5, 0.9]}), ValueError, "rising evenly"),
    (lambda: saving(grid={"scale_exponent": [0.4, 0.5], "discount_rate": [0, 0.1]}), KeyError, "grid names"),
    (lambda: get("scale_exponnent"), KeyError, "known are: scale_exponent"),
])
def test_a_mistake_is_named_with_what_is_allowed(make, error, said):
    with pytest.raises(error, match=said):
        make()


@pytest.mark.parametrize(("values", "said"), [
    ({"scale_exponent": 2}, "scale_exponent is 2; allowed is 0.4 to 1"),
    ({"scale_exponent": "high"}, "scale_exponent is 'high'"),
    ({"exponent": 0.5}, "has no slider 'exponent'; its sliders are"),
])
def test_a_value_that_no_slider_can_take_is_refused_and_nothing_changes(values, said):
    figure = saving()
    with pytest.raises(ValueError, match=said):
        figure.values = values
    assert figure.values == {"scale_exponent": 0.6}


@pytest.mark.parametrize(("template", "values", "words"), [
    ("{x:,.1f} and {y:.0%}", {"x": 1234.56, "y": 0.256}, "1,234.6 and 26%"),
    ("{n:no firm|one firm|several firms}", {"n": 0}, "no firm"),
    ("{n:no firm|one firm|several firms}", {"n": 7.0}, "several firms"),
    ("{x:.0f}", {"x": -3.4}, "−3"),
])
def test_a_headline_is_filled_with_numbers_and_words(template, values, words):
    assert sentence(template, values) == words


@pytest.mark.parametrize(("value", "step", "unit", "words"), [
    (0.08, 0.005, "fraction", "8.0 %"), (2030, 1, "year", "2030"), (1200, 100, "Mt", "1,200 Mt"),
    (0.6, 0.05, "1", "0.60"),
])
def test_a_value_is_shown_with_its_unit(value, step, unit, words):
    assert display(value, {"step": step, "unit": unit, "choices": []}) == words


@pytest.mark.parametrize(("changes", "said"), [
    ({"default": 5}, "default 5 is not within"), ({"step": 0}, "step is 0"), ({"step": 0.3}, "cannot be reached"),
    ({"choices": ("a", "b")}, "2 choices need low 0, high 1, step 1"),
])
def test_an_assumption_that_makes_no_sense_is_refused(changes, said):
    sound = {"name": "x", "label": "X", "unit": "1", "default": 1, "low": 0, "high": 2, "step": 0.5, "source": "book",
             "status": "assumed"}
    with pytest.raises(ValueError, match=said):
        Assumption(**(sound | changes))


def test_a_chart_drawn_with_plain_altair_carries_the_same_faces():
    chart = alt.Chart(FIRMS, description="Three bars").mark_bar().encode(x="firms:O", y="firms:Q")
    faces, _ = alt.renderers.get()(chart.to_dict())
    assert 'aria-label="Three bars"' in faces["text/html"]
    assert "<svg" in faces["text/html"]


def test_a_value_between_two_steps_moves_the_slider_to_the_nearer_as_in_the_page():
    figure = saving()
    for given, held in ((0.613, 0.6), (0.63, 0.65), (0.4, 0.4), (1, 1.0)):
        figure.values = {"scale_exponent": given}
        assert figure.values == {"scale_exponent": held}


@pytest.mark.parametrize("value", [float("nan"), [1.0, float("inf")]])
def test_a_solver_that_gives_no_finite_number_is_named_with_the_place(value):
    def solver(scale_exponent):
        return {"cost": value if scale_exponent > 0.5 else [0.0, 0.0] if isinstance(value, list) else 0.0}

    with pytest.raises(ValueError, match=r"solver gives cost = .* at scale_exponent 0\.6; allowed are finite numbers"):
        explore(solver, grid={"scale_exponent": [0.4, 0.6]})
