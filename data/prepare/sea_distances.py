"""Sea distances between the hydrogen regions, computed once with searoute and kept as a table; and the lanes, to draw.

Run from the root of the book, with ``pip install searoute``:  python data/prepare/sea_distances.py
"""

from pathlib import Path

import pandas as pd
import searoute

DATA = Path(__file__).resolve().parent.parent
CANALS = ["suez", "panama"]
NEVER = ["northwest"]  # the Northwest Passage is no trade route
ENDS = ["exporter", "importer"]
TOLERANCE = 3  # degrees a drawn lane may stray from the computed one
EDGES = (-115, 195)  # of the map, in degrees: a lane across the Pacific leaves on one side and enters on the other


def kilometres(start: pd.Series, end: pd.Series, closed: list[str]) -> int:
    points = ([start["longitude"], start["latitude"]], [end["longitude"], end["latitude"]])
    return round(searoute.searoute(*points, restrictions=[*NEVER, *closed]).properties["length"])


def corners(start: pd.Series, end: pd.Series) -> list[tuple[float, float]]:
    """The way from start to end as a line with few corners and no jump at 180 degrees."""
    points = ([start["longitude"], start["latitude"]], [end["longitude"], end["latitude"]])
    way = searoute.searoute(*points, restrictions=NEVER, append_orig_dest=True).geometry["coordinates"]
    line = [tuple(way[0])]
    for x, y in way[1:]:
        line.append((x - 360 * round((x - line[-1][0]) / 360), y))
    return straightened(line)


def straightened(line):
    """The line without the points that hardly bend it (Douglas and Peucker)."""
    (x0, y0), (x1, y1) = line[0], line[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1
    strays = [abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length for x, y in line]
    k = max(range(len(line)), key=strays.__getitem__)
    if strays[k] <= TOLERANCE:
        return [line[0], line[-1]]
    return straightened(line[: k + 1])[:-1] + straightened(line[k:])


def main() -> None:
    regions = pd.read_csv(DATA / "hydrogen_regions.csv")
    distances, lanes = [], []
    for _, start in regions[regions["role"] == "exporter"].iterrows():
        for _, end in regions[regions["role"] == "importer"].iterrows():
            names = dict(zip(ENDS, (start["region"], end["region"]), strict=True))
            from_searoute = {"source": "searoute2025", "status": "computed"}
            lengths = {"distance_km": kilometres(start, end, []),
                       "distance_canals_closed_km": kilometres(start, end, CANALS)}
            distances.append({**names, **lengths, **from_searoute})
            line = corners(start, end)
            copies = [[(x + turn, y) for x, y in line] for turn in (-360, 0, 360)]
            seen = [copy for copy in copies if any(EDGES[0] < x < EDGES[1] for x, _ in copy)]
            for part, copy in enumerate(seen, start=1):
                for point, (x, y) in enumerate(copy, start=1):
                    place = {"longitude": round(x, 1), "latitude": round(y, 1)}
                    lanes.append({**names, "part": part, "point": point, **place, **from_searoute})
    for name, rows in (("sea_distances", distances), ("sea_lanes", lanes)):
        pd.DataFrame(rows).to_csv(DATA / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
