"""The models of chapter 2 stay as near to the published figures as the chapter says they are."""

from __future__ import annotations

import pytest

from utils import data, validation

VALUES = validation.infrastructure()
TABLE = validation.compare(VALUES)

# How far a model may lie outside the published range. Nothing was tuned to come closer; V-01b is known to be far off.
TOLERANCE = {
    "V-01b": 1.4, "V-03a": 0.3, "V-03b": 0.7, "V-04a": 0.35, "V-04b": 0.5, "V-07b": 0.1, "V-08": 0.05,
    "V-09a": 0.4, "V-09b": 0.05, "V-09c": 0.25, "V-09d": 0.35, "V-09e": 0.5, "V-09f": 0.15,
}


@pytest.mark.parametrize("target", list(VALUES))
def test_the_model_lies_as_near_to_the_published_figure_as_stated(target):
    assert abs(TABLE.loc[target, "deviation"]) <= TOLERANCE.get(target, 0), TABLE.loc[target, "quantity"]


def test_every_target_from_one_to_nine_is_compared():
    numbers = {target[:4] for target in VALUES}
    assert {f"V-0{n}" for n in range(1, 10)} <= numbers


def test_every_target_has_a_remark_and_every_remark_a_target():
    assert TABLE["remark"].notna().all()
    assert set(data.table("validation_remarks")["id"]) <= set(data.table("validation")["id"])


def test_the_ammonia_chain_is_the_one_that_deviates_most():
    """The chapter says so; if a better table changes that, the chapter must change too."""
    assert TABLE["deviation"].abs().idxmax() == "V-01b"
    assert TABLE.loc["V-01b", "deviation"] > 1


@pytest.mark.parametrize(("value", "deviation"), [(1, -0.5), (2, 0), (3, 0), (6, 0.5)])
def test_the_deviation_is_counted_from_the_nearer_end(value, deviation):
    assert validation._deviation(value, 2, 4) == pytest.approx(deviation)


@pytest.mark.parametrize("target", list(validation.case_studies()))
def test_the_models_of_the_case_studies_lie_inside_the_published_ranges(target):
    compared = validation.compare(validation.case_studies())
    assert compared.loc[target, "deviation"] == 0, compared.loc[target, "quantity"]
    assert compared.loc[target, "remark"]
