"""Rebuild what can be rebuilt from public upstream data: ``make data`` (``make data CHECK=1`` only looks).

- Our World in Data: emissions of countries, in ``national_emissions``, ``national_emissions_2023`` and
  ``net_zero_pledges``. The address always gives the newest edition.
- PyPSA technology-data: trucks, in ``heavy_trucks``, and the pipelines of the Danish Energy Agency, in
  ``co2_pipeline_costs``. The address is that of one commit, held by a checksum; for a newer one, change both here.

Rows and columns stay ours; only figures are replaced. Every difference is printed. Before a table is replaced, the one
that stood is kept in ``data/vintages/`` under its date. Nothing is written unless every file could be fetched and
read: without a network, or with a file that is damaged or has other columns, the command says so and changes nothing.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pooch
import requests

DATA = Path(__file__).parents[1]
_PYPSA = "https://raw.githubusercontent.com/PyPSA/technology-data/634cdc1a5613ebe2afd2a1fbed7b46653599fcf5/outputs/"


@dataclass(frozen=True)
class Upstream:
    """A file of somebody else: where it is, its checksum if it is one edition for good, and the columns we read."""

    url: str
    columns: tuple[str, ...]
    sha256: str | None = None


UPSTREAM = {
    "ghg": Upstream(
        "https://ourworldindata.org/grapher/total-ghg-emissions.csv",
        ("Entity", "Code", "Year", "Annual greenhouse gas emissions in CO₂ equivalents"),
    ),
    "co2": Upstream(
        "https://ourworldindata.org/grapher/annual-co2-emissions-per-country.csv",
        ("Entity", "Code", "Year", "Annual CO₂ emissions"),
    ),
    "costs_2025": Upstream(
        _PYPSA + "costs_2025.csv", ("technology", "parameter", "value", "unit"),
        "473462f30b83965f907e1d7932ad18e65450e95147fc9ec41b328d73f15c1b91",
    ),
    "costs_2030": Upstream(
        _PYPSA + "costs_2030.csv", ("technology", "parameter", "value", "unit"),
        "3627e68f550e46cfff80e8a7624d276c2c36178306cf3745cc3a98a6e5cf9dee",
    ),
}

TRUCKS = {"Diesel": "Diesel", "Battery": "BEV", "Fuel cell": "FCV"}
TRUCK_COLUMNS = {  # our column: their parameter, decimals we keep
    "price_eur": ("investment", 0), "kwh_per_km": ("efficiency", 2), "maintenance_eur_km": ("VOM", 3),
    "life_years": ("lifetime", 1),
}
PIPELINES = {"DEA-1": "CO2 pipeline", "DEA-2": "CO2 submarine pipeline"}


class UpstreamError(Exception):
    """Why the tables stay as they are."""


# ---- Fetching ------------------------------------------------------------------------------------------------


def fetch(name: str, source: Upstream, folder: Path) -> pd.DataFrame:
    """An upstream file as a table; ``UpstreamError`` if it cannot be had, is damaged, or is not what it was."""
    try:
        path = pooch.retrieve(source.url, known_hash=source.sha256 and f"sha256:{source.sha256}", fname=f"{name}.csv",
                              path=folder, downloader=pooch.HTTPDownloader(timeout=60))
    except ValueError as error:  # the checksum
        raise UpstreamError(f"{source.url} is not the file whose checksum we hold ({_short(error)})") from error
    except requests.exceptions.HTTPError as error:
        raise UpstreamError(f"{source.url} cannot be had ({_short(error)})") from error
    except requests.exceptions.ChunkedEncodingError as error:
        raise UpstreamError(f"{source.url} broke off before its end") from error
    except (requests.exceptions.RequestException, OSError) as error:
        raise UpstreamError(f"there is no connection to {source.url}") from error
    return read(Path(path).read_bytes(), source)


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:160]


def read(content: bytes, source: Upstream) -> pd.DataFrame:
    """The columns we need, held to what we expect of them."""
    text = content.decode("utf-8", errors="replace")
    try:
        header, *_, last = csv.reader(io.StringIO(text, newline=""))
        table = pd.read_csv(io.StringIO(text))
    except ValueError as error:
        raise UpstreamError(f"{source.url} is no table ({_short(error)})") from error
    if len(last) != len(header):  # a broken transfer is noticed before; this is a file that ends too soon
        raise UpstreamError(f"{source.url} breaks off in its last line")
    if lost := [column for column in source.columns if column not in table.columns]:
        raise UpstreamError(f"{source.url} has no column {lost[0]!r}; it has {list(table.columns)}")
    return table[list(source.columns)]


# ---- Building: each takes the table that stands and the upstream files, and gives the new one -----------------


def _megatonnes(upstream: pd.DataFrame) -> pd.Series:
    """Tonnes by (country, year) in Mt, to one decimal; our own names for the groups."""
    names = upstream["Entity"].replace({"European Union (27)": "EU-27"})
    values = [round(tonnes / 1e6, 1) for tonnes in upstream.iloc[:, 3]]
    return pd.Series(values, index=[names, upstream["Year"]])


def _pick(values: pd.Series, keys: list[tuple], what: str) -> list[float]:
    known = values.to_dict()
    if lost := [key for key in keys if pd.isna(known.get(key))]:
        first = " ".join(map(str, lost[0]))
        raise UpstreamError(f"{what} no longer has {first} ({len(lost)} of {len(keys)} are missing)")
    return [known[key] for key in keys]


def national_emissions(old: pd.DataFrame, files: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    keys = list(zip(old["country"], old["year"].astype(int), strict=True))
    return old.assign(ghg_mt=_pick(_megatonnes(files["ghg"]), keys, "Our World in Data"))


def national_emissions_2023(old: pd.DataFrame, files: Mapping[str, pd.DataFrame], name="country") -> pd.DataFrame:
    columns = {"ghg_mt": ("ghg", 2023), "fossil_co2_mt": ("co2", 2023), "fossil_co2_2024_mt": ("co2", 2024)}
    new = old.copy()
    for column, (file, year) in columns.items():
        if column in old:
            given = old[column] != ""  # a gap stays a gap
            keys = [(country, year) for country in old.loc[given, name]]
            new.loc[given, column] = _pick(_megatonnes(files[file]), keys, "Our World in Data")
    return new


def net_zero_pledges(old: pd.DataFrame, files: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    return national_emissions_2023(old, files, "party")


def heavy_trucks(old: pd.DataFrame, files: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    new = old.copy()
    for row, truck in old.iterrows():
        costs = _costs(files[f"costs_{truck['year']}"])
        for column, (parameter, decimals) in TRUCK_COLUMNS.items():
            key = (f"{TRUCKS[truck['drive']]} Truck Semi-Trailer max 50 tons", parameter)
            new.loc[row, column] = round(_pick(costs, [key], "technology-data")[0], decimals or None)
    return new


def co2_pipeline_costs(old: pd.DataFrame, files: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    new = old.copy()
    for row, technology in PIPELINES.items():
        value = _pick(_costs(files["costs_2030"]), [(technology, "investment")], "technology-data")[0]
        new.loc[new["id"] == row, "value"] = round(value)
    return new


def _costs(file: pd.DataFrame) -> pd.Series:
    return file.set_index(["technology", "parameter"])["value"]


BUILDERS: dict[str, Callable] = {
    one.__name__: one
    for one in (national_emissions, national_emissions_2023, net_zero_pledges, heavy_trucks, co2_pipeline_costs)
}


# ---- Comparing and writing -----------------------------------------------------------------------------------


def stands(path: Path) -> pd.DataFrame:
    """A table of ours as text, cell by cell."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8").astype(object)


