"""Helpers that let one model run on numbers, on columns and, recorded once, in the published page.

A model is a plain Python function. Called with numbers or pandas columns it computes. Called with
:class:`Expression` objects it leaves a *recording*: the list of arithmetic steps it took. The page replays
that list in JavaScript whenever a slider moves, so there is no second implementation to drift.

Arithmetic and comparisons need nothing special. What Python decides by itself, and so cannot be recorded
(``if``, ``and``, ``max``, ``math.exp``), has a neutral twin here: :func:`where`, ``&``, :func:`maximum`,
:func:`exp`, :func:`log`, :func:`total` and a few more. Used by mistake, the Python form raises an error
that names the twin; it never gives a wrong answer silently.

Standard library only: the same file runs in a browser before NumPy has been loaded.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping

SCALAR = None  # the length of an expression that is one number


class Recording:
    """The steps a model takes, each written once however often its result is used.

    A step is ``[operation, argument, ...]``; arguments are positions of earlier steps. Sharing steps matters:
    written out as one formula, a recursion such as Erlang's would double in length at every level.
    """

    def __init__(self) -> None:
        self.steps: list[list] = []
        self._known: dict[tuple, int] = {}

    def add(self, length: int | None, operation: str, *arguments: object) -> Expression:
        key = (operation, *((type(a), a) for a in arguments))
        if key not in self._known:
            self._known[key] = len(self.steps)
            self.steps.append([operation, *arguments])
        return Expression(self, self._known[key], length)

    def lift(self, value: object) -> Expression:
        """Turn a number into a step; pass an expression through."""
        if isinstance(value, Expression):
            return value
        if isinstance(value, (int, float)):
            number = float(value)
            return self.add(SCALAR, "number", number if math.isfinite(number) else _js_name(number))
        if hasattr(value, "ndim") and value.ndim == 0:  # a NumPy scalar
            return self.lift(value.item())
        raise TypeError(f"a model can combine expressions and numbers, not {type(value).__name__} ({value!r})")


def _js_name(number: float) -> str:
    return "NaN" if math.isnan(number) else ("Infinity" if number > 0 else "-Infinity")


class Expression:
    """A number, or a column of numbers, that is not known yet.

    ``length`` is ``None`` for one number and the number of rows for a column. A column can be iterated:
    ``list(column)`` gives its entries.
    """

    __array_ufunc__ = None  # NumPy hands the operation to us instead of looping over it

    def __init__(self, recording: Recording, position: int, length: int | None) -> None:
        self.recording, self.position, self.length = recording, position, length

    def _apply(self, operation: str, *others: object, reverse: bool = False) -> Expression:
        terms = [self, *(self.recording.lift(other) for other in others)]
        lengths = {term.length for term in terms} - {SCALAR}
        if len(lengths) > 1:
            raise ValueError(f"columns of different length ({sorted(lengths)}) cannot be combined")
        if reverse:
            terms.reverse()
        return self.recording.add(lengths.pop() if lengths else SCALAR, operation, *(t.position for t in terms))

    def __add__(self, other): return self._apply("+", other)
    def __radd__(self, other): return self._apply("+", other, reverse=True)
    def __sub__(self, other): return self._apply("-", other)
    def __rsub__(self, other): return self._apply("-", other, reverse=True)
    def __mul__(self, other): return self._apply("*", other)
    def __rmul__(self, other): return self._apply("*", other, reverse=True)
    def __truediv__(self, other): return self._apply("/", other)
    def __rtruediv__(self, other): return self._apply("/", other, reverse=True)
    def __pow__(self, other): return self._apply("**", other)
    def __rpow__(self, other): return self._apply("**", other, reverse=True)
    def __lt__(self, other): return self._apply("<", other)
    def __le__(self, other): return self._apply("<=", other)
    def __gt__(self, other): return self._apply(">", other)
    def __ge__(self, other): return self._apply(">=", other)
    def __eq__(self, other): return self._apply("==", other)
    def __ne__(self, other): return self._apply("!=", other)
    def __and__(self, other): return self._apply("&", other)
    def __rand__(self, other): return self._apply("&", other, reverse=True)
    def __or__(self, other): return self._apply("|", other)
    def __ror__(self, other): return self._apply("|", other, reverse=True)
    def __neg__(self): return self._apply("negative")
    def __pos__(self): return self
    def __abs__(self): return self._apply("absolute")

    __hash__ = object.__hash__

    def __len__(self) -> int:
        if self.length is SCALAR:
            raise TypeError("this is one number, it has no length")
        return self.length

    def __iter__(self):
        for row in range(len(self)):
            yield self.recording.add(SCALAR, "entry", self.position, row)

    def __invert__(self):
        raise TypeError("~ turns True into −2 on plain numbers: write where(condition, 0, 1) for not")

    def __mod__(self, other):
        raise TypeError("%, // and round are not recorded: write a − b * floor(a / b), floor(a / b), floor(a + 0.5)")

    __rmod__ = __floordiv__ = __rfloordiv__ = __mod__

    def __round__(self, digits=None):
        return self.__mod__(digits)

    def __index__(self) -> int:
        raise TypeError(
            "a slider's value cannot say how often a loop runs or which entry is taken: loop over all that are "
            "possible and use where(i < n, term, 0)"
        )

    __int__ = __index__

    def __bool__(self) -> bool:
        raise TypeError(
            "a model cannot branch on a value that a slider will set: use where(condition, a, b) for if, "
            "& and | for and/or, minimum(a, b) and maximum(a, b) for min and max (all in utils.expressions)"
        )

    def __float__(self) -> float:
        raise TypeError(
            "this value is not known until a slider is set: use exp, log, minimum, maximum … of "
            "utils.expressions in a model, not those of math or numpy"
        )

    def __repr__(self) -> str:
        return f"<Expression step {self.position}: {self.recording.steps[self.position]}>"


def record(model: Callable[..., Mapping], columns: Mapping[str, int], sliders: Iterable[str],
           constants: Mapping[str, float] | None = None) -> dict:
    """Run ``model`` once on expressions and return what it did.

    ``columns`` gives the number of rows of each column the model takes, ``sliders`` the names of its
    movable assumptions, ``constants`` values that stay fixed. The result is
    ``{"steps": [...], "outputs": {name: position}, "scalars": [names of outputs that are one number]}``.

    Raises ``TypeError`` when the model's result is not a dict of named outputs.
    """
    recording = Recording()
    arguments = {name: recording.add(rows, "column", name) for name, rows in columns.items()}
    arguments |= {name: recording.add(SCALAR, "slider", name) for name in sliders}
    results = named_outputs(model, model(**arguments, **(constants or {})))
    lifted = {name: recording.lift(_from_list(recording, value)) for name, value in results.items()}
    return {
        "steps": recording.steps,
        "outputs": {name: expression.position for name, expression in lifted.items()},
        "scalars": [name for name, expression in lifted.items() if expression.length is SCALAR],
    }


def named_outputs(model: Callable, results: object) -> Mapping:
    """Return ``results`` if it is a dict with text keys; say what is wrong otherwise."""
    name = getattr(model, "__name__", repr(model))
    if not isinstance(results, Mapping) or not results or not all(isinstance(key, str) for key in results):
        raise TypeError(
            f"the model {name} must return a dict of named outputs such as {{'cost': ...}}; "
            f"it returned {type(results).__name__} ({results!r:.80})"
        )
    return results


def _from_list(recording: Recording, value: object) -> object:
    return _stack(recording, value) if isinstance(value, (list, tuple)) else value


def _stack(recording: Recording, entries: Iterable) -> Expression:
    lifted = [recording.lift(entry) for entry in entries]
    if any(entry.length is not SCALAR for entry in lifted):
        raise ValueError("column(...) takes one number for each row, not columns")
    return recording.add(len(lifted), "stack", *(entry.position for entry in lifted))


def _first_expression(values: Iterable) -> Expression | None:
    return next((value for value in values if isinstance(value, Expression)), None)


def _is_array(value: object) -> bool:
    return hasattr(value, "__array__") and getattr(value, "ndim", 1) > 0


def _numpy():
    import numpy

    return numpy


def where(condition, if_true, if_false):
    """``if_true`` where the condition holds, else ``if_false``. Both are computed: keep both finite."""
    expression = _first_expression((condition, if_true, if_false))
    if expression is not None:
        return expression.recording.lift(condition)._apply("where", if_true, if_false)
    if any(_is_array(value) for value in (condition, if_true, if_false)):
        return _numpy().where(condition, if_true, if_false)
    return if_true if condition else if_false


def minimum(first, *others):
    """The smallest of the arguments, row by row."""
    return _fold("minimum", min, first, others)


def maximum(first, *others):
    """The largest of the arguments, row by row."""
    return _fold("maximum", max, first, others)


def _fold(name: str, plain: Callable, first, others):
    result = first
    for other in others:
        expression = _first_expression((result, other))
        if expression is not None:
            result = expression.recording.lift(result)._apply(name, other)
        elif _is_array(result) or _is_array(other):
            result = getattr(_numpy(), name)(result, other)
        else:
            result = plain(result, other)
    return result


def exp(value):
    """e to the power of the value."""
    return _unary("exp", math.exp, value)


def log(value):
    """The natural logarithm; the value must be above zero."""
    return _unary("log", math.log, value)


def floor(value):
    """The largest whole number not above the value."""
    return _unary("floor", math.floor, value)


def _unary(name: str, plain: Callable, value):
    if isinstance(value, Expression):
        return value._apply(name)
    return getattr(_numpy(), name)(value) if _is_array(value) else plain(value)


def total(values):
    """The sum of a column, or of any finite list of terms (each may itself be a column)."""
    if isinstance(values, Expression):
        return _reduce("total", values)
    if _is_array(values):
        return values.sum()
    result = 0
    for value in values:
        result = result + value
    return result


def largest(values):
    """The largest entry of a column or list."""
    if isinstance(values, Expression):
        return _reduce("largest", values)
    return values.max() if _is_array(values) else maximum(*values)


def smallest(values):
    """The smallest entry of a column or list."""
    if isinstance(values, Expression):
        return _reduce("smallest", values)
    return values.min() if _is_array(values) else minimum(*values)


def _reduce(operation: str, values: Expression) -> Expression:
    len(values)  # raises for one number
    return values.recording.add(SCALAR, operation, values.position)


def cumulative(values):
    """The running total of a column, in the order of its rows."""
    if isinstance(values, Expression):
        return values.recording.add(len(values), "cumulative", values.position)
    return values.cumsum() if _is_array(values) else column(_running(values))


def _running(values: Iterable):
    result = 0
    for value in values:
        result = result + value
        yield result


def column(entries: Iterable):
    """A column from one value for each row: an array, or an expression if any entry is one."""
    entries = list(entries)
    expression = _first_expression(entries)
    if expression is not None:
        return _stack(expression.recording, entries)
    return _numpy().array(entries, dtype=float)


def within(low: float, high: float, **arguments) -> None:
    """Raise ``ValueError`` unless every argument is a number (or a column of numbers) from low to high.

    Expressions pass: in the page, the bounds of the slider make a bad value impossible.
    """
    for name, value in arguments.items():
        for number in _numbers(name, value, lambda numbers: (low <= numbers) & (numbers <= high)):
            if not low <= number <= high:
                raise ValueError(f"{name} is {number:g}; allowed is {_range(low, high)}")


def above(limit: float, **arguments) -> None:
    """Raise ``ValueError`` unless every argument is a number (or a column of numbers) above the limit."""
    for name, value in arguments.items():
        for number in _numbers(name, value, lambda numbers: (limit < numbers) & (numbers < math.inf)):
            if not limit < number < math.inf:
                raise ValueError(f"{name} is {number:g}; allowed is any number above {limit:g}")


def _range(low: float, high: float) -> str:
    return f"{low:g} or more" if high == math.inf else f"{low:g} to {high:g}"


def _numbers(name: str, value: object, allowed: Callable) -> Iterable[float]:
    """The numbers to look at one by one; none, if a whole NumPy array is seen to be allowed at once."""
    if isinstance(value, Expression):
        return
    if getattr(getattr(value, "dtype", None), "kind", "") == "f" and _is_array(value) and bool(allowed(value).all()):
        return
    for entry in value if _is_array(value) or isinstance(value, (list, tuple)) else (value,):
        if isinstance(entry, Expression):
            continue
        if isinstance(entry, (str, bytes)) or entry is None or not hasattr(entry, "__float__"):
            raise ValueError(f"{name} is {entry!r}; allowed are numbers only")
        yield float(entry)


def parameters(model: Callable) -> list[str]:
    """The names of a model's parameters, in order."""
    return list(inspect.signature(model).parameters)
