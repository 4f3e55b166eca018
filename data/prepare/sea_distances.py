"""Sea distances between the hydrogen regions, computed once with searoute and kept as a table.

Run from the root of the book, with ``pip install searoute``:  python data/prepare/sea_distances.py
"""

from pathlib import Path

import pandas as pd
import searoute

DATA = Path(__file__).resolve().parent.parent
CANALS = ["suez", "panama"]
NEVER = ["northwest"]  # the Northwest Passage is no trade route


def kilometres(start: pd.Series, end: pd.Series, closed: list[str]) -> int:
    points = ([start["longitude"], start["latitude"]], [end["longitude"], end["latitude"]])
    return round(searoute.searoute(*points, restrictions=[*NEVER, *closed]).properties["length"])


def main() -> None:
    regions = pd.read_csv(DATA / "hydrogen_regions.csv")
    rows = [
        {
            "exporter": start["region"],
            "importer": end["region"],
            "distance_km": kilometres(start, end, []),
            "distance_canals_closed_km": kilometres(start, end, CANALS),
            "source": "searoute2025",
            "status": "computed",
        }
        for _, start in regions[regions["role"] == "exporter"].iterrows()
        for _, end in regions[regions["role"] == "importer"].iterrows()
    ]
    pd.DataFrame(rows).to_csv(DATA / "sea_distances.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
