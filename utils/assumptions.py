"""The book's assumptions: named, bounded numbers with a unit and a source (``data/assumptions.csv``).

A model's parameter that carries the name of an assumption *is* that assumption.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, replace
from functools import cache

from utils import data


@dataclass(frozen=True)
class Assumption:
    """One number a learner may move.

    ``default``, ``low``, ``high`` and ``step`` are in ``unit``; the unit ``fraction`` is shown as per cent.
    ``choices``, if any, names what each whole number from ``low`` to ``high`` stands for.
    """

    name: str
    label: str
    unit: str
    default: float
    low: float
    high: float
    step: float
    source: str
    status: str
    note: str = ""
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.low <= self.default <= self.high:
            raise ValueError(f"{self.name}: the default {self.default:g} is not within {self.low:g} to {self.high:g}")
        if not 0 < self.step <= self.high - self.low:
            raise ValueError(
                f"{self.name}: the step is {self.step:g}; allowed is above 0 and up to {self.high - self.low:g}"
            )
        for what, distance in (("default", self.default - self.low), ("high", self.high - self.low)):
            steps = distance / self.step
            if not math.isclose(steps, round(steps), abs_tol=1e-6):
                raise ValueError(f"{self.name}: {what} cannot be reached from {self.low:g} in steps of {self.step:g}")
        last = len(self.choices) - 1
        if self.choices and (self.low, self.high, self.step) != (0, last, 1):
            raise ValueError(f"{self.name}: {last + 1} choices need low 0, high {last}, step 1")

    def check(self, value: float) -> float:
        """Return the value as a float; raise ``ValueError`` if it is no number or out of range."""
        if isinstance(value, (str, bool)) or not hasattr(value, "__float__"):
            raise ValueError(f"{self.name} is {value!r}; allowed is a number from {self.low:g} to {self.high:g}")
        if not self.low <= float(value) <= self.high:
            raise ValueError(f"{self.name} is {value:g}; allowed is {self.low:g} to {self.high:g} {self.unit}")
        return float(value)

    def nearest(self, value: float) -> float:
        """The step nearest to the value, as the slider takes it; errors as in :meth:`check`."""
        steps = math.floor((self.check(value) - self.low) / self.step + 0.5)
        return float(f"{self.low + steps * self.step:.12g}")

    def starting_at(self, value: float) -> Assumption:
        """The same assumption with another default."""
        return replace(self, default=self.check(value))


@cache
def table() -> dict[str, Assumption]:
    """All assumptions by name."""
    rows = data.records("assumptions")
    return {row["name"]: _from_row(row) for row in rows}


def _from_row(row: dict) -> Assumption:
    text = {key: "" if value is None else value for key, value in row.items()}
    return Assumption(**text | {"choices": tuple(text["choices"].split("|")) if text["choices"] else ()})


def get(name: str) -> Assumption:
    """One assumption. Raises ``KeyError`` for an unknown name; the message lists the nearest or all."""
    if name not in table():
        near = difflib.get_close_matches(name, table(), 5) or sorted(table())
        raise KeyError(f"there is no assumption {name!r}; known are: {', '.join(near)} (data/assumptions.csv)")
    return table()[name]
