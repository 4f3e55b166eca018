"""The explorables of the built pages, and their models' results at any position of the sliders, computed in Python."""

from __future__ import annotations

import importlib
import json

import numpy as np
import pandas as pd
from bs4 import BeautifulSoup

from tests.conftest import SITE, notebooks
from utils.expressions import parameters


def positions(payload: dict) -> dict[str, dict[str, float]]:
    """The default, every scenario, and each slider at its two ends, by name."""
    default = {slider["name"]: slider["value"] for slider in payload["assumptions"]}
    found = {"default": default}
    for scenario in payload["scenarios"]:
        found[scenario["name"]] = default | scenario["values"]
    for slider in payload["assumptions"]:
        for end in ("min", "max"):
            found[f"{slider['name']} = {slider[end]:g}"] = default | {slider["name"]: slider[end]}
    return found


def results(source: str, payload: dict, values: dict[str, float]) -> dict[str, list | float]:
    """A model's outputs at some values of its sliders; a solver's come from the grid in the page."""
    if "grid" in payload:
        axes = payload["grid"]["axes"]
        index = 0
        for name, axis in axes.items():
            index = index * len(axis) + int(np.argmin([abs(position - values[name]) for position in axis]))
        return {name: outputs[index] for name, outputs in payload["grid"]["outputs"].items()}
    module, name = source.split(":")
    model = getattr(importlib.import_module(module), name)
    table = pd.DataFrame(payload["rows"])
    arguments = {**payload["fixed"], **values}
    arguments |= {column: table[column] for column in parameters(model) if column in table.columns}
    outputs = model(**{key: arguments[key] for key in parameters(model) if key in arguments})
    return {key: np.asarray(value).tolist() for key, value in outputs.items()}


def explorables() -> dict[str, tuple[str, dict]]:
    """Every explorable of the built chapters, such as ``01/who-pays``, with its model and its payload."""
    found = {}
    for path in notebooks():
        soup = BeautifulSoup((SITE / "chapters" / f"{path.stem}.html").read_text(encoding="utf-8"), "html.parser")
        for figure in soup.find_all("figure", class_="explorable"):
            name = f"{path.stem[:2]}/{figure['id'].removeprefix('explore-')}"
            found[name] = (figure["data-model"], payload_of(figure))
    return found


def payload_of(figure) -> dict:
    return json.loads(figure.find("script", type="application/json").string)
