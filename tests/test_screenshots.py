"""The visual check finds what changed, and only that."""

from __future__ import annotations

import json

from PIL import Image, ImageDraw

from tests.screenshots import compare, difference


def picture(mark: bool = False, height: int = 60) -> Image.Image:
    drawn = Image.new("RGB", (80, height), "white")
    if mark:
        ImageDraw.Draw(drawn).rectangle((10, 10, 17, 19), fill="black")
    return drawn


def test_equal_pictures_do_not_differ_and_a_mark_is_counted_and_drawn_red():
    assert difference(picture(), picture()) == (0.0, None)
    share, shown = difference(picture(), picture(mark=True))
    assert share == 80 / (80 * 60)
    assert shown.getpixel((12, 12)) == (215, 25, 40)
    assert shown.getpixel((40, 40)) == (255, 255, 255)


def test_a_longer_page_differs_where_it_is_longer():
    share, _ = difference(picture(), picture(height=90))
    assert share == 30 / 90


def test_the_report_names_what_changed_what_is_new_and_what_is_gone(tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    for folder, names, mark in ((before, ["a", "b", "old"], False), (after, ["a", "b", "new"], True)):
        folder.mkdir()
        for name in names:
            picture(mark and name == "b").save(folder / f"{name}.png")
        (folder / "manifest.json").write_text(json.dumps([{"file": f"{name}.png"} for name in names]))
    report = compare(before, after).read_text()
    assert "1 pictures differ, 1 are the same" in report
    assert "<h2>b.png" in report and "<h2>a.png" not in report
    assert "New: new.png" in report and "Gone: old.png" in report
