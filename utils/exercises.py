"""Instant feedback on exercises: ``check("ex-01-shared-pipe")`` in a cell, ``progress("01")`` for a chapter.

A *check* is one assertion on a learner's answer with a message that teaches. The checks of a chapter stand in
``utils/checks/chNN.py``; each is a function of ``ask``, and ``ask("an expression")`` evaluates the expression among the
learner's names and returns plain data (numbers, text, lists, dicts). In a notebook that is a local ``eval``. When a
lecturer grades, the same check runs outside the sandbox and only the question and the plain answer cross its wall.

Standard library only, so that it also runs in the browser.
"""

from __future__ import annotations

import html
import importlib
import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Ask = Callable[[str], object]


class NotYet(Exception):  # noqa: N818 (it is not an error)
    """The answer does not pass a check yet; the text says what to think about."""


# --- registering -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """One assertion: what it says to the learner, its points, and the function that judges."""

    says: str
    points: float
    judge: Callable[[Ask], None]
    hidden: bool = False


@dataclass
class Exercise:
    """All checks of one exercise; an open question has a rubric ({criterion: points}) instead."""

    checks: list[Check] = field(default_factory=list)
    rubric: dict[str, float] = field(default_factory=dict)

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks) + sum(self.rubric.values())


_registry: dict[str, Exercise] = {}


def check_for(exercise_id: str, points: float = 1, *, hidden: bool = False) -> Callable:
    """Register the decorated function as a check; its docstring tells the learner what is checked."""

    def register(judge: Callable[[Ask], None]) -> Callable[[Ask], None]:
        if not (judge.__doc__ or "").strip():
            raise ValueError(f"the check {judge.__name__} of {exercise_id} has no docstring; learners read it")
        says = " ".join(judge.__doc__.split())
        exercise = _registry.setdefault(exercise_id, Exercise())
        known = {check.judge.__name__: check for check in exercise.checks}  # a cell that registers may run again
        exercise.checks = list({**known, judge.__name__: Check(says, points, judge, hidden)}.values())
        return judge

    return register


def open_question(exercise_id: str, rubric: Mapping[str, float]) -> None:
    """Register a question that a person marks, with its rubric: the points each criterion is worth."""
    _registry.setdefault(exercise_id, Exercise()).rubric.update(rubric)


def collect(register: Callable[[], object]) -> dict[str, Exercise]:
    """What ``register()`` registers, in a registry of its own (for the tools of the lecturer, and tests)."""
    global _registry
    before, _registry = _registry, {}
    try:
        register()
        return _registry
    finally:
        _registry = before


def exercises_of(chapter: str) -> dict[str, Exercise]:
    """The registered exercises whose ids begin with ``ex-<chapter>-``; loads the chapter's checks if need be."""
    prefix = f"ex-{chapter}-"
    if not any(name.startswith(prefix) for name in _registry):
        module = f"utils.checks.ch{chapter}"
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
    return {name: exercise for name, exercise in _registry.items() if name.startswith(prefix)}


# --- what the checks say ---------------------------------------------------------------------------------------------

_USUAL_SLIPS = {
    1e3: "That is 1,000 times too large. Look for a kilo: kg for t, kW for MW, or thousands for units?",
    1e-3: "That is 1,000 times too small. Look for a kilo: t for kg, MW for kW, or units for thousands?",
    1e6: "That is a million times too large. Is one of the figures in millions (Mt, MUSD) and the other not?",
    1e-6: "That is a million times too small. Is one of the figures in millions (Mt, MUSD) and the other not?",
    100: "That is 100 times too large. Is it a percentage where a fraction is asked for?",
    0.01: "That is 100 times too small. Is it a fraction where a percentage is asked for?",
    -1: "The size is right, the sign is not. What is subtracted from what?",
    8760: "That is 8,760 times too large, the hours of a year: power for energy?",
    1 / 8760: "That is 8,760 times too small, the hours of a year: energy for power?",
    44 / 12: "That is 44/12 times too large: tonnes of CO2 where tonnes of carbon are asked for?",
    12 / 44: "That is 12/44 of it: tonnes of carbon where tonnes of CO2 are asked for?",
}


def close(value: object, right: float, tolerance: float = 1e-6) -> bool:
    """Is ``value`` a number within the relative ``tolerance`` of ``right``?"""
    return _is_number(value) and (value == right or math.isclose(value, right, rel_tol=tolerance, abs_tol=1e-12))


def need(condition: object, message: str) -> None:
    """Pass, or tell the learner ``message``."""
    if not condition:
        raise NotYet(message)


