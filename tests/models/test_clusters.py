from __future__ import annotations

import pytest

from utils import charts, data
from utils.expressions import record
from utils.models import clusters


def table():
    """The 33 rows with the number of their announcement, and a mark on the first cluster of each country."""
    rows = data.table("tic_clusters")
    rows["wave"] = rows["joined"].map(sorted(rows["joined"].unique()).index)
    named = rows[rows["country"].notna()].sort_values("wave", kind="stable")
    rows["first_of_country"] = rows.index.isin(named.drop_duplicates("country").index) * 1
    return rows


@pytest.mark.parametrize(("joined_by", "members", "countries"), [
    (0, 4, 3), (1, 8, 6), (2, 17, 9), (3, 20, 10), (4, 33, 16),
])
def test_clusters_and_countries_grow_as_the_initiative_announced(joined_by, members, countries):
    """The table, counted, equals the announced totals of the table tic_membership."""
    rows = table()
    result = clusters.members_by(rows["wave"], rows["first_of_country"], joined_by)
    assert (result["clusters"], result["countries"]) == (members, countries)
    announced = data.table("tic_membership").iloc[joined_by]
    assert (announced["clusters"], announced["countries"]) == (members, countries)


def test_the_regions_are_those_of_the_letter():
    """L-37 and CK-01: 7, 11, 1 and 14 make 33."""
    counts = data.table("tic_clusters")["region"].value_counts().to_dict()
    assert counts == {"Asia-Pacific": 14, "Europe": 11, "Americas": 7, "Middle East": 1}


def test_names_seen_recalled_and_unknown_are_told_apart():
    rows = data.table("tic_clusters")
    assert rows["name_status"].value_counts().to_dict() == {"seen": 31, "recalled": 1, "unknown": 1}
    assert set(rows.loc[rows["name_status"] != "seen", "status"]) == {"assumed"}


def test_every_cluster_with_a_known_name_has_a_place():
    rows = data.table("tic_clusters")
    assert rows.loc[rows["latitude"].isna(), "name_status"].tolist() == ["unknown"]


def test_the_japanese_member_carries_the_name_of_the_citys_release():
    """R-01."""
    assert data.table("tic_clusters").query("country == 'Japan'")["cluster"].tolist() == [
        "Kawasaki Carbon Neutral Industrial Complex"
    ]


def test_a_wave_that_never_was_is_refused():
    rows = table()
    with pytest.raises(ValueError, match="joined_by is 5; allowed is 0 to 4"):
        clusters.members_by(rows["wave"], rows["first_of_country"], 5)


def test_the_model_can_be_recorded():
    assert record(clusters.members_by, {"wave": 33, "first_of_country": 33}, ["joined_by"])["steps"]


def test_the_map_has_land_where_there_is_land():
    shape = charts.world().to_dict()["data"]["values"][0]["geometry"]
    assert shape["type"] == "MultiPolygon"
    assert len(shape["coordinates"]) == len(data.table("world_land"))
    longitudes, latitudes = zip(*(point for polygon in shape["coordinates"] for point in polygon[0]), strict=True)
    assert min(longitudes) == -180
    assert max(longitudes) == 180
    assert -60 < min(latitudes) < max(latitudes) < 84
