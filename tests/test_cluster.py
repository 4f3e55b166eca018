"""A cluster is checked field by field, loses nothing between file and memory, and never ruins the file there was."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import assumptions, data
from utils.cluster import PARTNERS, READY_KEYS, TECHNOLOGIES, Cluster, Firm, evaluate, kilometres, movable, sectors

WORKS = Firm("Works", "Cement", 1.0, 50, 4)
PORT = Cluster.from_tables("port")

firms = st.lists(
    st.builds(
        Firm, name=st.text(min_size=1, max_size=20).filter(str.strip), sector=st.sampled_from(sectors()),
        emissions_mt=st.floats(0.001, 200), latitude=st.floats(-90, 90), longitude=st.floats(-180, 180),
        technology=st.sampled_from(["capture", "none"]),
    ),
    min_size=1, max_size=8, unique_by=lambda firm: firm.name,
)


def changed(**changes) -> str:
    return json.dumps(json.loads(PORT.to_json()) | changes)


def with_firm(**changes) -> str:
    first = json.loads(PORT.to_json())["firms"][0]
    return changed(firms=[first | changes])


@pytest.mark.parametrize("key", READY_KEYS)
def test_a_ready_cluster_is_an_illustration_with_sources(key):
    row = data.table("clusters_ready").query("key == @key").iloc[0]
    assert row["status"] == "assumed"
    assert "made up" in row["about"].lower()
    assert Cluster.from_tables(row["cluster"]) == Cluster.from_tables(key)
    assert evaluate(Cluster.from_tables(key)).numbers["abatement"] > 0


def test_the_scattered_cluster_does_not_pay_and_the_chemical_one_does():
    assert evaluate(Cluster.from_tables("scattered")).numbers["breaks_even"] == 0
    assert evaluate(Cluster.from_tables("chemicals")).numbers["breaks_even"] == 1


@settings(max_examples=50, deadline=None)
@given(firms=firms, partners=st.lists(st.sampled_from(list(PARTNERS)), unique=True), km=st.floats(1, 2000),
       names=st.lists(st.sampled_from(movable()), unique=True, max_size=4))
def test_a_cluster_comes_back_from_json_as_it_was(firms, partners, km, names):
    chosen = {name: assumptions.get(name).high for name in names}
    cluster = Cluster("Ours 川崎", firms, "Japan", partners, km, 2060, chosen)
    assert Cluster.from_json(cluster.to_json()) == cluster


def test_a_cluster_comes_back_from_its_file(tmp_path):
    path = PORT.save(tmp_path / "port.json")
    assert Cluster.load(path) == PORT
    assert [file.name for file in tmp_path.iterdir()] == ["port.json"], "no temporary file stays behind"


def test_the_file_there_was_stays_whole_when_writing_fails(tmp_path, monkeypatch):
    path = PORT.save(tmp_path / "plan.json")
    before = path.read_bytes()

    def full(*_):
        raise OSError("no space left on device")

    for step in ("fsync", "replace"):
        with monkeypatch.context() as broken:
            broken.setattr(os, step, full)
            with pytest.raises(OSError, match="no space"):
                PORT.with_(name="Other").save(path)
        assert path.read_bytes() == before
        assert [file.name for file in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.parametrize("keep", [0, 1, 10, 200, -2])
def test_a_truncated_file_is_refused_and_kept(tmp_path, keep):
    path = tmp_path / "cut.json"
    path.write_text(PORT.to_json().strip()[:keep], encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"cut\.json: the text is no whole JSON .* may have been cut off"):
        Cluster.load(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("text", "said"), [
    (changed(firms=[]), "firms has 0 entries; allowed are 1 to 8"),
    (changed(firms={}), r"firms is \{\}; allowed is a list"),
    (changed(firms=["Works"]), "firms holds 'Works'; allowed are firms"),
    (with_firm(emissions_mt=-1), "firm Steelworks: emissions_mt is -1; allowed is a number from 0.001 to 200"),
    (with_firm(emissions_mt="4"), "emissions_mt is '4'; allowed is a number"),
    (with_firm(emissions_mt=True), "emissions_mt is True; allowed is a number"),
    (with_firm(sector="Bakery"), "sector is 'Bakery'; allowed are Gas processing, Ammonia"),
    (with_firm(sector=["Cement"]), r"sector is \['Cement'\]; allowed are"),
    (with_firm(technology="magic"), f"technology is 'magic'; allowed are {', '.join(TECHNOLOGIES)}"),
    (with_firm(sector="Cement", technology="hydrogen"), "technology is 'hydrogen' in the sector 'Cement'"),
    (with_firm(latitude=91), "latitude is 91; allowed is a number from -90 to 90"),
    (with_firm(longitude=None), "longitude is None; allowed is a number from -180 to 180"),
    (with_firm(name=""), "firm name is ''; allowed is a text"),
    (with_firm(colour="red"), "firm Steelworks: the field 'colour' is unknown; allowed are name, sector"),
    (changed(schema=2), "schema is 2; allowed is 1: it comes from a newer version"),
    (changed(schema="1"), "schema is '1'; allowed is 1$"),
    (changed(owner="me"), "the field 'owner' is unknown; allowed are name, firms"),
    (changed(name=3), "name is 3; allowed is a text of 1 to 80 characters"),
    (changed(policy="Mars"), "policy is 'Mars'; allowed are United States"),
    (changed(partners=["friends"]), "partners is 'friends'; allowed are buyers, store abroad"),
    (changed(partners="buyers"), "partners is 'buyers'; allowed is a list"),
    (changed(partners=["buyers", "buyers"]), "allowed is each partner once"),
    (changed(km_to_store=0), "km_to_store is 0; allowed is a number from 1 to 2000"),
    (changed(target_year=2050.5), "target_year is 2050.5; allowed is a whole year"),
    (changed(target_year=1999), "target_year is 1999; allowed is a number from 2024 to 2100"),
    (changed(assumptions={"luck": 1}), "assumptions: the name is 'luck'; allowed are"),
    (changed(assumptions={"discount_rate": 2}), "discount_rate is 2; allowed is 0 to 0.15"),
    (changed(assumptions=[]), r"assumptions is \[\]; allowed is a table"),
    ("[]", "the JSON is a list; allowed is one cluster"),
    ('{"schema": 1, "schema": 1}', "the field 'schema' stands there twice"),
    (PORT.to_json().replace("4.5", "NaN"), "a value is NaN; allowed are finite numbers"),
    ('{"schema": 1, "name": "A"}', "the field 'firms' is missing"),
], ids=lambda value: value[:60] if value.startswith(("firm", "the", "sch")) else "")
def test_a_wrong_field_is_named_with_its_value_and_what_is_allowed(text, said):
    with pytest.raises(ValueError, match=said):
        Cluster.from_json(text)


def test_two_firms_cannot_carry_one_name():
    with pytest.raises(ValueError, match="firms has 'Works' twice"):
        Cluster("Two", (WORKS, WORKS))


def test_nine_firms_are_too_many():
    nine = tuple(Firm(f"Works {n}", "Cement", 1.0, 50, 4) for n in range(9))
    with pytest.raises(ValueError, match="firms has 9 entries; allowed are 1 to 8"):
        Cluster("Nine", nine)


def test_an_override_must_be_an_assumption_of_the_model():
    with pytest.raises(ValueError, match="'yearly_km'; allowed are"):
        evaluate(PORT, yearly_km=3)


def test_an_unknown_ready_cluster_is_refused():
    with pytest.raises(ValueError, match="name is 'moon'; allowed are port, chemicals, scattered"):
        Cluster.from_tables("moon")


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres():
    assert kilometres(50, 4, 51, 4) == pytest.approx(111.2, abs=0.1)
    assert kilometres(35.5, 139.7, 35.5, 139.7) == 0
    assert kilometres(0, 0, 0, 180) == pytest.approx(20015, abs=1), "half way round"
