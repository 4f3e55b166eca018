"""Every claim of the letter is used by a chapter, and where a chapter states its figure, it is the one of the table."""

from __future__ import annotations

import math
import re

import pytest

from tests import prose
from tests.conftest import ROOT, notebooks
from utils import data

CLAIMS = data.table("letter_claims").set_index("id")
LINKS = re.compile(r"\[((?:L|CK|R)-\d+)\]\([^)]*\)")

# Places that speak of a claim without its figure, beside numbers of their own.
WITHOUT_FIGURE = {
    ("03-policy-landscape", "L-30"): "the price at which a cluster moves",
    ("05-case-studies", "L-37"): "the four regions, which add up to 33 in CK-01",
}
# Claims that count what they list, or show it on a map; prose may list it and not count it.
LISTED = {"L-37", "L-38", "L-40"}
LISTED_UNITS = {"parts", "stakeholders", "sectors", "partners", "causes", "challenges"}
FIGURES = [
    claim for claim, row in CLAIMS.iterrows()
    if not math.isnan(row["value"]) and row["unit"] not in LISTED_UNITS and claim not in LISTED
]
OF_CHAPTER_6 = {"L-54"}  # the reading list


def mentions() -> list[tuple[prose.Block, str, str]]:
    """(block, claim, the words before its link) for every link to a claim of the letter in the chapters.

    Links that stand together, such as (L-10, L-11), share the words before the first.
    """
    found = []
    for path in notebooks():
        for block in prose.blocks(path):
            before, end = "", 0
            for link in LINKS.finditer(block.source):
                between = block.source[end:link.start()]
                if re.search(r"\w", prose.clean(between)):
                    before = re.split(r"(?<=[.?!])\s+(?=[A-Z*])", between)[-1]
                found.append((block, link[1], prose.clean(before)))
                end = link.end()
    return [one for one in found if one[1].startswith("L-")]


def states(words: str, claim: str) -> bool | None:
    """Whether the words give the claim's figure; None when they hold no number."""
    row, numbers = CLAIMS.loc[claim], prose.numbers(words)
    if not numbers:
        return None
    wanted = [value for value in (row["value"], row["value_high"]) if not math.isnan(value)]
    given = {number.value * scale for number in numbers for scale in (1, number.scale)}
    return all(value in given for value in wanted)


MENTIONS = mentions()


@pytest.mark.parametrize("claim", list(CLAIMS.index))
def test_every_claim_is_used_in_a_chapter(claim):
    chapters = {block.chapter for block, mentioned, _ in MENTIONS if mentioned == claim}
    if claim in OF_CHAPTER_6 and not list((ROOT / "chapters").glob("06-*")):
        pytest.skip("chapter 6 is not there yet")
    assert chapters, f"{claim} is linked from no chapter: {CLAIMS.loc[claim, 'claim']}"


def wrong(found: list[tuple[prose.Block, str, str]]) -> list[str]:
    """Mentions whose numbers are not the figure of the claim."""
    return [
        f"{block.chapter}: {words.strip()!r} is followed by {claim}, whose figure is {CLAIMS.loc[claim, 'value']:g}"
        for block, claim, words in found
        if not math.isnan(CLAIMS.loc[claim, "value"]) and (block.chapter, claim) not in WITHOUT_FIGURE
        and states(words, claim) is False
    ]


def test_a_number_before_a_claim_is_the_figure_of_the_claim():
    assert not wrong(MENTIONS)


@pytest.mark.parametrize("claim", FIGURES)
def test_the_figure_of_a_claim_is_stated_somewhere(claim):
    said = [states(words, claim) for _, mentioned, words in MENTIONS if mentioned == claim]
    assert any(said), CLAIMS.loc[claim, "claim"]


def test_the_list_of_places_without_a_figure_is_no_longer_than_it_must_be():
    for chapter, claim in WITHOUT_FIGURE:
        assert any(
            block.chapter == chapter and mentioned == claim and states(words, claim) is False
            for block, mentioned, words in MENTIONS
        ), f"{claim} in {chapter} needs no exception"


@pytest.mark.parametrize("claim", ["L-13", "L-15", "L-25", "L-47", "L-49", "L-39"])
def test_a_wrong_figure_in_prose_is_noticed(claim):
    block, _, words = next(one for one in MENTIONS if one[1] == claim and states(one[2], claim))
    value = f"{CLAIMS.loc[claim, 'value']:g}"
    assert value in words
    assert wrong([(block, claim, words.replace(value, f"{float(value) + 1:g}"))])
