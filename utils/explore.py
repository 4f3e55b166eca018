"""Explorables: one model, the rows it runs over and a chart, with a slider for each assumption.

    explore(pipelines.shared_pipeline, over=data.table("example_firms"),
            chart=lambda rows: rows.mark_bar().encode(x="cost_per_tonne", y="firm"))

The sliders follow from the model's signature: a parameter that names a column of ``over`` takes the column,
any other names an assumption (``data/assumptions.csv``) and becomes a slider.
"""

from __future__ import annotations

import difflib
import html
import inspect
import itertools
import math
import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import altair as alt
import traitlets

from utils import assumptions, data, figures
from utils.assumptions import Assumption
from utils.expressions import named_outputs, parameters, record

if TYPE_CHECKING:
    import pandas as pd  # imported when a table is there: without one, an explorable runs where pandas cannot


def explore(
    model: Callable[..., Mapping],
    over: pd.DataFrame | None = None,
    chart: Callable[[alt.Chart], alt.TopLevelMixin] | None = None,
    *,
    grid: Mapping[str, Sequence[float]] | None = None,
    name: str | None = None,
    headline: str = "",
    alt_text: str = "",
    fixed: Mapping[str, float] | None = None,
    start: Mapping[str, float] | None = None,
    scenarios: Sequence[str] = (),
) -> Explorable:
    """Make an explorable.

    model: a function of columns and assumptions that returns a dict of named outputs.
    over: the rows it runs over; without it, the model runs once.
    chart: takes an Altair chart of the rows (inputs and outputs together) and returns the finished one.
    grid: ``{assumption: its values}``. The model is then a *solver*: it is run for every combination now,
        and the sliders step along the results. The values of an axis must be evenly spaced.
    name: the figure's name on its page; by default the model's. headline: one sentence with the model's
        one-number outputs and assumptions in braces, such as ``"They save {saving:.0%}."``; words can depend
        on a number: ``{flag:no firm|one firm|several firms}``. alt_text: what the chart shows at the default.
    fixed: assumptions held at a value, without a slider. start: other defaults for some sliders.
    scenarios: names of ``data/scenarios.csv`` offered as buttons.

    Raises ``TypeError`` for a model whose result is not a dict, ``ValueError`` for an empty table or a column
    of text where the model needs numbers, ``KeyError`` for a parameter that is neither column nor assumption.
    """
    name = name or model.__name__.replace("_", "-")
    over = None if over is None else _checked(model, over)
    known_columns = [] if over is None else list(over.columns)
    sliders = _sliders(model, known_columns, fixed or {}, start or {}, grid)
    columns = [parameter for parameter in parameters(model) if parameter in known_columns]
    if columns:
        _check_numbers(model, over[columns], grid)
    run = _Run(model, over, columns, dict(fixed or {}), tuple(sliders))
    return Explorable(run, sliders, chart, name, headline, alt_text, _scenarios(scenarios, sliders), grid)


def _checked(model, over: pd.DataFrame) -> pd.DataFrame:
    """The table with rows numbered from 0 and truth values as 0 and 1, which is what the page knows."""
    if len(over) == 0:
        raise ValueError(f"explore({model.__name__}): the table has no rows; at least one is needed")
    return over.reset_index(drop=True).astype({column: "int64" for column in over.select_dtypes("bool")})


def _check_numbers(model, over: pd.DataFrame, grid) -> None:
    import pandas as pd

    for column in over.columns:
        if grid is None and not pd.api.types.is_numeric_dtype(over[column]):  # a solver may read names
            raise ValueError(
                f"explore({model.__name__}): the column {column!r} holds {over[column].dtype} values such as "
                f"{over[column].iloc[0]!r}; allowed are numbers only"
            )
        if over[column].isna().any():
            row = int(over[column].isna().to_numpy().argmax())
            raise ValueError(f"explore({model.__name__}): the column {column!r} has no value in row {row}")