def differences(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """A line for each cell whose value changes, with its row."""
    found = []
    for column in old.columns:
        for row, (before, after) in enumerate(zip(old[column], new[column], strict=True)):
            if before != after and not (_number(before) == _number(after) is not None):
                found.append(f"{' '.join(old.iloc[row, :3])}, {column}: {before or 'nothing'} → {after}")
    return found


def _number(text: object) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def update(folder: Path, upstream: Mapping[str, Upstream], write: bool = True) -> dict[str, list[str]]:
    """Fetch, compare and (with ``write``) replace; the differences by table. ``UpstreamError`` says why not."""
    with tempfile.TemporaryDirectory() as temporary:
        files = {name: fetch(name, source, Path(temporary)) for name, source in upstream.items()}
    old = {name: stands(folder / f"{name}.csv") for name in BUILDERS}
    new = {name: build(old[name], files) for name, build in BUILDERS.items()}
    found = {name: differences(old[name], new[name]) for name in BUILDERS}
    if write:
        for name in (name for name, lines in found.items() if lines):
            _replace(folder, name, old[name], new[name])
    return found


def _replace(folder: Path, name: str, old: pd.DataFrame, new: pd.DataFrame) -> None:
    """Keep the table that stands under its date, write the new one, and date it in the package."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    about = next(resource for resource in package["resources"] if resource["name"] == name)
    vintage = about.get("date", package["created"][:10])
    (folder / "vintages").mkdir(exist_ok=True)
    shutil.copy(folder / f"{name}.csv", folder / "vintages" / f"{name}-{vintage}.csv")
    same = old.map(_number) == new.map(_number)
    new.astype(str).mask(same, old).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    about["date"] = datetime.date.today().isoformat()
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    write = "--check" not in arguments
    try:
        found = update(DATA, UPSTREAM, write)
    except UpstreamError as reason:
        print(f"Nothing was changed: {reason}.")
        return 1
    for name, lines in found.items():
        print(f"{name}: {len(lines)} differences" if lines else f"{name}: as upstream")
        print("".join(f"  {line}\n" for line in lines), end="")
    if write and any(found.values()):
        print("The tables that stood are in data/vintages/. Now run `make test`: prose and models may have to follow.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
