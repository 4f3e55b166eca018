"""Every table fits its description, every row names a source that exists, and the loader says what is wrong."""

from __future__ import annotations

import re

import frictionless
import pytest
from pybtex.database import parse_file

from tests.conftest import ROOT
from utils import assumptions, data

REFERENCES = parse_file(str(ROOT / "references.bib")).entries
CLAIMS = set(data.table("letter_claims")["id"]) | set(data.table("letter_checks")["id"])
TABLES = pytest.mark.parametrize("name", data.names())


def test_the_package_is_a_valid_frictionless_package():
    report = frictionless.Package(str(ROOT / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])


def test_every_file_in_the_data_folder_is_described():
    described = {data.describe(name)["path"] for name in data.names()}
    assert {path.name for path in (ROOT / "data").glob("*.csv")} == described


@TABLES
def test_every_source_is_a_reference_or_a_claim(name):
    for cell in data.table(name)["source"].unique():
        for token in re.split(r"\s*;\s*", cell):
            assert token in REFERENCES or token in CLAIMS, f"{name}: {token!r} is in no list of sources"


@TABLES
def test_every_row_says_whether_it_was_published_computed_or_assumed(name):
    assert set(data.table(name)["status"]) <= {"published", "computed", "assumed"}


@TABLES
def test_every_table_and_column_is_described_for_a_reader(name):
    about = data.describe(name)
    assert {"title", "description", "licenses", "sources"} <= about.keys()
    assert all(field.get("description") for field in about["schema"]["fields"])


@pytest.mark.parametrize("key", sorted(REFERENCES))
def test_every_reference_has_author_title_year_and_place(key):
    entry = REFERENCES[key]
    assert entry.persons.get("author") or entry.persons.get("editor"), "author"
    for field in ("title", "year"):
        assert entry.fields.get(field), field
    places = ("journal", "booktitle", "institution", "publisher", "howpublished", "school", "url", "doi")
    assert any(entry.fields.get(place) for place in places), "place"


def test_the_ledger_holds_the_letters_54_claims():
    assert list(data.table("letter_claims")["id"]) == [f"L-{n:02d}" for n in range(1, 55)]


def test_checks_speak_of_claims_that_exist():
    for cell in data.table("letter_checks")["claims"]:
        assert set(re.split(r"\s*;\s*", cell)) <= set(data.table("letter_claims")["id"])


def test_the_parties_of_the_pledges_are_those_of_the_letter():
    years = data.table("net_zero_pledges").groupby("target_year").size().to_dict()
    assert years == {2050: 8, 2060: 4, 2070: 1}


def test_the_letters_two_figures_are_in_the_table_to_the_megatonne():
    emissions = data.table("national_emissions_2023").set_index("country")["ghg_mt"]
    assert round(emissions["Saudi Arabia"]) == 879
    assert round(emissions["Canada"]) == 800


def test_both_emission_tables_agree_on_2023():
    long = data.table("national_emissions").query("year == 2023").set_index("country")["ghg_mt"]
    wide = data.table("national_emissions_2023").set_index("country")["ghg_mt"]
    assert (long == wide[long.index]).all()


def test_every_assumption_is_sound():
    assert assumptions.table()


def test_scenarios_set_known_assumptions_within_their_range():
    for row in data.table("scenarios").to_dict("records"):
        assumptions.get(row["assumption"]).check(row["value"])


SCHEMA = {
    "fields": [
        {"name": "place", "type": "string", "constraints": {"required": True}},
        {"name": "flow", "type": "number", "constraints": {"minimum": 0}},
        {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b"]}},
        {"name": "units", "type": "integer"},
    ],
    "primaryKey": "place",
}


@pytest.mark.parametrize(("text", "said"), [
    ("place,flow,kind,units\nX,many,a,1\n", "column flow, row 2: 'many' is not of type number"),
    ("place,flow,kind,units\nX,inf,a,1\n", "column flow, row 2: 'inf' is not of type number"),
    ("place,flow,kind,units\nX,1,a,2.5\n", "column units, row 2: '2.5' is not of type integer"),
    ("place,flow,kind,units\nX,1,a,inf\n", "column units, row 2: 'inf' is not of type integer"),
    ("place,flow,kind,units\nX,1,a,1\nY,-3,b,1\n", "column flow, row 3: '-3'; allowed is minimum 0"),
    ("place,flow,kind,units\nX,1,c,1\n", r"column kind, row 2: 'c'; allowed is enum \['a', 'b'\]"),
    ("place,flow,kind,units\n,1,a,1\n", "column place, row 2: the cell is empty; a value is required"),
    ("place,kind\nX,a\n", r"the columns are \['place', 'kind'\]; described are \['place', 'flow', 'kind', 'units'\]"),
    ("", r"the columns are \[\]; described are"),
    ("place,flow,kind,units\nX,1,a,1\nX,2,b,1\n", "stands there twice"),
    ("place,flow,kind,units\nX, the port,1,a,1\n", "row 2: 5 cells stand there; the header has 4"),
    ("place,flow,kind,units\nX,1,a,1\nY,1,a\n", "row 3: 3 cells stand there; the header has 4"),
])
def test_a_file_that_does_not_fit_is_named_with_column_row_and_what_is_allowed(tmp_path, text, said):
    path = tmp_path / "small.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        data.read(path, SCHEMA, "small")


def test_missing_cells_are_missing_values(tmp_path):
    path = tmp_path / "small.csv"
    path.write_text("place,flow,kind,units\nX,,,\n", encoding="utf-8")
    assert data.read(path, SCHEMA, "small").isna().iloc[0].tolist() == [False, True, True, True]


def test_an_unknown_table_is_answered_with_the_known_ones():
    with pytest.raises(KeyError, match=r"no table 'emissions'; the tables are: .*assumptions, .*carbon_budget"):
        data.table("emissions")


def test_a_table_is_a_fresh_copy():
    changed = data.table("example_firms")
    changed.loc[0, "emissions_mt"] = -1
    assert (data.table("example_firms")["emissions_mt"] > 0).all()
