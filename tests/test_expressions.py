"""A recorded model replays to what Python computes, and refuses what cannot be recorded."""

from __future__ import annotations

import math
import operator

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import expressions as ex

PLAIN = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
    "&": lambda a, b: bool(a) and bool(b), "|": lambda a, b: bool(a) or bool(b),
    "negative": operator.neg, "absolute": abs, "exp": math.exp, "log": math.log, "floor": math.floor,
    "minimum": min, "maximum": max, "where": lambda c, a, b: a if c else b,
}


def replay(recording: dict, columns: dict, sliders: dict) -> dict:
    """The page's replay, written again in plain Python, so that recordings can be tested without a browser."""
    results: list = []
    for operation, *args in recording["steps"]:
        if operation == "number":
            value = float(args[0])
        elif operation in ("slider", "column"):
            value = (sliders if operation == "slider" else columns)[args[0]]
        elif operation == "entry":
            value = results[args[0]][args[1]]
        elif operation == "stack":
            value = [results[a] for a in args]
        elif operation in ("total", "largest", "smallest", "cumulative"):
            entries = results[args[0]]
            value = {"total": sum, "largest": max, "smallest": min,
                     "cumulative": lambda x: list(np.cumsum(x))}[operation](entries)
        else:
            values = [results[a] for a in args]
            rows = next((len(v) for v in values if isinstance(v, list)), None)
            if rows is None:
                value = PLAIN[operation](*values)
            else:
                value = [PLAIN[operation](*(v[r] if isinstance(v, list) else v for v in values)) for r in range(rows)]
        results.append(value)
    return {name: results[position] for name, position in recording["outputs"].items()}


def everything(x, y, a, b):
    """A model that uses every helper."""
    return {
        "arithmetic": (x + 2 * y - a / 3) ** 2 + 1 / (1 + b) - (-x) + abs(y) + 2 ** a,
        "branches": ex.where((x > a) & (y >= b) | (x == y), ex.minimum(x, y, a), ex.maximum(x, b)),
        "functions": ex.exp(x / 10) + ex.log(1 + y) + ex.floor(a),
        "sums": ex.total(x) + ex.total([a, b, 3]) + ex.largest(y) - ex.smallest(y),
        "running": ex.cumulative(x * y),
        "unrolled": ex.column([entry * (i + 1) for i, entry in enumerate(x)]),
        "comparison": ex.where(x >= y, 1, 0) + ex.where(x <= a, 1, 0) + ex.where(x != y, 1, 0),
    }


numbers = st.floats(0.1, 10, allow_nan=False)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5), numbers, numbers)
def test_a_recording_replays_to_what_numpy_computes(pairs, a, b):
    x, y = (list(column) for column in zip(*pairs, strict=True))
    recording = ex.record(everything, {"x": len(x), "y": len(y)}, ["a", "b"])
    replayed = replay(recording, {"x": x, "y": y}, {"a": a, "b": b})
    for computed in (everything(np.array(x), np.array(y), a, b), everything(pd.Series(x), pd.Series(y), a, b)):
        for name, value in computed.items():
            assert np.allclose(np.asarray(replayed[name], dtype=float), np.asarray(value, dtype=float), rtol=1e-9)


def test_a_step_used_often_is_recorded_once():
    def erlang_b(load):
        blocking = 1
        for servers in range(1, 41):
            blocking = load * blocking / (servers + load * blocking)
        return {"blocking": blocking}

    steps = len(ex.record(erlang_b, {}, ["load"])["steps"])
    assert steps < 200, "written out as one formula this recursion has 2^40 terms"


@pytest.mark.parametrize(("wrong", "twin"), [
    (lambda a: {"y": 1 if a > 1 else 2}, "where"),
    (lambda a: {"y": a > 1 and a < 3}, "&"),
    (lambda a: {"y": ex.where(~(a > 1), 1, 2)}, "where"),
    (lambda a: {"y": a % 2}, "floor"),
    (lambda a: {"y": 7 // a}, "floor"),
    (lambda a: {"y": round(a, 1)}, "floor"),
    (lambda a: {"y": sum(range(a))}, "where"),
    (lambda a: {"y": [1, 2, 3][a]}, "where"),
    (lambda a: {"y": int(a)}, "where"),
    (lambda a: {"y": max(a, 1)}, "maximum"),
    (lambda a: {"y": math.exp(a)}, "exp"),
    (lambda a: {"y": np.exp(a)}, "does not support ufuncs"),  # NumPy's own words
])
def test_what_python_would_decide_by_itself_is_refused_and_its_twin_named(wrong, twin):
    with pytest.raises(TypeError, match=twin):
        ex.record(wrong, {}, ["a"])


def test_columns_of_different_length_do_not_combine():
    with pytest.raises(ValueError, match="different length"):
        ex.record(lambda x, y: {"z": x + y}, {"x": 2, "y": 3}, [])


def test_infinity_survives_the_way_into_json():
    recording = ex.record(lambda a: {"y": ex.where(a > 1, a, float("inf"))}, {}, ["a"])
    assert ["number", "Infinity"] in recording["steps"]
    assert replay(recording, {}, {"a": 0.0})["y"] == math.inf


@pytest.mark.parametrize("result", [3.0, None, [1, 2], {}, {1: 2}])
def test_a_model_that_returns_no_dict_of_named_outputs_is_refused(result):
    def nameless(a):
        return result

    with pytest.raises(TypeError, match="nameless must return a dict of named outputs"):
        ex.record(nameless, {}, ["a"])


@pytest.mark.parametrize(("value", "said"), [
    (-1, "flow is -1; allowed is 0 to 5"), (float("nan"), "flow is nan"),
    ("many", "flow is 'many'; allowed are numbers"),
    (pd.Series([1, 7]), "flow is 7"), (pd.Series(["a"]), "flow is 'a'"), (None, "flow is None"),
])
def test_a_value_out_of_range_is_named_with_what_is_allowed(value, said):
    with pytest.raises(ValueError, match=said):
        ex.within(0, 5, flow=value)


def test_a_value_at_an_open_limit_is_refused():
    with pytest.raises(ValueError, match="life is 0; allowed is any number above 0"):
        ex.above(0, life=0)


def test_helpers_on_plain_numbers_need_no_numpy():
    import subprocess
    import sys

    code = ("import sys; sys.modules['numpy'] = None; from utils.models import finance, pipelines, cooperative_games\n"
            "print(pipelines.saving_of_equal_firms(4, 0.6)['saving'], finance.capital_recovery_factor(0.08, 25))")
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.startswith("0.42")
