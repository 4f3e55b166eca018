"""Every explorable of every page, found through the page contract, equals Python wherever its sliders stand."""

from __future__ import annotations

import importlib
import inspect
import random
import re

import numpy as np
import pandas as pd
import pytest

from tests.conftest import SITE, built_pages
from utils.explore import sentence

RELATIVE = 1e-9


def explorables() -> list[tuple[str, str]]:
    """(page, figure id) of every explorable in the built book."""
    return [
        (path.relative_to(SITE).as_posix(), figure)
        for path in built_pages()
        if "lite/" not in path.relative_to(SITE).as_posix()
        for figure in re.findall(r'<figure class="explorable" id="([^"]+)"', path.read_text(encoding="utf-8"))
    ]


def positions(assumptions: list[dict], seed: str) -> list[dict[str, float]]:
    """Low, default, high and five random positions of all sliders."""
    chance = random.Random(seed)

    def anywhere(slider: dict) -> float:
        steps = round((slider["max"] - slider["min"]) / slider["step"])
        return slider["min"] + chance.randint(0, steps) * slider["step"]

    fixed = [{slider["name"]: slider[edge] for slider in assumptions} for edge in ("min", "value", "max")]
    return fixed + [{s["name"]: min(anywhere(s), s["max"]) for s in assumptions} for _ in range(5)]


def rows_in_python(source: str, payload: dict, values: dict) -> tuple[list[dict], dict]:
    """What the model itself gives: its rows, and its one-number outputs."""
    module, name = source.split(":")
    model = getattr(importlib.import_module(module), name)
    table = pd.DataFrame(payload["rows"])
    arguments = {}
    for parameter, about in inspect.signature(model).parameters.items():
        if parameter in table.columns:
            arguments[parameter] = table[parameter]
        elif parameter in values or parameter in payload["fixed"]:
            arguments[parameter] = {**payload["fixed"], **values}[parameter]
        else:
            assert about.default is not about.empty, f"{source} takes {parameter}: neither column, slider nor default"
    outputs = {name: np.asarray(value).tolist() for name, value in model(**arguments).items()}
    length = max([len(table), *(len(value) for value in outputs.values() if isinstance(value, list))])
    table = table if len(table.columns) else pd.DataFrame(index=range(length))
    return table.assign(**outputs).to_dict("records"), {k: v for k, v in outputs.items() if not isinstance(v, list)}


def differences(page: list[dict], python: list[dict]) -> list[str]:
    """Where the page's rows and Python's differ."""
    if len(page) != len(python):
        return [f"{len(page)} rows in the page, {len(python)} in Python"]
    found = []
    for row, (ours, theirs) in enumerate(zip(page, python, strict=True)):
        for name in ours.keys() | theirs.keys():
            a, b = ours.get(name), theirs.get(name)
            if isinstance(b, (bool, int, float, np.number)) and isinstance(a, (int, float)):
                same = np.isclose(a, b, rtol=RELATIVE, atol=1e-12)
            else:
                same = a == b or (pd.isna(a) and pd.isna(b))
            if not same:
                found.append(f"row {row}, {name}: page {a!r}, Python {b!r}")
    return found


def payload_of(page, figure: str) -> dict:
    return page.evaluate(
        "id => JSON.parse(document.getElementById(id).querySelector('script[type=\"application/json\"]').textContent)",
        figure,
    )


def move(page, figure: str, values: dict) -> dict:
    """Set the sliders; return the values, the rows and the sentence the page then shows."""
    return page.evaluate(
        """async ([id, values]) => {
            const figure = document.getElementById(id);
            await figure.explorable.set(values);
            return {values: figure.explorable.values(), rows: figure.explorable.rows(),
                    sentence: figure.querySelector("figcaption.headline").textContent,
                    drawn: figure.querySelector(".drawing")?.querySelectorAll("svg").length ?? 1};
        }""",
        [figure, values],
    )


def test_the_built_book_has_explorables():
    assert explorables(), "no explorable found in _build/html"


