"""check() and progress(): what a learner sees, and what a check may rely on."""

from __future__ import annotations

import datetime
import decimal
import math
import subprocess
import sys

import altair as alt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from utils import exercises
from utils.exercises import (
    NotYet,
    check,
    check_for,
    collect,
    need,
    need_column,
    need_number,
    open_question,
    plain,
    progress,
)


@pytest.fixture
def chapter(monkeypatch):
    """A chapter "zz" with one exercise of two checks, one hidden check, and an open question."""

    def register():
        @check_for("ex-zz-double", points=2)
        def doubles(ask):
            """twice 21 is 42"""
            need_number(ask("double(21)"), 42, "double(21)", unit="t", slips={"That is the square.": 441})

        @check_for("ex-zz-double")
        def names(ask):
            """a word is repeated"""
            need(ask("double('ab')") == "abab", "Words can be doubled too.")

        @check_for("ex-zz-double", hidden=True)
        def secret(ask):
            """a hidden thing"""
            raise AssertionError("a hidden check never runs in a notebook")

        open_question("ex-zz-why", {"says why": 2, "says why not": 1.5})

    registry = collect(register)
    monkeypatch.setattr(exercises, "_registry", registry)
    return registry


def test_points_are_the_sum_of_checks_or_of_the_rubric(chapter):
    assert chapter["ex-zz-double"].points == 4
    assert chapter["ex-zz-why"].points == 3.5


def test_a_right_answer_passes_every_visible_check(chapter):
    result = check("ex-zz-double", {"double": lambda x: 2 * x})
    assert result.passed
    assert result.points == 3
    assert repr(result) == "ex-zz-double: 2 of 2 passed\n  Passed: twice 21 is 42\n  Passed: a word is repeated"


def test_a_common_mistake_is_recognised_by_name(chapter):
    result = check("ex-zz-double", {"double": lambda x: x * x})
    assert not result.passed
    assert "double(21): yours is 441 t. That is the square." in repr(result)


def test_a_hidden_check_is_neither_run_nor_shown(chapter):
    result = check("ex-zz-double", {"double": lambda x: 2 * x})
    assert "hidden" not in repr(result) + result._repr_html_()


def test_states_are_said_in_words_in_a_live_region(chapter):
    page = check("ex-zz-double", {"double": lambda x: 2 * x if x == 21 else "<b>"})._repr_html_()
    assert 'role="status"' in page
    assert "<strong>Passed:</strong>" in page
    assert "<strong>Not yet:</strong>" in page
    assert "<b>" not in page


def test_names_in_code_are_shown_as_code(chapter):
    assert "<code>double</code> is not defined" in check("ex-zz-double", {})._repr_html_()


def test_an_open_question_shows_its_rubric(chapter):
    assert repr(check("ex-zz-why", {})) == (
        "ex-zz-why: a person marks this one. What counts:\n  2 points: says why\n  1.5 points: says why not"
    )


def test_without_names_check_looks_where_it_is_called(chapter):
    names = {"check": check, "double": lambda x: 2 * x}
    exec("result = check('ex-zz-double')", names)
    assert names["result"].passed


def test_an_unknown_exercise_lists_the_known_ones(chapter):
    with pytest.raises(KeyError, match=r"no exercise 'ex-zz-no'.*ex-zz-double, ex-zz-why"):
        check("ex-zz-no", {})
    with pytest.raises(KeyError, match="none"):
        check("nonsense", {})


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({}, "`double` is not defined yet"),
        ({"double": lambda x: ...}, "still `...`"),
        ({"double": lambda x: len(...)}, "still `...`"),
        ({"double": lambda x: None}, "Does your function `return` its result?"),
        ({"double": lambda x: 1 / 0}, "stopped with ZeroDivisionError"),
        ({"double": lambda x: object()}, "a object cannot be checked"),
        ({"double": lambda x: "42"}, "should be a number; yours is '42'"),
        ({"double": lambda x: True}, "should be a number; yours is True"),
        ({"double": lambda x: 42_000}, "1,000 times too large. Look for a kilo"),
        ({"double": lambda x: 0.042}, "1,000 times too small"),
        ({"double": lambda x: 42e6}, "a million times too large"),
        ({"double": lambda x: 0.42}, "Is it a fraction"),
        ({"double": lambda x: 4200}, "Is it a percentage"),
        ({"double": lambda x: -42}, "the sign is not"),
        ({"double": lambda x: 42 * 8760}, "the hours of a year"),
        ({"double": lambda x: 42 * 44 / 12}, "tonnes of CO2"),
        ({"double": lambda x: 50}, "too high"),
        ({"double": lambda x: 30}, "too low"),
        ({"double": lambda x: math.nan}, "not a number"),
    ],
)
def test_a_wrong_answer_gets_a_message_that_teaches(chapter, names, message):
    assert message in repr(check("ex-zz-double", names))


