"""Where the numbers in the prose come from: ``python -m tests.audit`` says how many there are and how each is found.

A number of the prose (`tests.prose`) is looked for in these places, one after the other:

- *claim*: the claims of the letter, and the checks, that its own paragraph links to;
- *headline*: the sentences under the explorables of its section, at the default and in each scenario;
- *slider*: defaults, ends and scenarios of the sliders of its section, in the same unit;
- *printed*: what the code of its section prints, tables included;
- *source*: the rows of our tables whose source its own paragraph cites;
- *code*: the numbers in the code of its section, solutions included;
- *model*, *scenario*, *end*: all outputs of the models of its section at the default, in a scenario, with one slider
  at its end.

The further down, the more values there are, and any number would be found in enough of them. So a place counts only
while a random number of the same form would be found, in it and all places before it, with a chance of less than
`CHANCE`. A number such as 32 has to stand near by; 1,130 may stand further off.

What is left is *reviewed*: a line of `tests/prose_numbers.csv`, read by a person. Its kind says what `how` holds:
*computed*, an expression that has to give the number; *source*, the reference in which the figure was read, because no
table of ours holds it; *given*, a setting of an exercise or a thought experiment; *guess*, one of the answers offered;
*memory*, where the prose itself says that the figure is remembered; *definition*. An *echo* repeats, with the same
unit, a number of the same section that was found; a summary may repeat any of its chapter.

Left out: plain years, which are dates, and whole numbers below ten.
"""

from __future__ import annotations

import collections
import csv
import importlib
import math
import random
import re
import statistics
import sys
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
from bs4 import BeautifulSoup

from tests import prose
from tests.built import explorables, payload_of, positions, results
from tests.conftest import ROOT, SITE, notebooks
from utils import assumptions, data, uncertainty, validation
from utils.cluster import Cluster, Firm, evaluate, kilometres
from utils.explore import sentence
from utils.expressions import parameters

CHANCE = 0.1
REVIEWED = ROOT / "tests" / "prose_numbers.csv"
KINDS = ("computed", "source", "given", "guess", "memory", "definition")


# ---- The pools: sorted arrays of values ----------------------------------------------------------------------


def _pool(values) -> np.ndarray:
    values = [abs(float(v)) for v in values if v is not None and not isinstance(v, bool)]
    return np.unique([v for v in values if math.isfinite(v)])


def _written(text: str) -> list[float]:
    """The numbers in a text, as they stand and scaled by the million or billion behind them."""
    return [value for n in prose.numbers(text) for value in {n.value, n.value * n.scale}]


def _numbers_in(row: dict) -> list[float]:
    """The numbers of a row of a table, those inside its texts included."""
    found = []
    for key, value in row.items():
        if key in ("source", "status", "id"):
            continue
        if isinstance(value, str):
            found += _written(prose.clean(value))
        elif value is not None and not pd.isna(value):
            found.append(float(value))
    return found


@cache
def _ledger() -> dict[str, list[float]]:
    rows = [*data.table("letter_claims").to_dict("records"), *data.table("letter_checks").to_dict("records")]
    return {row["id"]: _numbers_in(row) for row in rows}


@cache
def _cited() -> dict[str, list[float]]:
    """For each reference, the numbers of the rows that name it as their source."""
    found: dict[str, list[float]] = collections.defaultdict(list)
    for name in data.names():
        table = data.table(name)
        if len(table) > 1000:
            continue
        for row in table.to_dict("records"):
            for key in re.split(r"\s*;\s*", row["source"]):
                found[key] += _numbers_in(row)
    return found


@dataclass
class Section:
    """What stands in a section of a built page beside its prose; the nearest and narrowest first."""

    headlines: list[float]  # the sentences under its explorables, at the default and in each scenario
    sliders: list[tuple[float, str]]  # default, ends and scenarios of each slider, with its unit
    printed: list[float]  # what its cells print, tables included
    code: list[float]  # the numbers in its code, solutions included
    default: list[float]  # the models of its explorables at their defaults
    scenarios: list[float]  # the same in each scenario
    ends: list[float]  # the same with one slider at an end

    @classmethod
    def empty(cls) -> Section:
        return cls([], [], [], [], [], [], [])


