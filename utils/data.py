"""Load a table of the book by name, typed and checked.

The tables are CSV files in ``data/``; ``data/datapackage.json`` (Frictionless Data Package) describes each
column: type, unit, constraints, and the table's source and licence. The file you read is the file we read.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # only `table` needs pandas, which a browser has after a download
    import pandas as pd

_HERE = Path(__file__).parent
FOLDER = _HERE / "_data" if (_HERE / "_data").is_dir() else _HERE.parent / "data"

_TYPES = {"string": "str", "integer": "Int64", "year": "Int64", "number": "float64", "boolean": "boolean"}

_PLAIN = {"string": str, "integer": int, "year": int, "number": float, "boolean": "true".__eq__}


@cache
def _package() -> dict[str, dict]:
    descriptor = json.loads((FOLDER / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: resource for resource in descriptor["resources"]}


def names() -> list[str]:
    """The names of all tables."""
    return sorted(_package())


def describe(name: str) -> dict:
    """What the data package says of a table: title, description, fields with units, sources, licences.

    Raises ``KeyError`` for an unknown name; the message lists the tables there are.
    """
    if name not in _package():
        raise KeyError(f"there is no table {name!r}; the tables are: {', '.join(names())}")
    return _package()[name]


def table(name: str) -> pd.DataFrame:
    """A table of the book as a fresh DataFrame, every column in the type its description states.

    Raises ``KeyError`` for an unknown name and ``ValueError`` when the file does not fit its description;
    the message names the table, the column, the row and what is allowed.
    """
    resource = describe(name)
    return read(FOLDER / resource["path"], resource["schema"], name)


def records(name: str) -> list[dict]:
    """The rows of a table as dicts of plain values (``None`` where a cell is empty), with the standard library alone.

    Raises ``KeyError`` for an unknown name. Whether the file fits its description only :func:`table` checks.
    """
    resource = describe(name)
    kinds = {field["name"]: _PLAIN[field["type"]] for field in resource["schema"]["fields"]}
    with (FOLDER / resource["path"]).open(encoding="utf-8", newline="") as file:
        read = csv.DictReader(file)
        return [{field: kinds[field](cell) if cell else None for field, cell in row.items()} for row in read]


def read(path: Path, schema: dict, name: str) -> pd.DataFrame:
    """Read a CSV file and hold it to a Frictionless table schema."""
    import pandas as pd

    fields = {field["name"]: field for field in schema["fields"]}
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file)) or [[]]
    if header != list(fields):
        raise ValueError(f"table {name}: the columns are {header}; described are {list(fields)}")
    for line, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise ValueError(f"table {name}, row {line}: {len(row)} cells stand there; the header has {len(header)}")
    raw = pd.DataFrame(rows, columns=header, dtype="str")
    columns = {field: _typed(raw[field], fields[field], f"table {name}, column {field}") for field in fields}
    result = pd.DataFrame(columns)
    key = schema.get("primaryKey", [])
    key = [key] if isinstance(key, str) else key
    if key and result.duplicated(key).any():
        row = int(result.duplicated(key).idxmax())
        raise ValueError(f"table {name}, row {row + 2}: {key} = {list(result.loc[row, key])} stands there twice")
    return result


def _typed(text: pd.Series, field: dict, place: str) -> pd.Series:
    """One column in its declared type; missing cells become missing values."""
    import pandas as pd

    missing = text == ""
    rules = field.get("constraints", {})
    if rules.get("required") and missing.any():
        raise ValueError(f"{place}, row {_row(missing)}: the cell is empty; a value is required")
    if field["type"] == "string":
        values = text.where(~missing, pd.NA).astype("str")
    elif field["type"] == "boolean":
        values = text.map({"true": True, "false": False}).astype("boolean")
    elif field["type"] in _TYPES:
        numbers = pd.to_numeric(text.where(~missing, None), errors="coerce").astype("float64")
        whole = _TYPES[field["type"]] == "Int64"
        fits = numbers % 1 == 0 if whole else numbers.abs() < float("inf")
        values = numbers.where(fits).astype(_TYPES[field["type"]])
    else:
        raise ValueError(f"{place}: the type {field['type']!r} is not one of {', '.join(_TYPES)}")
    bad = values.isna() & ~missing
    if bad.any():
        raise ValueError(f"{place}, row {_row(bad)}: {text[bad].iloc[0]!r} is not of type {field['type']}")
    for rule, breaks in (
        ("minimum", lambda limit: values < limit),
        ("maximum", lambda limit: values > limit),
        ("enum", lambda allowed: ~values.isin(allowed)),
    ):
        if rule in rules:
            broken = breaks(rules[rule]).fillna(False).astype(bool) & ~missing
            if broken.any():
                raise ValueError(
                    f"{place}, row {_row(broken)}: {text[broken].iloc[0]!r}; allowed is {rule} {rules[rule]}"
                )
    return values


def _row(mask: pd.Series) -> int:
    """The line of the CSV file (the header is line 1) of the first True."""
    return int(mask.to_numpy().argmax()) + 2
