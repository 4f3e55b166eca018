"""A result that differs from the last release is announced in the changelog, with its old and its new value."""

from __future__ import annotations

import copy

import pytest

from tests import released
from tests.conftest import SITE

built = pytest.mark.skipif(not (SITE / "index.html").exists(), reason="the book is not built")
CHANGELOG = released.CHANGELOG.read_text(encoding="utf-8")
VERSION, OLD = released.kept()
FIGURE, OUTPUT = "01/alone-and-together", "saving_of_four"


@built
def test_every_changed_result_is_announced_in_the_changelog():
    changed = released.changes(OLD, released.today())
    assert not released.missing(CHANGELOG, changed), "run `make results` and say in the changelog why"
    assert not released.stale(CHANGELOG, changed), "the changelog announces what is not so: run `make results`"


def test_the_kept_results_are_those_of_the_present_version():
    assert released.version() == VERSION, "run `make results RELEASE=1` for the new version"
    assert f"\n## {VERSION}\n" in CHANGELOG


@built
def test_what_is_kept_covers_every_explorable_at_its_default_and_at_every_end():
    announced = released.unreleased(CHANGELOG)
    assert all(f"`{figure}`" in announced for figure in OLD.keys() - released.today().keys())
    assert all("default" in places and len(places) >= 3 for places in OLD.values())


def changed_in(place: str, factor: float) -> dict:
    new = copy.deepcopy(OLD)
    new[FIGURE][place][OUTPUT][0] *= factor
    return released.changes(OLD, new)


def test_a_changed_result_gives_a_line_with_its_old_and_new_value():
    line = changed_in("default", 1.1)[FIGURE, OUTPUT]
    assert line == f"- `{FIGURE}`, `{OUTPUT}`: 0.425651 → 0.468216 by default"


def test_a_change_that_shows_only_at_the_end_of_a_slider_is_seen_there():
    assert "at scale_exponent = 0.4" in changed_in("scale_exponent = 0.4", 0.5)[FIGURE, OUTPUT]


def test_noise_in_the_last_digits_is_no_change():
    assert not changed_in("default", 1 + 5e-5)


def test_a_result_that_vanished_is_a_change_and_a_new_one_is_not():
    new = copy.deepcopy(OLD)
    new["something-new"] = {"default": {"cost": [1.0]}}
    del new[FIGURE]
    lines = released.changes(OLD, new)
    assert list(lines.values()) == [f"- `{FIGURE}`: gone"]
    assert released.missing("## Unreleased\n", lines) and released.stale(f"## Unreleased\n{lines[FIGURE, '']}\n", {})


def test_a_line_with_another_value_does_not_count(tmp_path, monkeypatch):
    changed = changed_in("default", 1.1)
    right = "# Changelog\n\n## Unreleased\n\n" + changed[FIGURE, OUTPUT] + "\n\n## 0.1.0\n"
    assert not released.missing(right, changed) and not released.stale(right, changed)
    wrong = right.replace("0.468216", "0.47")
    assert released.missing(wrong, changed) and released.stale(wrong, changed)
    assert released.missing(right.replace("## Unreleased", "## Unreleased\n\n## 0.0.9"), changed), "an old section"


def test_the_command_drafts_the_lines_and_takes_back_stale_ones(tmp_path, monkeypatch, capsys):
    new = copy.deepcopy(OLD)
    new[FIGURE]["default"][OUTPUT][0] *= 1.1
    monkeypatch.setattr(released, "today", lambda: new)
    path = tmp_path / "CHANGELOG.md"
    path.write_text("# Changelog\n\n## Unreleased\n\n- `x`, `y`: 1 → 2 by default\n\nProse stays.\n\n## 0.1.0\n")
    released.draft(path)
    text = path.read_text()
    assert f"`{OUTPUT}`: 0.425651 → 0.468216" in text and "`x`" not in text and "Prose stays." in text
    assert "0.468216" in capsys.readouterr().out
    released.draft(path)
    assert path.read_text() == text, "a second run changes nothing"


def test_a_release_with_an_unannounced_change_is_refused(tmp_path, monkeypatch):
    new = copy.deepcopy(OLD)
    new[FIGURE]["default"][OUTPUT][0] *= 1.1
    monkeypatch.setattr(released, "today", lambda: new)
    path = tmp_path / "CHANGELOG.md"
    path.write_text("# Changelog\n\n## Unreleased\n\n## 0.1.0\n")
    with pytest.raises(SystemExit, match="does not announce"):
        released.release(path)