@cache
def _sections(chapter: str) -> dict[str, Section]:
    soup = BeautifulSoup((SITE / "chapters" / f"{chapter}.html").read_text(encoding="utf-8"), "html.parser")
    found = {}
    for part in soup.find_all(_is_section):
        here = found[part["id"]] = Section.empty()
        for cell in part.find_all(class_="cell"):
            if cell.find_parent(_is_section) is part:
                _read(cell, here)
    return found


def _is_section(tag) -> bool:
    return tag.name == "section" and tag.find(["h1", "h2"], recursive=False) is not None


def _read(cell, here: Section) -> None:
    """Add what a cell of the built page shows."""
    for code in cell.select(".cell_input pre"):
        found = re.findall(r"(?<![\w.])\d[\d_]*(?:\.\d+)?(?![\w.])", code.get_text())
        here.code += [float(number.replace("_", "")) for number in found]
    for output in cell.select(".cell_output"):
        if figure := output.find("figure", class_="explorable"):
            _read_explorable(figure, here)
            continue
        for tag in output.find_all(["script", "svg", "style"]):
            tag.decompose()
        here.printed += _written(output.get_text(" "))


def _read_explorable(figure, here: Section) -> None:
    payload = payload_of(figure)
    named = {scenario["name"] for scenario in payload["scenarios"]}
    for name, values in positions(payload).items():
        seen = results(figure["data-model"], payload, values)
        single = {key: value for key, value in seen.items() if not isinstance(value, list)}
        pool = here.default if name == "default" else here.scenarios if name in named else here.ends
        if pool is not here.ends:
            here.headlines += _written(sentence(payload["headline"], {**values, **single}))
        for value in seen.values():
            pool += [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, (int, float))]
    here.default += [v for row in payload["rows"] for v in row.values() if isinstance(v, (int, float))]
    for slider in payload["assumptions"]:
        chosen = [s["values"][slider["name"]] for s in payload["scenarios"] if slider["name"] in s["values"]]
        unit = "%" if slider["unit"] == "fraction" else slider["unit"]
        here.sliders += [(value, unit) for value in [slider["value"], slider["min"], slider["max"], *chosen]]
    here.sliders += [(value, "") for value in payload["fixed"].values()]


# ---- Looking a number up -------------------------------------------------------------------------------------


def _hits(number: prose.Number, pool: np.ndarray) -> bool:
    """Whether a value of the pool, rounded as the number is printed, is that number."""
    if not len(pool):
        return False
    value, slack = abs(number.value), number.half_unit * 1.000001
    scales = {1.0, 100.0 if number.percent else 1.0, 1 / number.scale}
    for scale in scales:
        place = np.searchsorted(pool, (value - slack) / scale)
        if place < len(pool) and pool[place] <= (value + slack) / scale:
            return True
    return False


def likeness(number: prose.Number, chance: random.Random) -> prose.Number:
    """Another number of the same form: as many digits before and after the point."""
    text = re.sub(r"[,−-]", "", number.text)
    if not text[0].isdigit():
        text = f"{number.value:.0f}"
    while True:
        other = "".join(str(chance.randint(0, 9)) if c.isdigit() else c for c in text)
        if len(text.split(".")[0]) > 1 and other[0] == "0":
            continue
        if re.fullmatch(r"(19|20)\d\d", text):
            other = str(chance.randint(1990, 2060))
        if float(other) != abs(number.value):
            return prose.Number(other, float(other), number.start, number.percent, number.scale)


def found_by_chance(number: prose.Number, pool: np.ndarray, draws: int = 60) -> float:
    """How often a random number of the same form is found in the pool."""
    chance = random.Random(f"{number.text}{len(pool)}")
    return sum(_hits(likeness(number, chance), pool) for _ in range(draws)) / draws


