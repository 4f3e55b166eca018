"""`make data`: rebuilds from upstream files, shows each difference, keeps what stood, and changes nothing in doubt."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import shutil
import socket
import sys
import threading
from dataclasses import replace

import pandas as pd
import pytest

from tests.conftest import ROOT
from utils import data

sys.path.insert(0, str(ROOT / "data" / "prepare"))
import upstream

GHG, CO2 = (upstream.UPSTREAM[name].columns for name in ("ghg", "co2"))


def long(columns: tuple, table: pd.DataFrame, value: str, year: int | None = None) -> pd.DataFrame:
    """Our figures as Our World in Data gives them: tonnes, one row for each country and year."""
    known = table.dropna(subset=value)
    years = known["year"] if year is None else year
    return pd.DataFrame({
        columns[0]: known["country"].replace({"EU-27": "European Union (27)"}), columns[1]: known["iso"],
        columns[2]: years, columns[3]: (known[value] * 1e6).round().astype("int64"),
    })


def costs(year: int) -> pd.DataFrame:
    """Our figures of trucks and pipelines as technology-data gives them."""
    trucks = data.table("heavy_trucks").query("year == @year").set_index("drive")
    rows = [
        (f"{theirs} Truck Semi-Trailer max 50 tons", parameter, trucks.loc[ours, column], "unit")
        for ours, theirs in upstream.TRUCKS.items() for column, (parameter, _) in upstream.TRUCK_COLUMNS.items()
    ]
    pipes = data.table("co2_pipeline_costs").set_index("id")["value"]
    rows += [(name, "investment", pipes[row] + 0.2, "EUR/(tCO2/h)/km") for row, name in upstream.PIPELINES.items()]
    return pd.DataFrame(rows, columns=["technology", "parameter", "value", "unit"])


@pytest.fixture
def place(tmp_path):
    """A copy of our tables, small upstream files that agree with them, and a server that hands these out."""
    folder, served = tmp_path / "data", tmp_path / "served"
    served.mkdir()
    folder.mkdir()
    for name in ("datapackage.json", *(f"{table}.csv" for table in upstream.BUILDERS)):
        shutil.copy(ROOT / "data" / name, folder / name)
    series, wide = data.table("national_emissions"), data.table("national_emissions_2023")
    ghg = pd.concat([long(GHG, series, "ghg_mt"), long(GHG, wide, "ghg_mt", 2023)]).drop_duplicates(list(GHG[:3]))
    co2 = pd.concat([long(CO2, wide, "fossil_co2_mt", 2023), long(CO2, wide, "fossil_co2_2024_mt", 2024)])
    for name, table in (("ghg", ghg), ("co2", co2), ("costs_2025", costs(2025)), ("costs_2030", costs(2030))):
        table.to_csv(served / f"{name}.csv", index=False)
    handler = functools.partial(_Quiet, directory=str(served))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    sources = {
        name: replace(source, url=f"{address}/{name}.csv", sha256=source.sha256 and digest(served / f"{name}.csv"))
        for name, source in upstream.UPSTREAM.items()
    }
    yield folder, served, sources
    server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args) -> None:
        pass


def digest(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def state(folder) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): digest(path) for path in folder.rglob("*") if path.is_file()}


def revise(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_upstream_files_that_agree_change_nothing(place):
    folder, _, sources = place
    before = state(folder)
    assert not any(upstream.update(folder, sources).values())
    assert state(folder) == before


def test_a_revised_figure_is_shown_row_by_row_and_the_old_table_is_kept(place):
    folder, served, sources = place
    before = state(folder)
    revise(served / "ghg.csv", "Saudi Arabia,SAU,2023,879100000", "Saudi Arabia,SAU,2023,901200000")
    found = upstream.update(folder, sources)
    assert found["national_emissions_2023"] == ["Saudi Arabia SAU country, ghg_mt: 879.1 → 901.2"]
    assert found["net_zero_pledges"] == ["Saudi Arabia SAU 2060, ghg_mt: 879.1 → 901.2"]
    assert found["national_emissions"] == ["Saudi Arabia SAU 2023, ghg_mt: 879.1 → 901.2"]
    assert not found["heavy_trucks"] and not found["co2_pipeline_costs"]

    kept = folder / "vintages" / "national_emissions_2023-2026-11-23.csv"
    assert digest(kept) == before["national_emissions_2023.csv"]
    old, new = kept.read_text().splitlines(), (folder / "national_emissions_2023.csv").read_text().splitlines()
    assert sum(a != b for a, b in zip(old, new, strict=True)) == 1, "every other line stays byte for byte"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    dated = {resource["name"] for resource in package["resources"] if resource.get("date", "") >= "2026-11-23"}
    assert {"national_emissions", "national_emissions_2023", "net_zero_pledges"} <= dated
    assert "heavy_trucks" not in dated
    assert not any(upstream.update(folder, sources).values()), "a second run finds nothing"


def test_a_look_writes_nothing(place):
    folder, served, sources = place
    before = state(folder)
    revise(served / "ghg.csv", "SAU,2023,879100000", "SAU,2023,901200000")
    assert upstream.update(folder, sources, write=False)["net_zero_pledges"]
    assert state(folder) == before


def damage_checksum(served):
    revise(served / "costs_2030.csv", "BEV Truck", "BEV  Truck")


def damage_end(served):
    content = (served / "ghg.csv").read_bytes()
    (served / "ghg.csv").write_bytes(content[:len(content) // 2])


def damage_last_line(served):
    with (served / "co2.csv").open("a") as file:
        file.write("Nowhere,NWH")


def damage_column(served):
    revise(served / "co2.csv", "Annual CO₂ emissions", "emissions_total")


def damage_country(served):
    revise(served / "co2.csv", "Japan,JPN,2024", "Nippon,JPN,2024")


def damage_address(served):
    (served / "costs_2025.csv").unlink()


def damage_kind(served):
    (served / "ghg.csv").write_text("<!DOCTYPE html>\n<p>Moved</p>\n")


@pytest.mark.parametrize(("damage", "said"), [
    (damage_checksum, r"costs_2030.csv is not the file whose checksum we hold"),
    (damage_end, r"no longer has|breaks off"),
    (damage_last_line, r"co2.csv breaks off in its last line"),
    (damage_column, r"has no column 'Annual CO₂ emissions'; it has \['Entity', 'Code', 'Year', 'emissions_total'\]"),
    (damage_country, r"no longer has Japan 2024 \(1 of \d+ are missing\)"),
    (damage_address, r"costs_2025.csv cannot be had \(404"),
    (damage_kind, r"ghg.csv (has no column|is no table)"),
])
def test_a_file_that_is_not_what_it_was_is_refused_and_nothing_changes(place, damage, said):
    folder, served, sources = place
    revise(served / "ghg.csv", "SAU,2023,879100000", "SAU,2023,901200000")  # something that would be written
    damage(served)
    before = state(folder)
    with pytest.raises(upstream.UpstreamError, match=said):
        upstream.update(folder, sources)
    assert state(folder) == before


def test_a_transfer_that_breaks_off_is_noticed(place):
    """A server that promises more than it sends."""
    folder, served, sources = place
    content = (served / "ghg.csv").read_bytes()

    class Short(_Quiet):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:content.rindex(b"\n", 0, len(content) - 5) + 1])

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Short)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    broken = sources | {"ghg": replace(sources["ghg"], url=f"http://127.0.0.1:{server.server_address[1]}/ghg.csv")}
    with pytest.raises(upstream.UpstreamError, match="broke off before its end"):
        upstream.update(folder, broken)
    server.shutdown()


def test_without_a_network_the_command_says_so_and_changes_nothing(place, monkeypatch, capsys):
    folder, _, sources = place
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setattr(upstream, "UPSTREAM", {
        name: replace(source, url=f"http://127.0.0.1:{port}/{name}.csv") for name, source in sources.items()})
    monkeypatch.setattr(upstream, "DATA", folder)
    before = state(folder)
    assert upstream.main([]) == 1
    said = capsys.readouterr().out
    assert said.startswith("Nothing was changed: there is no connection to http://127.0.0.1")
    assert "Traceback" not in said
    assert state(folder) == before


def test_the_command_prints_every_difference(place, monkeypatch, capsys):
    folder, served, sources = place
    monkeypatch.setattr(upstream, "UPSTREAM", sources)
    monkeypatch.setattr(upstream, "DATA", folder)
    revise(served / "ghg.csv", "SAU,2023,879100000", "SAU,2023,901200000")
    assert upstream.main(["--check"]) == 0
    said = capsys.readouterr().out
    assert "net_zero_pledges: 1 differences\n  Saudi Arabia SAU 2060, ghg_mt: 879.1 → 901.2" in said
    assert "heavy_trucks: as upstream" in said and "vintages" not in said
    assert upstream.main([]) == 0
    assert "The tables that stood are in data/vintages/" in capsys.readouterr().out
