"""The two-page plan: it prints on two pages, asks no other host, shows text as text, and can be opened again."""

from __future__ import annotations

import os
import re

import pytest

from utils import report
from utils.cluster import Cluster, Firm
from utils.report import Plan

PORT = Cluster.from_tables("port")
HOSTILE = ("<script>document.title='hit'</script> </script><img src=x onerror=\"document.title='hit'\"> "
           "' \" & \u2028 {0} 港")
MINE = Plan(PORT, {"Why here": HOSTILE, "Weak points": "One.\n\nTwo."}, author="A. <b>Student</b>", draws=500)
# As much as fits: eight firms with long names, long words, text up to the last letter, one assumption changed.
FULL = PORT.with_(
    name="The largest cluster that can be written about",
    firms=tuple(Firm(f"Works with quite a long name, number {k} of eight", "Iron and steel", 1 + k, 35.5, 139.5)
                for k in range(8)),
    assumptions={"storage_cost": 25},
)


def longest() -> Plan:
    texts = {heading: "" for heading in report.ASKED}
    each = Plan(PORT, texts, draws=1).left // len(texts) - report.LINE
    words = "The quay is short and the ships are long. " * 200
    return Plan(FULL, {heading: words[:each] for heading in texts}, draws=500)


def pages(page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4", prefer_css_page_size=True)))


@pytest.mark.parametrize("make", [lambda: MINE, longest], ids=["short", "as long as allowed"])
def test_a_plan_prints_on_two_pages_and_asks_no_other_host(make, browser, tmp_path):
    path = make().save(tmp_path / "plan.html")
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]
    assert not said
    assert page.title() == f"{make().cluster.name}: a plan"
    assert page.locator("svg").count() == 4
    assert pages(page) <= 2
    context.close()


def test_hostile_text_is_shown_as_it_was_written(browser, tmp_path):
    page = browser.new_page()
    page.goto(MINE.save(tmp_path / "plan.html").as_uri())
    assert " ".join(HOSTILE.split()) in " ".join(page.locator(".words").inner_text().split())
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    assert page.locator("header b").count() == 0
    page.close()


OUTSIDE = """() => [...document.querySelectorAll("svg text")].filter((text) => {
    const [inner, outer] = [text.getBoundingClientRect(), text.closest("svg").getBoundingClientRect()];
    return inner.width && (inner.left < outer.left - 1 || inner.right > outer.right + 1);
}).map((text) => text.textContent)"""


@pytest.mark.parametrize("width", [360, 800])
@pytest.mark.parametrize("make", [lambda: Plan(Cluster.from_tables("chemicals"), {}, draws=500), longest],
                         ids=["chemicals", "full"])
def test_no_word_of_a_figure_is_cut(make, width, browser, tmp_path):
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(make().save(tmp_path / "plan.html").as_uri())
    assert page.locator("svg text").count() > 20
    assert page.evaluate(OUTSIDE) == []
    page.close()


def test_a_plan_fits_a_phone(browser, tmp_path):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(MINE.save(tmp_path / "plan.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


@pytest.mark.parametrize("make", [lambda: MINE, longest], ids=["hostile", "long"])
def test_a_plan_is_read_back_without_loss(make, tmp_path):
    path = make().save(tmp_path / "plan.html")
    assert Plan.load(path) == make()


def test_the_same_plan_gives_the_same_file():
    assert MINE.html() == MINE.html()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": {"Why": "a" * 20_000}}, r"letters too long; allowed are 4,500"),
        ({"text": {"Why": "\n".join("a" * 100)}}, "letters too long"),
        ({"text": {"Why": "港" * 2300}}, "letters too long"),
        ({"text": "Only this"}, "allowed is {heading: text"),
        ({"text": {"": "a"}}, "the heading ''"),
        ({"text": {"Why": 3}}, "under 'Why' stands 3"),
        ({"author": "a" * 81}, "author"),
        ({"seed": -1}, "seed is -1"),
        ({"draws": 10**9}, "draws is 1000000000"),
        ({"cluster": "port"}, "cluster is 'port'"),
    ],
)
def test_what_is_wrong_is_named(changes, message):
    with pytest.raises(ValueError, match=re.escape(message) if "{" in message else message):
        Plan(**{"cluster": PORT, "text": {}} | changes)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text[: len(text) // 2], "no whole plan"),
        (lambda text: text[: text.index("</script>")], "no whole plan"),
        (lambda text: "<p>Another page</p>", "no whole plan"),
        (lambda text: text.replace('{"schema":1,"cluster"', '{"schema":2,"cluster"'), "another version"),
        (lambda text: text.replace('"policy":"Japan"', '"policy":"Mars"'), "policy is 'Mars'"),
        (lambda text: text.replace('"seed":2050', '"sed":2050'), "has the fields"),
    ],
)
def test_a_damaged_file_is_a_clear_error(damage, message, tmp_path):
    path = tmp_path / "plan.html"
    whole = MINE.html()
    assert damage(whole) != whole
    path.write_text(damage(whole), encoding="utf-8")
    with pytest.raises(ValueError, match=message) as error:
        Plan.load(path)
    assert str(path) in str(error.value)


def test_the_previous_file_stays_if_writing_fails(tmp_path, monkeypatch):
    path = tmp_path / "plan.html"
    path.write_text("before", encoding="utf-8")

    def full(*_args):
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="full"):
        MINE.save(path)
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_cluster_that_abates_nothing_can_still_be_planned():
    idle = PORT.with_(firms=tuple(Firm(f.name, f.sector, f.emissions_mt, f.latitude, f.longitude, "none")
                                  for f in PORT.firms))
    assert "0.00 Mt/a" in Plan(idle, {}, draws=100).html()