def need_number(
    value: object,
    right: float,
    what: str,
    *,
    unit: str = "",
    tolerance: float = 1e-6,
    slips: Mapping[str, float] | None = None,
) -> None:
    """Pass if ``value`` is ``right``; otherwise recognise the slip, by name where there is one.

    ``slips`` maps a message to the wrong number that a common mistake gives, for example
    ``{"Did you discount the tonnes too?": undiscounted}``. Factors of 1,000, 100, a million, a wrong sign, hours of the
    year and carbon for CO2 are recognised without being listed. The message never gives the right number away.
    """
    if value is None:
        raise NotYet(f"{what} is None. Does your function `return` its result?")
    need(_is_number(value), f"{what} should be a number; yours is {_short(value)}.")
    if close(value, right, tolerance):
        return
    yours = f"{what}: yours is {value:g}{' ' + unit if unit else ''}."
    for message, wrong in (slips or {}).items():
        if close(value, wrong, tolerance):
            raise NotYet(f"{yours} {message}")
    for factor, message in _USUAL_SLIPS.items():
        if right and close(value, right * factor, max(tolerance, 1e-9)):
            raise NotYet(f"{yours} {message}")
    if math.isnan(value):
        raise NotYet(f"{yours} That is not a number: is a value missing, or is something divided by zero?")
    raise NotYet(f"{yours} That is too {'high' if value > right else 'low'}.")


def need_column(
    value: object,
    right: Sequence[float],
    what: str,
    *,
    unit: str = "",
    tolerance: float = 1e-6,
    slips: Mapping[str, Sequence[float]] | None = None,
) -> None:
    """Pass if ``value`` (a list, an array or a Series) holds the numbers ``right``, in that order."""
    if isinstance(value, dict) and "values" in value:
        value = value["values"]
    need(isinstance(value, list), f"{what} should be a column of numbers; yours is {_short(value)}.")
    need(len(value) == len(right), f"{what} should have {len(right)} entries; yours has {len(value)}.")
    for message, wrong in (slips or {}).items():
        if all(close(a, b, tolerance) for a, b in zip(value, wrong, strict=True)):
            raise NotYet(f"{what}: {message}")
    for place, (mine, theirs) in enumerate(zip(value, right, strict=True), 1):
        need_number(mine, theirs, f"{what}, entry {place}", unit=unit, tolerance=tolerance)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _short(value: object) -> str:
    text = repr(value)
    return f"{text[:60]}…" if len(text) > 60 else text


# --- asking ----------------------------------------------------------------------------------------------------------


_DOTS = "This is still `...`: replace the dots by your answer and run the cell."


def plain(value: object, depth: int = 0) -> object:
    """Any answer as plain data: None, bool, int, float, str, lists, dicts with text keys.

    A Series becomes ``{"index": […], "values": […]}``, a DataFrame ``{"index": […], "columns": {name: […]}}``, an
    Altair chart ``{"chart": specification}``, a date its ISO text. Anything else raises ``TypeError``: a check never
    meets an object whose methods the learner wrote.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if value is ...:
        raise NotYet(_DOTS)
    if depth > 30:
        raise TypeError("the answer is nested too deeply to be checked")

    def inside(items):
        return [plain(item, depth + 1) for item in items]

    family = kind.__module__.partition(".")[0]
    if kind in (list, tuple, range):
        return inside(value)
    if kind in (set, frozenset):
        return inside(sorted(value, key=repr))
    if kind is dict:
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    if family in ("datetime", "pandas") and hasattr(value, "isoformat"):
        return value.isoformat()
    if family in ("decimal", "fractions"):
        return float(value)
    if family == "numpy" and hasattr(value, "tolist"):
        return plain(value.tolist(), depth + 1)
    if family == "pandas":
        if hasattr(value, "columns") and hasattr(value, "index"):
            columns = {str(name): inside(value.iloc[:, i].tolist()) for i, name in enumerate(value.columns)}
            return {"index": inside(value.index.tolist()), "columns": columns}
        if hasattr(value, "index") and hasattr(value, "tolist"):
            return {"index": inside(value.index.tolist()), "values": inside(value.tolist())}
        if hasattr(value, "tolist"):
            return inside(value.tolist())
        if kind.__name__ in ("NAType", "NaTType"):
            return None
    if family == "altair" and hasattr(value, "to_dict"):
        return {"chart": plain(value.to_dict(), depth + 1)}
    raise TypeError(f"a {kind.__name__} cannot be checked; a number, text, list, dict, Series or DataFrame can")


def answer(expression: str, names: dict) -> object:
    """Evaluate ``expression`` among the learner's ``names``; what goes wrong is said as a ``NotYet``."""
    try:
        value = eval(expression, names)
    except NameError as error:
        raise NotYet(f"`{error.name}` is not defined yet. Write your answer and run its cell first.") from None
    except Exception as error:
        if "ellipsis" in str(error):
            raise NotYet(_DOTS) from None
        raise NotYet(f"Your code stopped with {type(error).__name__}: {error}") from None
    try:
        return plain(value)
    except TypeError as error:
        raise NotYet(f"{error}.") from None


