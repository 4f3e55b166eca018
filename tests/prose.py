"""The prose of the chapters as a reader meets it, block by block, and the numbers in it.

A *block* is a paragraph, a list item or a row of a table in a Markdown cell. What is structure and not a statement is
left out: code, link targets, the numbers of chapters, list items and points, names such as CO2, 45V or M/M/3, and in
formulas the whole numbers below ten (exponents, indices). Words count from *eleven* upwards; "three firms" or "a
third" are language, and no list of them was made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from mdit_py_plugins.anchors.index import slugify

from tests.conftest import cells

_TEENS = ["eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
WORDS = {word: 11 + i for i, word in enumerate(_TEENS)} | {word: 20 + 10 * i for i, word in enumerate(_TENS)}
WORDS |= {f"{ten}-{one}": 20 + 10 * i + j for i, ten in enumerate(_TENS) for j, one in enumerate(_ONES, 1)}

WORDS |= {"a million": 1_000_000, "a billion": 1_000_000_000}

_DIGITS = r"(?<![\w.,\\])(?:[−-](?=\d))?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w]|\.\d|,\d{3})"
_NUMBER = re.compile(rf"{_DIGITS}|\b(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})\b", re.I)
_STRUCTURE = re.compile(
    r"\b(?:chapters?|sections?|figures?|steps?|stages?|tiers?|rows?|articles?|exercise|Scope|COP|Fit for|Class) "
    r"\d+(?:\.\d+)*(?: (?:and|to) \d+)?|\(\d+ points?\b|\b[A-Z]/[A-Z]/\d+|"
    r"\b(?:L|CK|R|V)-\d+[a-z]?\b|^\s*\d+\. |\*Time:\*.*",
    re.M | re.I,
)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_CLAIM = re.compile(r"\[((?:L|CK|R)-\d+)\]\([^)]*\)")
_CITE = re.compile(r"\{cite:?\w?\}`([^`]+)`")


@dataclass(frozen=True)
class Number:
    """A number in prose: how it is written, its value, where in its block it stands, and whether it is in per cent."""

    text: str
    value: float
    start: int
    percent: bool
    scale: float

    @property
    def half_unit(self) -> float:
        """Half of the last printed digit."""
        decimals = len(self.text.partition(".")[2])
        return 0.5 * 10.0**-decimals


@dataclass(frozen=True)
class Block:
    """A paragraph, list item or table row."""

    chapter: str
    section: str  # the anchor of the heading of level 2 above it
    source: str  # as written
    text: str  # without structure

    @property
    def claims(self) -> set[str]:
        return set(_CLAIM.findall(self.source))

    @property
    def cites(self) -> set[str]:
        return {key.strip() for found in _CITE.findall(self.source) for key in found.split(",")}

    def context(self, number: Number, width: int = 24) -> str:
        """The number with the words around it."""
        end = number.start + len(number.text)
        return " ".join(self.text[max(0, number.start - width):end + width].split())

    @property
    def numbers(self) -> list[Number]:
        return numbers(self.text)


def numbers(text: str) -> list[Number]:
    """The numbers of a text, with what follows them: per cent, million, billion."""
    found = []
    for match in _NUMBER.finditer(text):
        after = text[match.end():match.end() + 14].lower()
        word = match[0].lower()
        value = WORDS[word] if word in WORDS else float(word.replace(",", "").replace("−", "-"))
        scale = 1e6 if re.match(r"\s*million\b", after) else 1e9 if re.match(r"\s*(?:billion|bn)\b", after) else 1.0
        percent = bool(re.match(r"\s*(?:\\?%|per cent)", after))
        found.append(Number(match[0], float(value), match.start(), percent, scale))
    return found


def clean(source: str) -> str:
    """A block without code, links, roles and other structure; formulas keep their numbers from ten upwards."""
    text = _CLAIM.sub(" ", source)
    text = re.sub(r"\{[\w:]+\}`[^`]*`", " ", text)
    text = re.sub(r"``[^`]*``|`[^`]*`", " ", text)
    text = _LINK.sub(r"\1", text)
    text = re.sub(r"<[^>]+>", " ", text)
    text = re.sub(r"\$\$?(.+?)\$\$?", lambda formula: _formula(formula[1]), text, flags=re.S)
    return _STRUCTURE.sub(lambda match: " " * len(match[0]), text)


def _formula(text: str) -> str:
    text = re.sub(r"\\text\{([^}]*)\}|\\mathrm\{([^}]*)\}", r" \1\2 ", text)
    text = text.replace("{,}", ",").replace(r"\,", " ").replace(r"\%", "%")
    text = re.sub(r"[_^](?:\{[^{}]*\}|\w)", " ", text)
    text = re.sub(r"\\[a-zA-Z]+|[{}&^_=+()|\\]", " ", text)
    return " " + re.sub(r"(?<![\d.,])\d(?![\d.,]*\d)", " ", text) + " "


def blocks(path: Path) -> list[Block]:
    """The blocks of prose of a chapter, in order, each with its section."""
    section, found = "", []
    for cell in cells(path, "markdown"):
        for source in _split("".join(cell["source"])):
            if heading := re.match(r"##? (.+)", source):
                section = slugify(heading[1])
            text = clean(source)
            found.append(Block(path.stem, section, source, text))
    return found


def _split(source: str) -> list[str]:
    """Paragraphs, list items and table rows; fences of directives and their options are dropped, code as a whole."""
    source = re.sub(r"^```(?:python|sh|text)?\n.*?^```$", "", source, flags=re.M | re.S)
    lines = ["" if re.match(r"\s*(```|:::|:\w+:)", line) else line for line in source.splitlines()]
    text = re.sub(r"^(\s*(?:[-*]|\d+\.) |\||#+ )", r"\n\1", "\n".join(lines), flags=re.M)
    text = re.sub(r"^(#+ .*)$", r"\1\n", text, flags=re.M)
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
