"""All style sheets of the site become one, in an order that every page had."""

from __future__ import annotations

import re

import one_style
import pytest

from tests.conftest import SITE, built_pages


def test_a_sheet_brings_what_it_imports_and_its_addresses_stay_right(tmp_path):
    styles = tmp_path / "_static" / "styles"
    styles.mkdir(parents=True)
    (tmp_path / "_static" / "basic.css").write_text("a { background: url(file.png) }")
    (styles / "theme.css").write_text('@charset "utf-8";@import "../basic.css";\nb { src: url("../fonts/f.woff2") }')
    text = one_style.text(tmp_path, "_static/styles/theme.css")
    assert text == "a { background: url(../file.png) }\nb { src: url(../fonts/f.woff2) }"
    (styles / "theme.css").write_text("c { background: url(data:image/png;base64,AA) }")
    assert "url(data:" in one_style.text(tmp_path, "_static/styles/theme.css")


def test_sheets_that_only_some_pages_have_stand_where_those_pages_had_them():
    assert one_style.merged([["a", "c"], ["a", "b", "c", "d"], [], ["x", "a"]]) == ["x", "a", "b", "c", "d"]
    with pytest.raises(ValueError, match=r"no common order: \['a', 'b'\] and \['b', 'a'\]"):
        one_style.merged([["a", "b"], ["b", "a"]])


def test_every_page_asks_for_the_one_sheet_and_no_other():
    for path in built_pages():
        page = path.read_text(encoding="utf-8")
        if path.relative_to(SITE).parts[0] == "_static" or "<link" not in page:
            continue
        sheets = re.findall(r'<link [^>]*rel="stylesheet"[^>]*>', page)
        assert len(sheets) == 1 and one_style.SHEET in sheets[0], path
    whole = (SITE / one_style.SHEET).read_text(encoding="utf-8")
    assert "figure.explorable" in whole and "pst-color-primary" in whole and ".exercise" in whole
    assert "@import" not in whole