@dataclass(frozen=True)
class Row:
    """The outcome of one check."""

    check: Check
    passed: bool
    message: str = ""


def judge(checks: Sequence[Check], ask: Ask) -> list[Row]:
    """Run the checks; one that trips over an odd answer counts as not passed."""
    rows = []
    for check in checks:
        try:
            check.judge(ask)
            rows.append(Row(check, True))
        except NotYet as reason:
            rows.append(Row(check, False, str(reason)))
        except ImportError as error:  # in a browser, a package may be out of reach
            rows.append(Row(check, False, f"Not checked: {error}"))
        except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError) as error:
            rows.append(Row(check, False, f"The answer has an unexpected form ({type(error).__name__}: {error})."))
    return rows


# --- what a learner calls --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """What ``check`` found; a list in a notebook, lines of text elsewhere."""

    exercise_id: str
    rows: list[Row]
    rubric: Mapping[str, float]

    @property
    def passed(self) -> bool:
        return bool(self.rows) and all(row.passed for row in self.rows)

    @property
    def points(self) -> float:
        return sum(row.check.points for row in self.rows if row.passed)

    @property
    def _summary(self) -> str:
        if not self.rows:
            return f"{self.exercise_id}: a person marks this one. What counts:"
        return f"{self.exercise_id}: {sum(row.passed for row in self.rows)} of {len(self.rows)} passed"

    def _lines(self) -> list[tuple[str, str, str]]:
        checked = [("Passed" if row.passed else "Not yet", row.check.says, row.message) for row in self.rows]
        return checked + [(_points(points), criterion, "") for criterion, points in self.rubric.items()]

    def __repr__(self) -> str:
        lines = [f"  {state}: {says}" + (f"\n    {hint}" if hint else "") for state, says, hint in self._lines()]
        return "\n".join([self._summary, *lines])

    def _repr_html_(self) -> str:
        items = "".join(
            f"<li><strong>{state}:</strong> {_markup(says)}{'<br>' if hint else ''}{_markup(hint)}</li>"
            for state, says, hint in self._lines()
        )
        return f'<div class="check" role="status"><p>{html.escape(self._summary)}</p><ul>{items}</ul></div>'


def check(exercise_id: str, names: dict | None = None) -> Result:
    """Check an exercise and say, check by check, *passed* or *not yet* with a hint.

    ``names`` are the names to look in; without them, those of the cell that calls.
    """
    names = sys._getframe(1).f_globals if names is None else names
    chapter = exercise_id.split("-")[1] if exercise_id.count("-") > 1 else exercise_id
    known = exercises_of(chapter)
    if exercise_id not in known:
        raise KeyError(f"there is no exercise {exercise_id!r}; known are: {', '.join(known) or 'none'}")
    exercise = known[exercise_id]
    visible = [one for one in exercise.checks if not one.hidden]
    return Result(exercise_id, judge(visible, lambda expression: answer(expression, names)), exercise.rubric)


@dataclass(frozen=True)
class Progress:
    """The state of a chapter's exercises."""

    chapter: str
    results: list[Result]

    @property
    def _summary(self) -> str:
        checked = [result for result in self.results if result.rows]
        done = sum(result.passed for result in checked)
        return f"Chapter {self.chapter}: {done} of {len(checked)} exercises passed"

    def _lines(self) -> list[tuple[str, str]]:
        return [(result.exercise_id, _state(result)) for result in self.results]

    def __repr__(self) -> str:
        return "\n".join([self._summary, *(f"  {name}: {state}" for name, state in self._lines())])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html.escape(name)}: {html.escape(state)}</li>" for name, state in self._lines())
        return f'<div class="check" role="status"><p>{html.escape(self._summary)}</p><ul>{items}</ul></div>'


def progress(chapter: str, names: dict | None = None) -> Progress:
    """How far you are in a chapter: every exercise is checked, none is run again."""
    names = sys._getframe(1).f_globals if names is None else names
    known = exercises_of(chapter)
    if not known:
        raise KeyError(f"chapter {chapter!r} has no exercises; try progress('01')")
    return Progress(chapter, [check(exercise_id, names) for exercise_id in known])


def _state(result: Result) -> str:
    if not result.rows:
        return "marked by a person"
    passed = sum(row.passed for row in result.rows)
    if passed == len(result.rows):
        return "passed"
    return f"{passed} of {len(result.rows)} passed" if passed else "not yet"


def _markup(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def _points(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"