def _sliders(model, columns: Sequence[str], fixed, start, grid) -> dict[str, Assumption]:
    known = assumptions.table()
    has_default = {p.name for p in inspect.signature(model).parameters.values() if p.default is not p.empty}
    needed = [
        p for p in parameters(model)
        if p not in columns and p not in fixed and not (p in has_default and p not in known)
    ]
    for parameter in [*needed, *start, *(grid or {})]:
        if parameter not in known:
            near = difflib.get_close_matches(parameter, [*known, *columns], 4)
            raise KeyError(
                f"explore({model.__name__}): {parameter!r} is neither a column of the table "
                f"({', '.join(map(str, columns)) or 'none'}) nor an assumption"
                + (f"; did you mean {', '.join(near)}?" if near else f"; known are {', '.join(sorted(known))}")
            )
    for group, names in (("start", start), ("grid", grid or {})):
        if strange := set(names) - set(needed):
            raise KeyError(f"explore({model.__name__}): {group} names {sorted(strange)}; the sliders are {needed}")
    if grid is not None and (missing := [p for p in needed if p not in grid]):
        raise KeyError(f"explore({model.__name__}): the grid gives no values for {missing}")
    if strange := [f for f in fixed if f not in parameters(model)]:
        raise KeyError(f"explore({model.__name__}): fixed names {strange}; the model takes {parameters(model)}")
    sliders = {}
    for parameter in needed:
        assumption = known[parameter]
        if grid is not None:
            assumption = _axis(assumption, grid[parameter], start.get(parameter))
        elif parameter in start:
            assumption = assumption.starting_at(start[parameter])
        sliders[parameter] = assumption
    return sliders


def _axis(assumption: Assumption, values: Sequence[float], start: float | None) -> Assumption:
    """The assumption narrowed to the positions of a scenario grid."""
    positions = [assumption.check(value) for value in values]
    gaps = [after - before for before, after in itertools.pairwise(positions)]
    if not gaps or any(not math.isclose(gap, gaps[0], rel_tol=1e-9) for gap in gaps) or gaps[0] <= 0:
        raise ValueError(
            f"the grid's values of {assumption.name} are {list(values)}; allowed are two or more, rising evenly"
        )
    default = assumption.default if start is None else start
    nearest = min(positions, key=lambda position: abs(position - default))
    if start is not None and not math.isclose(nearest, start):
        raise ValueError(f"{assumption.name} is to start at {start:g}; allowed are {list(values)}")
    return Assumption(**{
        **asdict(assumption), "low": positions[0], "high": positions[-1], "step": gaps[0], "default": nearest,
    })


def _scenarios(names: Sequence[str], sliders: Mapping[str, Assumption]) -> list[dict]:
    """The named sets of values, each held to the sliders it moves."""
    if not names:
        return []
    table = data.records("scenarios")
    result = []
    for name in names:
        rows = [row for row in table if row["scenario"] == name]
        if not rows:
            known = ", ".join(dict.fromkeys(row["scenario"] for row in table))
            raise KeyError(f"there is no scenario {name!r}; known are: {known}")
        values = {r["assumption"]: r["value"] for r in rows if r["assumption"] in sliders}
        if not values:
            raise ValueError(f"the scenario {name!r} sets none of the sliders {list(sliders)}")
        result.append({
            "name": name,
            "label": rows[0]["label"],
            "values": {slider: sliders[slider].check(value) for slider, value in values.items()},
        })
    return result


