"""The policy models stay within the published figures of the table ``validation``."""

import pytest

from utils import data
from utils.models import emissions_trading as ets
from utils.models import gx


def first_year_without_cap():
    law = data.table("eu_ets_cap").drop(columns=["source", "status"])
    cap = ets.cap_path(**law, late_reduction_factor=0.044, include_maritime=0)["cap"]
    return law["year"][cap < 1].iloc[0]


def share_2030():
    table = data.table("cbam_phase_in")
    return ets.charged_share(2030, table["year"], table["phase_in_share"])


VALUES = {
    "V-13": share_2030,
    "V-13b": lambda: ets.cbam_bill(2034, 1, 2.34, 2.34, 80, 0, 0)["bill"],
    "V-14": first_year_without_cap,
    "V-14b": lambda: 0.043 * ets.REFERENCE,
    "V-24": lambda: gx.trading_band(2030, 0.03, 0.03)["ets_high"],
    "V-25": lambda: gx.trading_band(2030, 0.03, 0.03)["ets_low"],
}


@pytest.mark.parametrize("target", VALUES)
def test_the_model_lies_within_the_published_range(target):
    published = data.table("validation").set_index("id").loc[target]
    assert published["low"] <= VALUES[target]() <= published["high"], published["quantity"]