@pytest.mark.parametrize(("address", "figure"), explorables(), ids=lambda value: value.removesuffix(".html"))
def test_the_page_equals_python_at_every_position_of_the_sliders(visit, site, address, figure):
    one = visit()
    one.page.goto(f"{site}/{address}")
    one.page.wait_for_function("id => document.getElementById(id)?.explorable", arg=figure)
    payload = payload_of(one.page, figure)
    source = one.page.get_attribute(f"#{figure}", "data-model")
    for wanted in positions(payload["assumptions"], figure):
        seen = move(one.page, figure, wanted)
        assert seen["values"] == pytest.approx(wanted), f"{figure}: the sliders did not go where they were sent"
        rows, numbers = rows_in_python(source, payload, seen["values"])
        assert not differences(seen["rows"], rows), f"{figure} at {seen['values']}"
        assert seen["sentence"] == sentence(payload["headline"], {**seen["values"], **numbers})
        assert seen["drawn"] == 1, f"{figure}: {seen['drawn']} pictures stand in the place of one"
    assert not one.errors
    assert not one.outside


@pytest.mark.parametrize(("address", "figure"), explorables()[:1], ids=lambda value: value.removesuffix(".html"))
def test_a_model_changed_on_one_side_only_is_noticed(visit, site, address, figure):
    """The comparison above would be worthless if it could not fail: change one constant in the page alone."""
    one = visit()
    one.page.add_init_script("""
        document.addEventListener("DOMContentLoaded", () => {
            const script = document.querySelector('figure.explorable script[type="application/json"]');
            const payload = JSON.parse(script.textContent);
            const number = payload.model.steps.find(step => step[0] === "number");
            number[1] += 0.001;
            script.textContent = JSON.stringify(payload);
        }, {once: true});
    """)
    one.page.goto(f"{site}/{address}")
    one.page.wait_for_function("id => document.getElementById(id)?.explorable", arg=figure)
    payload = payload_of(one.page, figure)
    values = {slider["name"]: slider["max"] for slider in payload["assumptions"]}
    seen = move(one.page, figure, values)
    rows, _ = rows_in_python(one.page.get_attribute(f"#{figure}", "data-model"), payload, seen["values"])
    assert differences(seen["rows"], rows)


@pytest.mark.parametrize(("address", "figure"), explorables()[:1], ids=lambda value: value.removesuffix(".html"))
def test_a_slider_moves_with_the_keyboard_and_resets_with_the_button(visit, site, address, figure):
    one = visit()
    one.page.goto(f"{site}/{address}")
    one.page.wait_for_function("id => document.getElementById(id)?.explorable", arg=figure)
    payload = payload_of(one.page, figure)
    slider = payload["assumptions"][0]
    values = f"document.getElementById('{figure}').explorable.values()"
    one.page.focus(f"#{figure} input[name={slider['name']}]")
    one.page.keyboard.press("ArrowRight")
    assert one.page.evaluate(values)[slider["name"]] == pytest.approx(slider["value"] + slider["step"])
    one.page.click(f"#{figure} button.reset")
    assert one.page.evaluate(values) == {s["name"]: pytest.approx(s["value"]) for s in payload["assumptions"]}


@pytest.mark.parametrize(("address", "figure"), explorables()[:1], ids=lambda value: value.removesuffix(".html"))
def test_a_value_out_of_range_or_an_unknown_name_is_refused_and_changes_nothing(visit, site, address, figure):
    one = visit()
    one.page.goto(f"{site}/{address}")
    one.page.wait_for_function("id => document.getElementById(id)?.explorable", arg=figure)
    before = one.page.evaluate(f"document.getElementById('{figure}').explorable.values()")
    name = next(iter(before))
    for wrong in ({name: 1e9}, {"nobody_knows": 1}, {name: "text"}):
        answer = one.page.evaluate(
            f"w => document.getElementById('{figure}').explorable.set(w).then(() => 'set', e => e.message)", wrong
        )
        assert "allowed is" in answer or "the sliders are" in answer
    assert one.page.evaluate(f"document.getElementById('{figure}').explorable.values()") == before