def places(block: prose.Block, number: prose.Number) -> dict[str, np.ndarray]:
    """Where the number of a block may come from, the narrowest first."""
    section = _sections(block.chapter).get(block.section, Section.empty())
    after = block.text[number.start + len(number.text):].lstrip(" \\")
    sliders = [value for value, unit in section.sliders if not unit or after.startswith(unit.split("/")[0])]
    return {
        "claim": _pool([v for claim in block.claims for v in _ledger()[claim]]),
        "headline": _pool(section.headlines),
        "slider": _pool(sliders),
        "printed": _pool(section.printed),
        "source": _pool([v for key in block.cites for v in _cited().get(key, [])]),
        "code": _pool(section.code),
        "model": _pool(section.default),
        "scenario": _pool(section.scenarios),
        "end": _pool(section.ends),
    }


def resolve(block: prose.Block, number: prose.Number) -> str | None:
    """The first place that holds the number; None if there is none before chance would find one."""
    asked = np.array([])
    for way, pool in places(block, number).items():
        asked = np.union1d(asked, pool)
        if not len(pool):
            continue
        if _hits(number, asked) and found_by_chance(number, asked) <= CHANCE:
            return way
    return None


# ---- What a person has reviewed ------------------------------------------------------------------------------


@cache
def reviewed() -> list[dict]:
    with REVIEWED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _figures() -> dict[str, tuple[str, dict]]:
    return explorables()


def figure(name: str, **values: float) -> dict:
    """The outputs of the model of an explorable, such as ``01/who-pays``, at its defaults but for ``values``."""
    source, payload = _figures()[name]
    default = positions(payload)["default"]
    assert values.keys() <= default.keys(), f"{name} has no slider {values.keys() - default.keys()}"
    return results(source, payload, default | values)


def claim(name: str) -> float:
    """The figure of a claim of the letter."""
    return float(data.table("letter_claims").set_index("id").loc[name, "value"])


def stated(name: str, value: float) -> float:
    """The value, if the claim or check states it."""
    assert value in _ledger()[name], f"{name} does not state {value:g}"
    return value


def cell(table: str, query: str, column: str) -> float:
    """One cell of a table."""
    return float(data.table(table).query(query)[column].item())


def printed(chapter: str, section: str, value: float) -> float:
    """The value, if the code of a section prints it."""
    assert value in _sections(chapter)[section].printed, f"{chapter}, {section} does not print {value:g}"
    return value


def target(name: str) -> float:
    """Our value for a published target."""
    return _targets()[name]


@cache
def _targets() -> dict[str, float]:
    return validation.every()


def ready(key: str, **changes) -> dict[str, float]:
    """The results of one of the ready clusters, changed or as it stands."""
    return evaluate(replace(Cluster.from_tables(key), **changes)).numbers


def drawn(key: str) -> float:
    """The share of the draws in which a ready cluster covers its cost."""
    return uncertainty.chance(uncertainty.simulate(Cluster.from_tables(key), draws=10_000, seed=2050))


def default(name: str) -> float:
    """The default of an assumption."""
    return assumptions.get(name).default


def computed(expression: str) -> float:
    """The value of a reviewed expression: over figures, claims, tables, targets, assumptions and the models."""
    known = {"figure": figure, "claim": claim, "stated": stated, "cell": cell, "target": target, "default": default,
             "ready": ready, "kilometres": kilometres,
             "drawn": drawn, "printed": printed, "parameters": parameters, "data": data, "math": math,
             "NormalDist": statistics.NormalDist,
             "Cluster": Cluster, "Firm": Firm, "evaluate": evaluate, "uncertainty": uncertainty}
    for name in re.findall(r"\b([a-z_]+)\.\w", expression):
        if (ROOT / "utils" / "models" / f"{name}.py").exists():
            known[name] = importlib.import_module(f"utils.models.{name}")
    try:
        return float(eval(expression, known))  # a line of our own file
    except Exception as error:
        raise ValueError(f"{REVIEWED.name}: {expression} cannot be computed ({error!r})") from error


