"""Every exercise knows at least one wrong answer by name. The answers stand in ``tests/checks/chNN.py``."""

from __future__ import annotations

import importlib

import pytest

from utils.exercises import check, exercises_of
from utils.grading.source import CHAPTERS

NUMBERS = [path.stem.split("-")[0] for path in sorted(CHAPTERS.glob("*.ipynb"))]
CHECKED = [(number, name) for number in NUMBERS for name, one in exercises_of(number).items() if one.checks]


def wrong_answers(number: str) -> dict[str, list[tuple[str, str]]]:
    return importlib.import_module(f"tests.checks.ch{number}").WRONG


@pytest.mark.parametrize(("number", "name"), CHECKED)
def test_a_wrong_answer_gets_its_own_message(number, name):
    answers = wrong_answers(number).get(name)
    assert answers, f"tests/checks/ch{number}.py has no wrong answer for {name}"
    for code, message in answers:
        names: dict = {}
        exec(code, names)
        result = check(name, names)
        assert not result.passed
        assert message in repr(result), f"{code}\n{result}"