@dataclass(frozen=True)
class _Run:
    """The model with everything it needs but the values of its sliders."""

    model: Callable[..., Mapping]
    over: pd.DataFrame | None
    columns: list[str]
    fixed: dict[str, float]
    sliders: tuple[str, ...]

    def outputs(self, values: Mapping[str, float]) -> Mapping:
        inputs = {column: self.over[column] for column in self.columns}
        chosen = {slider: values[slider] for slider in self.sliders}
        return named_outputs(self.model, self.model(**inputs, **self.fixed, **chosen))

    def rows(self, values: Mapping[str, float]) -> pd.DataFrame | list[dict]:
        """Inputs and outputs together, one row for each row of the table (or of the solver's lists)."""
        outputs = {name: _plain(value) for name, value in self.outputs(values).items()}
        lengths = {len(value) for value in outputs.values() if isinstance(value, list)}
        rows = 1 if self.over is None else len(self.over)
        if not self.has_table and len(lengths) == 1:
            rows = lengths.pop()
        elif lengths - {rows}:
            raise ValueError(f"{self.model.__name__} returned columns of {sorted(lengths)} rows for a table of {rows}")
        return self.over.assign(**outputs) if self.has_table else _frame(outputs, rows)

    @property
    def has_table(self) -> bool:
        return self.over is not None and len(self.over.columns) > 0

    def recording(self) -> dict:
        sizes = {column: len(self.over) for column in self.columns}
        return record(self.model, sizes, self.sliders, self.fixed)


def _frame(outputs: Mapping, rows: int) -> pd.DataFrame | list[dict]:
    """A model's outputs as a table; as a list of rows where pandas is out of reach."""
    columns = {name: value if isinstance(value, list) else [value] * rows for name, value in outputs.items()}
    try:
        import pandas as pd
    except ModuleNotFoundError:
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return pd.DataFrame(columns, index=range(rows))


def _plain(value):
    """A model's output as a float, or a list of floats (of texts, where a solver names things)."""
    if isinstance(value, str) or value is None:
        return value
    if hasattr(value, "__len__"):
        return [_plain(entry) for entry in value]
    return float(value)


class Explorable(figures.Figure):
    """A figure whose assumptions move. Make one with :func:`explore`.

    ``values`` is a dict of the sliders' values; assign a dict to move some, each to its nearest step. ``rows`` is the
    model's result at those values, computed in Python; for a value between two steps call the model itself. It is an
    ipywidget: lay it out, ``observe`` its ``values``, link it.
    """

    values = traitlets.Dict().tag(sync=True)

    def __init__(self, run: _Run, sliders, chart, name, headline, alt_text, scenarios, grid) -> None:
        self._run, self._sliders, self.name = run, sliders, name
        defaults = {slider.name: slider.default for slider in sliders.values()}
        table = run.rows(defaults)
        self._headline = headline
        payload = {
            "assumptions": [_public(slider) for slider in sliders.values()],
            "fixed": run.fixed,
            "rows": _records(run.over) if run.has_table else [{} for _ in range(len(table))],
            "scenarios": scenarios,
            "headline": headline,
        }
        spec = _spec(table, chart) if chart else None
        payload["spec"] = spec and figures.fluid(spec)
        payload["description"] = figures.description(spec) if spec else name
        if spec:
            del payload["spec"]["datasets"]["rows"]  # the front end computes them
        if grid is None:
            payload["model"] = run.recording()
        else:
            payload["grid"] = _solve(run, sliders)
        self._check_headline(defaults)
        self._is_grid = grid is not None
        first = sentence(headline, self._named(defaults))
        super().__init__(spec, payload, self._markup(spec, scenarios, first, alt_text), values=defaults)

    @property
    def rows(self) -> pd.DataFrame | list[dict]:
        """The model's inputs and outputs at the present values (a list of rows where there is no pandas)."""
        return self._run.rows(self.values)

    @traitlets.validate("values")
    def _hold_to_bounds(self, proposal) -> dict:
        given = proposal["value"]
        if strange := [name for name in given if name not in self._sliders]:
            raise ValueError(f"{self.name} has no slider {strange[0]!r}; its sliders are {list(self._sliders)}")
        held = {name: self._sliders[name].nearest(value) for name, value in given.items()}
        return {name: held.get(name, self.values.get(name, s.default)) for name, s in self._sliders.items()}

    def _named(self, values: Mapping[str, float]) -> dict[str, float]:
        """All one-number values a headline may use."""
        outputs = {name: _plain(value) for name, value in self._run.outputs(values).items()}
        return dict(values) | {name: value for name, value in outputs.items() if not isinstance(value, list)}

    def _check_headline(self, defaults: Mapping[str, float]) -> None:
        usable = self._named(defaults)
        for _, field, form, conversion in _Words().parse(self._headline):
            if field is None:
                continue
            if field not in usable:
                raise KeyError(f"the headline of {self.name} uses {{{field}}}; usable are {', '.join(usable)}")
            if conversion or not _FORM.fullmatch(form):
                raise ValueError(
                    f"the headline of {self.name} formats {field} as {form!r}; allowed are .1f, ,.0f, .0% and the "
                    "like, and words by number such as no firm|one firm|several firms"
                )

    def _markup(self, spec: dict | None, scenarios: list[dict], first: str, alt_text: str) -> str:
        source = f"{self._run.model.__module__}:{self._run.model.__qualname__}"
        anchor = f"explore-{html.escape(self.name, quote=True)}"
        controls = "".join(_control(self.name, slider) for slider in self._sliders.values())
        buttons = "".join(
            f'<button type="button" class="scenario" data-scenario="{html.escape(s["name"], quote=True)}">'
            f"{html.escape(s['label'])}</button>" for s in scenarios
        )
        alternative = alt_text or " ".join(filter(None, [spec and f"{figures.description(spec)}.", first]))
        title = figures.heading(spec, f"{anchor}--title") if spec else ""
        picture = title + figures.drawing(spec, alternative) if spec else ""
        label = f'aria-labelledby="{anchor}--title"' if title else f'aria-label="{html.escape(self.name, quote=True)}"'
        grid = ' data-grid="true"' if self._is_grid else ""
        return (
            f'<figure class="explorable" id="{anchor}" '
            f'data-model="{html.escape(source, quote=True)}"{grid}>'
            f'<div class="controls" role="group" {label}>{controls}'
            f'<div class="buttons">{buttons}<button type="button" class="reset">Reset</button>'
            f'<button type="button" class="copy-link">Copy link</button></div></div>'
            f'{picture}<details class="rows"><summary>Table and downloads</summary></details>'
            f'<figcaption class="headline" aria-live="polite">{html.escape(first)}</figcaption></figure>'
        )

    def _plain(self) -> str:
        return f"<Explorable {self.name}: {sentence(self._headline, self._named(self.values))}>"