def line_for(block: prose.Block, number: prose.Number) -> dict | None:
    """The reviewed line of a number: same chapter, same number, and its context stands in the block."""
    text = " ".join(block.text.split())
    for line in reviewed():
        if line["chapter"] == block.chapter[:2] and line["number"] == number.text and line["context"] in text:
            return line
    return None


def holds(line: dict, block: prose.Block, number: prose.Number) -> bool:
    """Whether a reviewed line is good for this number."""
    if line["kind"] == "computed":
        return _hits(number, _pool([computed(line["how"])]))
    if line["kind"] == "source":
        return line["how"] in block.cites or line["how"] in _references()
    return line["kind"] in KINDS and bool(line["how"])


@cache
def _references() -> set[str]:
    return set(re.findall(r"^@\w+\{([^,]+),", (ROOT / "references.bib").read_text(encoding="utf-8"), re.M))


# ---- The audit -----------------------------------------------------------------------------------------------


@dataclass
class Found:
    """A number of the prose and how it was found; ``way`` is None if it was not."""

    block: prose.Block
    number: prose.Number
    way: str | None


def audited(block: prose.Block) -> list[prose.Number]:
    """The numbers that are audited: no plain years, no whole numbers below ten."""
    return [
        number for number in block.numbers
        if not re.fullmatch(r"(?:1[89]|20)\d\d", number.text) and not re.fullmatch(r"\d", number.text)
    ]


def unit(block: prose.Block, number: prose.Number) -> str:
    """The word behind the number."""
    return re.match(r"[\s\\]*([^\s.,:;)]*)", block.text[number.start + len(number.text):])[1]


def audit() -> list[Found]:
    """Every audited number of the chapters."""
    found, known = [], set()
    for path in notebooks():
        for block in prose.blocks(path):
            for number in audited(block):
                way = resolve(block, number)
                line = None if way else line_for(block, number)
                if line:
                    way = f"reviewed: {line['kind']}" if holds(line, block, number) else None
                elif way is None and _echoes(block, number, known):
                    way = "echo"
                if way:
                    known |= _keys(block, number)
                found.append(Found(block, number, way))
    return found


def _keys(block: prose.Block, number: prose.Number) -> set[tuple]:
    after = unit(block, number)
    return {(block.chapter, section, number.value, after) for section in (block.section, "summary")}


def _echoes(block: prose.Block, number: prose.Number, known: set[tuple]) -> bool:
    return (block.chapter, block.section, number.value, unit(block, number)) in known


def false_acceptance(every: list[Found], draws: int = 5) -> float:
    """How often another number of the same form, put in the place of one of ours, would be found as well."""
    chance = random.Random(2026)
    known = {key for one in every if one.way for key in _keys(one.block, one.number)}
    hits = 0
    for one in every:
        for _ in range(draws):
            other = likeness(one.number, chance)
            hits += _echoes(one.block, other, known) or resolve(one.block, other) is not None
    return hits / (draws * len(every))


def main() -> None:
    every = audit()
    for way, count in collections.Counter(one.way or "NOT FOUND" for one in every).most_common():
        print(f"{count:6} {way}")
    print(f"{len(every):6} numbers in all; a random one would pass with a chance of {false_acceptance(every):.1%}")
    lost = [one for one in every if one.way is None]
    if lost:
        print(f"\nLines for {REVIEWED.relative_to(ROOT)}; fill in kind ({', '.join(KINDS)}) and how:\n")
        writer = csv.writer(sys.stdout, lineterminator="\n")
        for one in lost:
            writer.writerow([one.block.chapter[:2], one.number.text, one.block.context(one.number), "", ""])


if __name__ == "__main__":
    main()