@pytest.mark.parametrize(("address", "figure"), explorables()[:1], ids=lambda value: value.removesuffix(".html"))
def test_a_chart_keeps_the_width_of_its_column_when_the_window_changes(visit, site, address, figure):
    one = visit()
    one.page.goto(f"{site}/{address}")
    one.page.wait_for_function("id => document.getElementById(id)?.explorable", arg=figure)
    one.page.evaluate("id => document.getElementById(id).explorable.draw()", figure)
    for width in (800, 1400, 500):
        one.page.set_viewport_size({"width": width, "height": 900})
        one.page.wait_for_function(
            """id => {
                const drawing = document.querySelector(`#${id} .drawing`);
                return Math.abs(drawing.querySelector("svg").getAttribute("width") - drawing.clientWidth) <= 2;
            }""",
            arg=figure, timeout=3000,
        )


@pytest.mark.parametrize("address", sorted({page for page, _ in explorables()}))
def test_a_shared_link_sets_every_slider_of_every_figure_in_a_fresh_browser(visit, site, address):
    one = visit()
    one.page.goto(f"{site}/{address}")
    one.page.wait_for_function("[...document.querySelectorAll('figure.explorable')].every(f => f.explorable)")
    other = visit()
    for figure in (name for page, name in explorables() if page == address):
        wanted = positions(payload_of(one.page, figure)["assumptions"], "a shared link")[3]
        move(one.page, figure, wanted)
        one.page.click(f"#{figure} button.copy-link")
        one.page.wait_for_function("id => location.hash.startsWith('#' + id)", arg=figure)
        other.page.goto("about:blank")
        other.page.goto(one.page.url)
        other.page.wait_for_function("id => document.getElementById(id)?.explorable", arg=figure)
        assert other.page.evaluate(f"document.getElementById('{figure}').explorable.values()") == pytest.approx(wanted)
        assert other.page.locator(f"#{figure} .notice").count() == 0
    assert not other.errors


@pytest.mark.parametrize("query", [
    "nobody_knows=1", "{name}=1e9", "{name}=", "{name}=<img src=x onerror=alert(1)>",
    "__proto__=1", "constructor=2", "{name}=%zz",
])
def test_a_wrong_link_is_ignored_with_a_message_and_runs_nothing(visit, site, query):
    address, figure = explorables()[0]
    one = visit()
    one.page.on("dialog", lambda dialog: one.errors.append(dialog.message))
    one.page.goto(f"{site}/{address}")
    name = payload_of(one.page, figure)["assumptions"][0]["name"]
    defaults = one.page.evaluate(f"document.getElementById('{figure}').explorable.values()")
    one.page.goto(f"{site}/{address}#{figure}?{query.format(name=name)}")
    one.page.locator(f"#{figure} .notice").wait_for()
    assert one.page.evaluate(f"document.getElementById('{figure}').explorable.values()") == defaults
    assert not one.errors


@pytest.mark.parametrize(("address", "figure"), explorables()[:1], ids=lambda value: value.removesuffix(".html"))
def test_the_rows_can_be_read_as_a_table_and_taken_as_csv(visit, site, address, figure):
    one = visit()
    one.page.goto(f"{site}/{address}")
    one.page.wait_for_function("id => document.getElementById(id)?.explorable", arg=figure)
    one.page.click(f"#{figure} details.rows summary")
    rows = one.page.evaluate(f"document.getElementById('{figure}').explorable.rows()")
    assert one.page.locator(f"#{figure} .rows-scroll tr").count() == len(rows) + 1
    with one.page.expect_download() as download:
        one.page.click(f"#{figure} details.rows a")
    table = pd.read_csv(download.value.path())
    assert differences(rows, table.to_dict("records")) == []


def test_a_chart_that_cannot_be_loaded_says_so_and_the_figures_still_move(visit, site):
    address, figure = explorables()[0]
    one = visit()
    one.page.route("**/vega.js*", lambda route: route.abort())
    one.page.goto(f"{site}/{address}")
    one.page.wait_for_function("id => document.getElementById(id)?.explorable", arg=figure)
    payload = payload_of(one.page, figure)
    wanted = positions(payload["assumptions"], "no chart")[2]
    seen = move(one.page, figure, wanted)
    assert seen["values"] == pytest.approx(wanted)
    assert "could not be loaded" in one.page.locator(f"#{figure} .notice").inner_text()
    assert one.page.locator(f"#{figure} .drawing > svg:visible").count() == 1, "the picture stays"