def _public(slider: Assumption) -> dict:
    """What the page knows of an assumption."""
    return {
        "name": slider.name, "label": slider.label, "unit": slider.unit, "value": slider.default,
        "min": slider.low, "max": slider.high, "step": slider.step, "source": slider.source,
        "choices": list(slider.choices),
    }


def _records(table: pd.DataFrame) -> list[dict]:
    return table.astype(object).where(table.notna(), None).to_dict("records")


def _spec(table: pd.DataFrame | list[dict], chart: Callable) -> dict:
    """The finished chart as a Vega-Lite spec whose data are called ``rows``."""
    table = alt.InlineData(values=table) if isinstance(table, list) else table
    blank = alt.Chart(table).mark_point().to_dict()["data"]["name"]
    spec = chart(alt.Chart(table)).to_dict()
    spec["datasets"]["rows"] = spec["datasets"].pop(blank)
    return _rename(spec, blank)


def _rename(part, blank: str):
    if isinstance(part, dict):
        if part.get("name") == blank and len(part) == 1:
            return {"name": "rows"}
        return {key: value if key == "datasets" else _rename(value, blank) for key, value in part.items()}
    return [_rename(entry, blank) for entry in part] if isinstance(part, list) else part


def _solve(run: _Run, sliders: Mapping[str, Assumption]) -> dict:
    """Run the solver at every point of the grid, the last axis turning fastest."""
    from tqdm import tqdm  # as text: a widget would stay behind as a second output of the cell

    axes = {
        name: [slider.low + k * slider.step for k in range(round((slider.high - slider.low) / slider.step) + 1)]
        for name, slider in sliders.items()
    }
    points = list(itertools.product(*axes.values()))
    outputs: dict[str, list] = {}
    for point in tqdm(points, desc=run.model.__name__, leave=False, disable=len(points) < 50):
        for name, value in run.outputs(dict(zip(axes, point, strict=True))).items():
            short = _short(_plain(value))
            if not _finite(short):
                at = ", ".join(f"{axis} {position:g}" for axis, position in zip(axes, point, strict=True))
                raise ValueError(f"{run.model.__name__} gives {name} = {short} at {at}; allowed are finite numbers, "
                                 "texts and None")
            outputs.setdefault(name, []).append(short)
    return {"axes": axes, "outputs": outputs}


