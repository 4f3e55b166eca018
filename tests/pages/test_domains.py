"""An axis with a fixed range holds what the sliders can bring, or its mark is clipped and the caption says so."""

from __future__ import annotations

import itertools
import json
import math
import re

import pytest

from tests.conftest import SITE
from tests.pages.test_explorables import explorables, positions, rows_in_python


def units(spec: dict, above: dict | None = None):
    """Every mark of a chart with its encoding and the transforms it stands under."""
    above = above or {"encoding": {}, "transform": []}
    here = {
        "encoding": {**above["encoding"], **spec.get("encoding", {})},
        "transform": [*above["transform"], *spec.get("transform", [])],
    }
    if "mark" in spec:
        yield {**here, "mark": spec["mark"], "data": spec.get("data")}
    for part in itertools.chain(*(spec.get(kind, []) for kind in ("layer", "hconcat", "vconcat", "concat"))):
        yield from units(part, here)


def outside(spec: dict, rows: list[dict]) -> list[str]:
    """What a chart would draw beyond the ends of an axis with a fixed domain."""
    found = []
    for unit in units(spec):
        mark = unit["mark"] if isinstance(unit["mark"], dict) else {"type": unit["mark"]}
        if mark.get("clip") or any("filter" in step for step in unit["transform"]):
            continue
        for channel in ("x", "y", "x2", "y2"):
            about = unit["encoding"].get(channel, {})
            domain = (unit["encoding"].get(channel[0], {}).get("scale") or {}).get("domain")
            field = about.get("field")
            if "aggregate" in about or not isinstance(domain, list) or isinstance(domain[0], str):
                continue
            low, high = min(domain), max(domain)
            slack = 1e-9 * (high - low)
            values = [row[field] for row in rows if isinstance(row.get(field), (int, float))]
            far = [v for v in values if math.isfinite(v) and not low - slack <= v <= high + slack]
            if far:
                found.append(f"{channel}={field}: {min(far):g} to {max(far):g} on an axis from {low:g} to {high:g}")
    return found


def figure(page: str, name: str) -> tuple[str, dict]:
    """The model and the payload of an explorable, from the built page."""
    text = (SITE / page).read_text(encoding="utf-8")
    start = text.index(f'<figure class="explorable" id="{name}"')
    part = text[start : text.index("</figure>", start)]
    payload = json.loads(re.search(r'<script type="application/json">(.*)</script>', part, re.DOTALL)[1])
    return re.search(r'data-model="([^"]+)"', part)[1], payload


@pytest.mark.parametrize(("page", "name"), explorables(), ids=lambda value: value.removesuffix(".html"))
def test_nothing_is_drawn_beyond_a_fixed_axis_wherever_the_sliders_stand(page, name):
    model, payload = figure(page, name)
    if not payload["spec"]:
        return
    for values in positions(payload["assumptions"], name):
        rows, _ = rows_in_python(model, payload, values)
        assert not outside(payload["spec"], rows), values


def test_a_value_beyond_the_axis_would_be_noticed():
    spec = {"layer": [{"mark": "line", "encoding": {"y": {"field": "cost", "scale": {"domain": [0, 10]}}}}]}
    assert outside(spec, [{"cost": 11.0}])
    assert not outside(spec, [{"cost": 10.0}])
