"""Write the tables of the appendices from ``data/`` while the book is built, so that no second copy can drift.

An appendix is a page of its own; a line such as ``<!-- from data: claims -->`` in it is replaced.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from utils import assumptions, data
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
    """For each claim id, the chapters that link to it."""
    used: dict[str, list[str]] = {}
    for path in sorted((root / "chapters").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        for anchor in sorted(set(re.findall(r"claims\.md#((?:l|ck|r)-\d+)", text))):
            used.setdefault(anchor.upper(), []).append(f"[{path.stem}](../chapters/{path.name})")
    return used


def claims(root: Path) -> str:
    """Each claim with its value, its place in the letter, what was found out about it and where the book uses it."""
    used = _used_in(root)
    checks = data.table("letter_checks")
    parts = []
    for claim in data.table("letter_claims").to_dict("records"):
        about = checks[[claim["id"] in re.split(r"[;,]\s*", _cell(cell)) for cell in checks["claims"]]]["id"]
        high = "" if pd.isna(claim["value_high"]) else f" to {_number(claim['value_high'])}"
        unit = _cell(claim["unit"]).removeprefix("year")
        figure = "" if pd.isna(claim["value"]) else f"{_number(claim['value'])}{high} {unit}".strip()
        value = f"*{figure}.* " if figure else ""
        named = _cell(claim["named_source"])
        facts = [f"Letter, section {claim['section']}" + (f"; it names: {named}" if named else "")]
        facts += ["See " + ", ".join(f"[{check}](#{check.lower()})" for check in about)] if len(about) else []
        facts += ["Used in " + ", ".join(used[claim["id"]])] if claim["id"] in used else []
        parts.append(f"### {claim['id']}\n\n{claim['claim']} {value}\n\n{'. '.join(facts)}.\n")
    return "\n".join(parts)


def checks(root: Path) -> str:
    """What a second look at the claims found."""
    used = _used_in(root)
    kinds = {"check": "A computation", "refines": "Refines", "contradicts": "Contradicts"}
    parts = []
    for check in data.table("letter_checks").to_dict("records"):
        about = ", ".join(f"[{c}](#{c.lower()})" for c in re.findall(r"L-\d+", _cell(check["claims"])))
        facts = [f"{kinds[check['kind']]}: {about}" if about else kinds[check["kind"]]]
        facts += [f"Sources: {cited(check['source'])}", f"Status: {check['status']}"]
        facts += ["Used in " + ", ".join(used[check["id"]])] if check["id"] in used else []
        parts.append(f"### {check['id']}\n\n{check['statement']}\n\n{'. '.join(facts)}.\n")
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


def data_tables(root: Path) -> str:
    """Every table with its fields, units, sources and licence."""
    parts = []
    for name in data.names():
        about = data.describe(name)
        fields = pd.DataFrame(
            {"Column": f"`{field['name']}`", "Type": field["type"], "Unit": field.get("unit", ""),
             "Meaning": field.get("description", "")}
            for field in about["schema"]["fields"]
        )
        sources = "; ".join(s["title"] for s in about.get("sources", [])) or "this book"
        licences = ", ".join(one.get("title", one["name"]) for one in about.get("licenses", [])) or "CC BY 4.0"
        parts.append(
            f"## {about['title']}\n\n`data/{about['path']}`, {len(data.table(name))} rows. {about['description']}\n\n"
            f"Sources: {sources}. Licence: {licences}.\n\n{_table(fields)}\n"
        )
    return "\n".join(parts)


_WRITERS = {"claims": claims, "checks": checks, "assumptions": assumption_table, "tables": data_tables}


def _fill(app, docname: str, source: list[str]) -> None:
    if not docname.startswith("appendices/"):
        return
    root = Path(app.srcdir)
    source[0] = _MARK.sub(lambda mark: _WRITERS[mark[1]](root), source[0])


def _outdated(app, env, added, changed, removed) -> list[str]:
    """Appendices change with the tables and with the chapters that link to them."""
    return [name for name in env.found_docs if name.startswith("appendices/")]


def setup(app) -> dict:
    app.connect("source-read", _fill)
    app.connect("env-get-outdated", _outdated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