def test_a_message_never_gives_the_right_number_away(chapter):
    for wrong in (0, 1, 43, 42.1, -1e9, math.inf):
        first = check("ex-zz-double", {"double": lambda x, wrong=wrong: wrong}).rows[0]
        assert not first.passed
        assert "42." not in first.message.replace(f"{wrong:g}", "")


def test_a_column_is_checked_entry_by_entry():
    need_column({"index": [0, 1], "values": [1.0, 2.0]}, [1, 2], "c")
    with pytest.raises(NotYet, match="c, entry 2: yours is 3"):
        need_column([1, 3], [1, 2], "c")
    with pytest.raises(NotYet, match="should have 2 entries; yours has 1"):
        need_column([1], [1, 2], "c")
    with pytest.raises(NotYet, match="should be a column of numbers; yours is 3"):
        need_column(3, [1, 2], "c")
    with pytest.raises(NotYet, match="c: swapped"):
        need_column([2, 1], [1, 2], "c", slips={"swapped": [2, 1]})


def test_progress_says_where_one_stands(chapter):
    names = {"double": lambda x: 42}
    assert repr(progress("zz", names)) == (
        "Chapter zz: 0 of 1 exercises passed\n  ex-zz-double: 1 of 2 passed\n  ex-zz-why: marked by a person"
    )
    assert 'role="status"' in progress("zz", names)._repr_html_()
    with pytest.raises(KeyError, match="chapter 'none' has no exercises"):
        progress("none", {})


def test_running_a_cell_of_checks_twice_registers_them_once():
    def register():
        for _ in range(2):

            @check_for("ex-zz-a")
            def one(ask):
                """one"""

    assert len(collect(register)["ex-zz-a"].checks) == 1


def test_a_check_without_a_docstring_is_refused():
    with pytest.raises(ValueError, match="nameless of ex-zz-a has no docstring"):

        @check_for("ex-zz-a")
        def nameless(ask):
            pass


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1), (2.5, 2.5), ("é", "é"), (None, None), (True, True), ((1, (2,)), [1, [2]]), ({2, 1}, [1, 2]),
        ({1: "a"}, {"1": "a"}), (range(3), [0, 1, 2]), (np.float64(0.5), 0.5), (np.array([[1, 2]]), [[1, 2]]),
        (np.bool_(True), True), (pd.Series([1, 2], index=["a", "b"]), {"index": ["a", "b"], "values": [1, 2]}),
        (pd.DataFrame({"x": [1]}), {"index": [0], "columns": {"x": [1]}}), (pd.Index([1, 2]), [1, 2]), (pd.NA, None),
        (pd.Timestamp("2026-01-02"), "2026-01-02T00:00:00"), (datetime.date(2026, 1, 2), "2026-01-02"),
        (decimal.Decimal("1.5"), 1.5), (pd.Series(["x", None]), {"index": [0, 1], "values": ["x", math.nan]}),
    ],
)  # fmt: skip
def test_an_answer_becomes_plain_data(value, expected):
    assert repr(plain(value)) == repr(expected)


def test_a_chart_becomes_its_specification():
    chart = alt.Chart(pd.DataFrame({"a": [1]})).mark_bar().encode(x="a")
    assert plain(chart)["chart"]["mark"] == {"type": "bar"}


def test_objects_with_methods_of_the_learner_are_refused():
    class Liar(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    for value in (Liar(1), [Liar(1)], {"a": Liar(1)}, object(), lambda: 1):
        with pytest.raises(TypeError, match="cannot be checked"):
            plain(value)
    circle: list = []
    circle.append(circle)
    with pytest.raises(TypeError, match="nested too deeply"):
        plain(circle)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(min_value=1e-3, max_value=1e3))
def test_a_number_passes_only_within_the_tolerance(right, factor):
    wrong = right * factor
    if math.isclose(wrong, right, rel_tol=1e-6, abs_tol=1e-12):
        need_number(wrong, right, "x")
    else:
        with pytest.raises(NotYet):
            need_number(wrong, right, "x")


WITHOUT_LIBRARIES = """
import sys
for name in ("numpy", "pandas", "scipy", "altair", "IPython"): sys.modules[name] = None
from utils.exercises import answer, exercises_of, judge
from utils.quiz import quizzes_of
number = sys.argv[1]
assert all(one._repr_html_() for one in quizzes_of(number).values())
for name, exercise in exercises_of(number).items():
    for check in exercise.checks:
        [row] = judge([check], lambda question: answer(question, {}))
        if not row.message.startswith("Not checked: import of "):  # a check that reads a table needs pandas, NumPy
            assert "is not defined yet" in row.message, row.message
            print(name)
"""


@pytest.mark.parametrize("number", sorted(path.name[:2] for path in (ROOT / "chapters").glob("*.ipynb")))
def test_exercises_and_quizzes_need_the_standard_library_only(number):
    """They must import in the browser before anything else is there; a check that needs data imports it itself."""
    done = subprocess.run([sys.executable, "-c", WITHOUT_LIBRARIES, number], capture_output=True, text=True)
    assert f"ex-{number}-" in done.stdout, done.stderr
    assert done.returncode == 0, done.stderr