def _finite(value) -> bool:
    if isinstance(value, list):
        return all(map(_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def _short(value):
    """Twelve digits of a solver's number: more than any chart shows, and a third less to load."""
    if isinstance(value, list):
        return [_short(entry) for entry in value]
    if not isinstance(value, float):
        return value
    short = float(f"{value:.12g}")
    return int(short) if short.is_integer() else short


def _control(figure: str, slider: Assumption) -> str:
    """A labelled range input; its value stands beside it in words, and its source one click away."""
    anchor = f"{figure}--{slider.name}"
    shown = html.escape(display(slider.default, asdict(slider)))
    label = html.escape(slider.label)
    return (
        f'<div class="control"><label for="{anchor}">{label}</label>'
        f'<output for="{anchor}" aria-live="off">{shown}</output>'
        f'<button type="button" class="ask" popovertarget="{anchor}--source" aria-label="Source: {label}">?</button>'
        f'<div class="source" id="{anchor}--source" popover><strong>{label}</strong> {_origin(slider)}</div>'
        f'<input type="range" id="{anchor}" name="{slider.name}" min="{slider.low:.12g}" max="{slider.high:.12g}" '
        f'step="{slider.step:.12g}" value="{slider.default:.12g}" aria-valuetext="{shown}"></div>'
    )


def _origin(slider: Assumption) -> str:
    """Where the default comes from, as HTML. The build turns each <cite> into a link (``_ext/site_assets.py``)."""
    note = f"{html.escape(slider.note.rstrip('.'))}. " if slider.note else ""
    keys = [html.escape(key.strip()) for key in slider.source.split(";")]
    sources = "; ".join(
        "teaching assumption of this book" if key == "book" else f'<cite data-key="{key}">{key}</cite>' for key in keys
    )
    anchor = f"../appendices/assumptions.html#assumption-{slider.name}"
    return f'{note}Source: {sources}. <a href="{anchor}">Table of assumptions</a>'


def display(value: float, slider: Mapping) -> str:
    """A slider's value as a person reads it: with its unit, as per cent, or as the name of a choice."""
    if slider["choices"]:
        return slider["choices"][round(value)]
    percent = slider["unit"] == "fraction"
    scale = 100 if percent else 1
    digits = _decimals(slider["step"] * scale)
    number = f"{value * scale:{'' if slider['unit'] == 'year' else ','}.{digits}f}"
    suffix = {"fraction": " %", "year": "", "1": ""}.get(slider["unit"], f" {slider['unit']}")
    return number + (re.sub(r"^( [a-z]{3,})s$", r"\1", suffix) if number == "1" else suffix)  # 1 year, 2 years


def _decimals(step: float) -> int:
    """How many decimals a slider's step has."""
    return next((d for d in range(7) if math.isclose(step * 10**d, round(step * 10**d), abs_tol=1e-9)), 7)


_FORM = re.compile(r",?\.\d+[f%]|[^{}]*\|[^{}]*|")  # what the page can write too; empty for texts of a solver


class _Words(string.Formatter):
    """``str.format`` with one addition: ``{count:no firm|one firm|more firms}`` picks the word by number."""

    def format_field(self, value, format_spec: str) -> str:
        if "|" in format_spec:
            words = format_spec.split("|")
            return words[min(max(round(value), 0), len(words) - 1)]
        return super().format_field(value, format_spec).replace("-", "−")


def sentence(template: str, values: Mapping[str, float]) -> str:
    """The headline at some values."""
    return _Words().vformat(template, (), values)
