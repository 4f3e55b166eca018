"""Write the tables of the appendices from ``data/`` while the book is built, so that no second copy can drift.

An appendix is a page of its own; a line such as ``<!-- from data: claims -->`` in it is replaced.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from pathlib import Path

import pandas as pd
from mdit_py_plugins.anchors.index import slugify
from written_from import CHAPTERS, depends_on

from utils import assumptions, data, validation
from utils.explore import display

_MARK = re.compile(r"^<!-- from data: (\w+) -->$", re.MULTILINE)


def _cell(value: object) -> str:
    return "" if pd.isna(value) else str(value).replace("|", "\\|").replace("\n", " ")


def _table(frame: pd.DataFrame) -> str:
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + " --- |" * len(frame.columns)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in frame.itertuples(index=False)]
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.10g}" if abs(value) >= 10_000 else f"{value:.10g}"


def cited(source: str) -> str:
    """A source cell as Markdown: claims and checks become links, the rest citations."""
    tokens = [token.strip() for token in source.split(";")]
    is_claim = re.compile(r"(L|CK|R)-\d+$")
    return "; ".join(
        f"[{token}](claims.md#{token.lower()})" if is_claim.match(token) else f"{{cite:t}}`{token}`" for token in tokens
    )


def _used_in(root: Path) -> dict[str, list[str]]:
    """For each claim id, links to the sections of the chapters that speak of it."""
    used: dict[str, list[str]] = {}
    for path in sorted((root / "chapters").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        heading = chapter = f"Chapter {int(path.stem[:2])}"
        for line in prose.splitlines():
            if found := re.match(r"##+ (.+)", line):
                heading = found[1]
            for anchor in re.findall(r"claims\.md#((?:l|ck|r)-\d+)", line):
                section = f"../chapters/{path.name}" + (f"#{slugify(heading)}" if heading != chapter else "")
                link = f"[{chapter}, *{heading}*]({section})"
                if link not in used.setdefault(anchor.upper(), []):
                    used[anchor.upper()].append(link)
    return used


def _figure(claim: dict) -> str:
    """The figure a claim gives, with its unit; empty if it gives none."""
    if pd.isna(claim["value"]):
        return ""
    high = "" if pd.isna(claim["value_high"]) else f" to {_number(claim['value_high'])}"
    year = claim["unit"] == "year"
    value = f"{claim['value']:.0f}" if year else _number(claim["value"])
    return f"{value}{high} {'(year)' if year else _cell(claim['unit'])}".strip()


SECOND_LOOK = {
    "supports": "supported by", "refines": "refined by", "contradicts": "contradicted by", "computes": "computed on in",
}


def _second_looks() -> dict[str, dict[str, list[str]]]:
    """For each claim, the ids of the checks by what they do to it."""
    looks: dict[str, dict[str, list[str]]] = {claim: {} for claim in data.table("letter_claims")["id"]}
    for check in data.table("letter_checks").to_dict("records"):
        for claim in re.findall(r"L-\d+", check["claims"]):
            looks[claim].setdefault(check["kind"], []).append(check["id"])
    return looks


def claims_summary(root: Path) -> str:
    """How many claims there are, how many give a figure, and how a second look at them came out."""
    table, looks = data.table("letter_claims"), _second_looks()
    counts = {kind: sum(kind in look for look in looks.values()) for kind in SECOND_LOOK}
    untouched = sum(not set(look) - {"computes"} for look in looks.values())
    return (
        f"There are {len(table)} claims, and {int(table['value'].notna().sum())} of them give a figure. A second look "
        f"supports {counts['supports']}, refines {counts['refines']} and contradicts {counts['contradicts']}; some are "
        f"both supported and refined. {untouched} stand as the letter states them: we looked for nothing, or found "
        "nothing, that bears on them."
    )


def claims(root: Path) -> str:
    """Each claim with its figure, its place in the letter, where the book uses it, and what a second look found."""
    used, looks = _used_in(root), _second_looks()
    parts = []
    for claim in data.table("letter_claims").to_dict("records"):
        named = _cell(claim["named_source"])
        facts = {
            "Figure": _figure(claim) or "none",
            "In the letter": f"section {claim['section']}; " + (f"its source: {named}" if named else "no source named"),
            "Used in": "; ".join(used.get(claim["id"], ["no chapter yet"])),
            "A second look": "; ".join(
                f"{SECOND_LOOK[kind]} " + ", ".join(f"[{i}](#{i.lower()})" for i in looks[claim["id"]][kind])
                for kind in SECOND_LOOK if kind in looks[claim["id"]]
            ) or "nothing found that bears on it",
        }
        lines = "\n".join(f"- {name}: {fact}" for name, fact in facts.items())
        parts.append(f"### {claim['id']}\n\n{claim['claim']}\n\n{lines}\n")
    return "\n".join(parts)


def checks(root: Path) -> str:
    """What a second look at the claims found."""
    used = _used_in(root)
    kinds = {"supports": "Supports", "refines": "Refines", "contradicts": "Contradicts", "computes": "Computed from"}
    parts = []
    for check in data.table("letter_checks").to_dict("records"):
        about = ", ".join(f"[{c}](#{c.lower()})" for c in re.findall(r"L-\d+", _cell(check["claims"])))
        facts = [f"{kinds[check['kind']]}: {about}", f"Sources: {cited(check['source'])}", f"Status: {check['status']}"]
        facts += ["Used in: " + "; ".join(used[check["id"]])] if check["id"] in used else []
        lines = "\n".join(f"- {fact}" for fact in facts)
        parts.append(f"### {check['id']}\n\n{check['statement']}\n\n{lines}\n")
    return "\n".join(parts)


def assumption_table(root: Path) -> str:
    rows = [
        {
            "Assumption": f'<span id="assumption-{a.name}">{a.label}</span> (`{a.name}`)',
            "Default": display(a.default, asdict(a)),
            "Range": f"{display(a.low, asdict(a))} to {display(a.high, asdict(a))}",
            "Note": "; ".join(filter(None, [a.note, ", ".join(f"{i} {name}" for i, name in enumerate(a.choices))])),
            "Source": cited(a.source),
            "Status": a.status,
        }
        for a in sorted(assumptions.table().values(), key=lambda a: a.label)
    ]
    return _table(pd.DataFrame(rows))


def validation_tables(root: Path) -> str:
    """Every model with a published target: its value beside the published one, chapter by chapter."""
    about = data.table("validation").set_index("id")
    parts, verdicts = [], []
    for chapter, values in validation.BY_CHAPTER.items():
        rows = []
        for target, row in validation.compare(values()).iterrows():
            verdicts.append(validation.verdict(target, row["deviation"]))
            low, high = _number(row["low"]), _number(row["high"])
            status = about.loc[target, "status"].replace("published", "")
            value = f"{row['model']:,.4g}" if row["unit"] != "year" else f"{row['model']:.0f}"
            if row["deviation"]:
                value += f"; {_signed(row['deviation'])}, allowed ±{validation.TOLERANCE.get(target, 0) * 100:.0f} %"
            rows.append({
                "Target": f"**{target}** {row['quantity']}. Our model: {about.loc[target, 'what_the_model_does']}.",
                "Published": f"{low if low == high else f'{low} to {high}'} {row['unit']}, "
                             f"{cited(about.loc[target, 'source'])}" + (f" ({status})" if status else ""),
                "Model": value,
                "Verdict": f"*{verdicts[-1]}*: {_cell(row['remark'])}",
            })
        parts.append(f"### Chapter {chapter}\n\n{_table(pd.DataFrame(rows))}\n")
    counted = {verdict: verdicts.count(verdict) for verdict in ("inside", "known deviation", "fails")}
    summary = (
        f"{len(verdicts)} targets: {counted['inside']} inside the published range, {counted['known deviation']} "
        f"outside by no more than is allowed, {counted['fails']} failing."
    )
    return f"{summary}\n\n" + "\n".join(parts)


def release_notes(root: Path) -> str:
    """What is held against the last release, and which results have changed since."""
    held = json.loads((root / "tests" / "released_results.json").read_text(encoding="utf-8"))
    figures = held["results"]
    places = sum(len(one) for one in figures.values())
    results = sum(len(outputs) for one in figures.values() for outputs in one.values())
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    since = re.search(r"^## Unreleased\n(.*?)(?=^## |\Z)", changelog, re.M | re.S)[1].strip()
    return (
        f"Release {held['version']} kept {results:,} results of the models behind {len(figures)} figures, at {places} "
        "positions of their sliders: the defaults, and each slider at either end.\n\n"
        + (f"Since then:\n\n{since}" if since else "No result has changed since then.")
    )


def _signed(share: float) -> str:
    return f"{share * 100:+.1f} %".replace("-", "−") if share else "0"


def consumers(root: Path) -> dict[str, list[str]]:
    """For each table, who loads it: chapters, modules of ``utils`` and these pages, found by reading the code."""
    found: dict[str, list[str]] = {name: [] for name in data.names()}
    for path in sorted((root / "chapters").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        _note(found, code, f"[chapter {int(path.stem[:2])}](../chapters/{path.name})")
    for path in sorted((root / "utils").rglob("*.py")):
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        _note(found, path.read_text(encoding="utf-8"), f"`{module}`")
    _note(found, (root / "_ext" / "appendices.py").read_text(encoding="utf-8"), "these appendices")
    return found


def _note(found: dict[str, list[str]], code: str, user: str) -> None:
    for name in set(re.findall(r"\b(?:table|records|_parameters)\(\s*[\"'](\w+)[\"']", code)) & found.keys():
        found[name].append(user)


def data_tables(root: Path) -> str:
    """Every table with its fields, units, sources, licence, date, builder, users and checksum."""
    users = consumers(root)
    package = json.loads((data.FOLDER / "datapackage.json").read_text(encoding="utf-8"))
    parts = []
    for name in data.names():
        about = data.describe(name)
        fields = pd.DataFrame(
            {"Column": f"`{field['name']}`", "Type": field["type"], "Unit": field.get("unit", ""),
             "Meaning": field.get("description", "")}
            for field in about["schema"]["fields"]
        )
        rows = data.table(name)
        states = ", ".join(f"{count} {state}" for state, count in rows["status"].value_counts().items())
        digest = hashlib.sha256((data.FOLDER / about["path"]).read_bytes()).hexdigest()
        made = f"`{about['builder']}`" if "builder" in about else "hand, from the sources named in each row"
        renewed = f"; figures renewed by `make data` (`{about['renewed_by']}`)" if "renewed_by" in about else ""
        facts = {
            "File": f"{{download}}`{about['path']} <../data/{about['path']}>`, {len(rows):,} rows ({states})",
            "Sources": "; ".join(s["title"] for s in about.get("sources", [])) or "this book",
            "Licence": ", ".join(one.get("title", one["name"]) for one in about.get("licenses", [])) or "CC BY 4.0",
            "As of": about.get("date", package["created"][:10]),
            "Made by": made + renewed,
            "Used by": ", ".join(users[name]) or "no chapter; kept for your own work",
            "SHA-256": f'<code style="overflow-wrap: anywhere">{digest}</code>',
        }
        lines = "\n".join(f"- {what}: {fact}" for what, fact in facts.items())
        parts.append(f"## {about['title']}\n\n{about['description']}\n\n{lines}\n\n{_table(fields)}\n")
    return "\n".join(parts)


_WRITERS = {  # each with what it writes from, besides code and tables
    "claims_summary": (claims_summary, CHAPTERS),
    "claims": (claims, CHAPTERS),
    "checks": (checks, CHAPTERS),
    "assumptions": (assumption_table,),
    "tables": (data_tables, CHAPTERS),
    "validation": (validation_tables,),
    "released": (release_notes, "CHANGELOG.md", "tests/released_results.json"),
}


def _fill(app, docname: str, source: list[str]) -> None:
    if not docname.startswith("appendices/"):
        return
    for mark in reversed(list(_MARK.finditer(source[0]))):
        write, *written_from = _WRITERS[mark[1]]
        source[0] = source[0][: mark.start()] + write(Path(app.srcdir)) + source[0][mark.end() :]
        depends_on(app, *written_from)


def setup(app) -> dict:
    app.connect("source-read", _fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
