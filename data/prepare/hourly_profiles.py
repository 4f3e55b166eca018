"""Make data/hourly_profiles.csv: the hourly output of solar panels and a wind turbine at two places.

Run once, from the repository's root; the book itself does not need these packages:

    pip install pvlib windpowerlib
    python data/prepare/hourly_profiles.py

Weather: the two typical meteorological years (TMY3) that pvlib ships, Greensboro, North Carolina (station 723170) and
Sand Point, Alaska (station 703165). A typical year joins twelve real months from different years, so hours are real
and the seams between months are not. Both series of a place come from the same file, hence from the same hours.

Solar: fixed panels facing south, tilted by 0.76 · latitude + 3.1°, PVWatts model with 14 % of losses.
Wind: power curve of the Vestas V126/3000 at 137 m from windpowerlib's turbine library, 10 % of losses; wind is carried
up from the station's 10 m with the one-seventh power law.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
from windpowerlib import WindTurbine, power_output, wind_speed

STATIONS = {"greensboro": "723170TYA.CSV", "sand_point": "703165TY.csv"}
WEATHER = Path(pvlib.__file__).parent / "data"
TARGET = Path(__file__).parents[1] / "hourly_profiles.csv"
SOLAR_LOSSES, WIND_LOSSES = 0.14, 0.10
HUB_HEIGHT, STATION_HEIGHT, POWER_LAW = 137, 10, 1 / 7


def weather_of(station: str) -> tuple[pd.DataFrame, dict]:
    """A station's typical year with every hour moved to its middle in one common year, and where it stands."""
    table, about = pvlib.iotools.read_tmy3(WEATHER / STATIONS[station], map_variables=True)
    zone = f"Etc/GMT{-about['TZ']:+.0f}"  # west of Greenwich is + in these names
    table.index = pd.date_range("1990-01-01 00:30", periods=8760, freq="h", tz=zone)
    return table, about


def solar_capacity_factor(table: pd.DataFrame, about: dict) -> np.ndarray:
    """Alternating-current output of a fixed array, as a share of its rated power."""
    sun = pvlib.solarposition.get_solarposition(table.index, about["latitude"], about["longitude"], about["altitude"])
    tilt = 0.76 * about["latitude"] + 3.1
    light = pvlib.irradiance.get_total_irradiance(
        tilt, 180, sun["apparent_zenith"], sun["azimuth"], table["dni"], table["ghi"], table["dhi"],
        dni_extra=pvlib.irradiance.get_extra_radiation(table.index), model="haydavies",
    )["poa_global"].fillna(0)
    cell = pvlib.temperature.faiman(light, table["temp_air"], table["wind_speed"])
    direct = pvlib.pvsystem.pvwatts_dc(light, cell, pdc0=1, gamma_pdc=-0.0035)
    return (direct * (1 - SOLAR_LOSSES)).clip(0, 1).to_numpy()


def wind_capacity_factor(table: pd.DataFrame) -> np.ndarray:
    """Output of the turbine as a share of its rated power."""
    turbine = WindTurbine(turbine_type="V126/3000", hub_height=HUB_HEIGHT)
    at_hub = wind_speed.hellman(table["wind_speed"], STATION_HEIGHT, HUB_HEIGHT, hellman_exponent=POWER_LAW)
    power = power_output.power_curve(at_hub, turbine.power_curve["wind_speed"], turbine.power_curve["value"])
    return (power / turbine.nominal_power * (1 - WIND_LOSSES)).to_numpy()


def _three_decimals(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def main() -> None:
    result = pd.DataFrame({"hour": np.arange(8760)})
    for station in STATIONS:
        table, about = weather_of(station)
        result[f"{station}_solar"] = solar_capacity_factor(table, about)
        result[f"{station}_wind"] = wind_capacity_factor(table)
    result = result.assign(source="wilcox2008", status="computed")
    result.to_csv(TARGET, index=False, float_format=_three_decimals, lineterminator="\n")
    print(result.drop(columns=["hour", "source", "status"]).mean().round(3).to_string())


if __name__ == "__main__":
    main()
