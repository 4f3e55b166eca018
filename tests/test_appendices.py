"""The pages written from the tables say where each table comes from, who uses it, and how to check it."""

from __future__ import annotations

import hashlib
import re

import pytest

import appendices
from tests.conftest import ROOT, cells
from utils import data, validation

USERS = appendices.consumers(ROOT)
PAGE = appendices.data_tables(ROOT)
PARTS = dict(zip(data.names(), re.split(r"^## .*$", PAGE, flags=re.M)[1:], strict=True))


@pytest.mark.parametrize("name", data.names())
def test_every_table_shows_licence_date_builder_users_and_checksum(name):
    part = PARTS[name]
    assert f"data/{data.describe(name)['path']}" in part
    for what in ("Sources", "Licence", "As of", "Made by", "Used by", "SHA-256"):
        assert re.search(rf"^- {what}: \S", part, re.M), what
    assert re.search(r"^- As of: 20\d\d-\d\d-\d\d$", part, re.M)
    digest = hashlib.sha256((ROOT / "data" / data.describe(name)["path"]).read_bytes()).hexdigest()
    assert f">{digest}<" in part


def test_users_are_found_in_the_code():
    assert "chapter 1" in " ".join(USERS["net_zero_pledges"])
    assert "`utils.assumptions`" in USERS["assumptions"]
    assert "`utils.models.power_system`" in USERS["hourly_profiles"]


@pytest.mark.parametrize("name", data.names())
def test_a_builder_that_is_named_exists(name):
    about = data.describe(name)
    for script in {about.get("builder"), about.get("renewed_by")} - {None}:
        assert (ROOT / script).is_file()


def test_the_validation_page_has_a_row_for_every_target_and_none_fails():
    page = appendices.validation_tables(ROOT)
    for target in data.table("validation")["id"]:
        assert f"**{target}** " in page
    assert page.startswith(f"{len(validation.every())} targets:") and "0 failing" in page.splitlines()[0]


def test_every_claim_on_the_claims_page_shows_figure_place_use_and_second_look():
    parts = re.split(r"^### ", appendices.claims(ROOT), flags=re.M)[1:]
    assert len(parts) == 54
    for part in parts:
        for what in ("Figure", "In the letter", "Used in", "A second look"):
            assert re.search(rf"^- {what}: \S", part, re.M), part[:5]


def test_links_to_sections_name_headings_that_exist():
    found = [link for links in appendices._used_in(ROOT).values() for link in links]
    for chapter, anchor in set(re.findall(r"\(\.\./chapters/([\w-]+)\.ipynb#([^)]+)\)", " ".join(found))):
        prose = "\n".join("".join(cell["source"]) for cell in cells(ROOT / "chapters" / f"{chapter}.ipynb", "markdown"))
        assert anchor in {appendices.slugify(heading) for heading in re.findall(r"^##+ (.+)$", prose, re.M)}
