"""The designer, driven through its fields: a change is seen in the results, and a mistake is said and loses nothing."""

from __future__ import annotations

import pytest

from utils.cluster import MOST_FIRMS, Cluster, evaluate
from utils.designer import design


@pytest.fixture
def designer():
    return design("scattered")


def firm(designer, number: int = 0):
    """The fields of one firm: name, sector, size, latitude, longitude, technology, and the button that removes it."""
    return designer.rows.children[number].children


@pytest.mark.parametrize("key", ["port", "chemicals", "scattered"])
def test_a_designer_shows_the_cluster_it_was_given(key):
    assert design(key).cluster == Cluster.from_tables(key)
    assert design(key).message == ""


def test_every_field_of_a_firm_and_of_the_cluster_counts(designer):
    before = designer.results.value
    for field, value in enumerate(["Glassworks", "Ammonia", 0.4, 52.7, -1.8, "hydrogen"]):
        firm(designer)[field].value = value
    first = designer.cluster.firms[0]
    assert (first.name, first.sector, first.emissions_mt, first.latitude, first.longitude, first.technology) == (
        "Glassworks", "Ammonia", 0.4, 52.7, -1.8, "hydrogen")
    designer.policy.value, designer.km_to_store.value, designer.target_year.value = "Japan", 50, 2060
    designer.partners["buyers"].value = True
    assert designer.cluster == designer.cluster.with_(policy="Japan", km_to_store=50, target_year=2060,
                                                      partners=("buyers",))
    assert designer.found.numbers == evaluate(designer.cluster).numbers
    assert designer.results.value != before
    assert "Glassworks" in designer.results.value


def test_a_wrong_entry_is_said_and_nothing_is_lost(designer):
    good, shown = designer.cluster, designer.results.value
    firm(designer)[2].value = -3
    assert "emissions_mt is -3" in designer.message
    assert 'role="alert"' in designer.message
    assert firm(designer)[2].value == -3, "what was typed stays"
    assert designer.cluster == good
    assert designer.results.value == shown
    firm(designer)[2].value = 0.3
    assert designer.message == ""
    assert designer.cluster.firms[0].emissions_mt == 0.3


def test_what_is_typed_is_never_markup(designer):
    designer.name.value = "<img src=x onerror=alert(1)>"
    firm(designer)[0].value = "<script>alert(1)</script>"
    firm(designer, 1)[0].value = "<b>" * 40
    for said in (designer.message, designer.results.value):
        assert "<img src" not in said
        assert "<script" not in said
    assert "&lt;b&gt;" in designer.message


def test_firms_are_added_and_removed_to_the_last_and_the_most(designer):
    for _ in range(2 * MOST_FIRMS):
        designer.add.click()
    assert len(designer.cluster.firms) == len(designer.rows.children) == MOST_FIRMS
    assert f"{MOST_FIRMS} firms" in designer.message
    for _ in range(MOST_FIRMS):
        firm(designer)[-1].click()
    assert "firms has 0 entries" in designer.message
    assert len(designer.cluster.firms) == 1, "the last good cluster stays"
    designer.add.click()
    assert designer.message == ""


def test_a_simulation_moves_the_bar_and_says_the_chance(designer):
    steps = []
    designer.progress.observe(lambda change: steps.append(change["new"]), "value")
    designer.simulate.click()
    assert len(steps) >= 10
    assert steps == sorted(steps)
    assert steps[-1] == designer.progress.max == len(designer.drawn)
    assert "of 10,000 draws" in designer.chances.value
    assert not designer.simulate.disabled
    designer.km_to_store.value = 120
    assert designer.chances.value == "", "the chance of another cluster is not left standing"


def test_a_cluster_is_saved_and_loaded_without_loss(designer, tmp_path):
    own = Cluster.from_tables("chemicals").with_(assumptions={"storage_cost": 25})
    designer.show(own)
    designer.file.value = str(tmp_path / "mine.json")
    designer.save.click()
    assert "Saved" in designer.message
    designer.ready.value = "port"
    assert designer.cluster == Cluster.from_tables("port")
    designer.load.click()
    assert designer.cluster == own == Cluster.load(tmp_path / "mine.json")


@pytest.mark.parametrize("content", [None, '{"schema": 1, "name"', '{"schema": 99}'], ids=["missing", "cut", "newer"])
def test_a_file_that_cannot_be_loaded_changes_nothing(designer, tmp_path, content):
    if content:
        (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    before = designer.cluster
    designer.file.value = str(tmp_path / "bad.json")
    designer.load.click()
    assert "Not loaded" in designer.message
    assert designer.cluster == before


def test_wrong_fields_do_not_overwrite_a_good_file(designer, tmp_path):
    designer.file.value = str(tmp_path / "mine.json")
    designer.save.click()
    before = (tmp_path / "mine.json").read_text(encoding="utf-8")
    firm(designer)[2].value = -3
    designer.save.click()
    assert "Not saved" in designer.message
    assert (tmp_path / "mine.json").read_text(encoding="utf-8") == before


def test_a_page_says_how_to_open_it_and_a_notebook_gets_the_widget(designer):
    faces, _ = designer._repr_mimebundle_()
    assert "JupyterLab" in faces["text/html"]
    assert faces["application/vnd.jupyter.widget-view+json"]["model_id"] == designer.model_id
