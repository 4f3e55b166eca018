"""Make ``data/world_land.csv``: the world's land as a few coarse outlines, to draw a small map offline.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python data/prepare/world_map.py package/land-110m.json

The package holds Natural Earth's land at 1:110 million as TopoJSON. Natural Earth is in the public domain. The
outlines are thinned (Douglas and Peucker), rounded to a tenth of a degree, and small islands and Antarctica are left
out: fit for a picture, not for measuring anything.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

TOLERANCE = 1.0  # degrees an outline may move
SMALLEST = 4.0  # square degrees; smaller islands are left out
SOUTHERNMOST = -60  # land that lies beyond it is Antarctica
TARGET = Path(__file__).parents[1] / "world_land.csv"

Point = tuple[float, float]


def arcs(topology: dict) -> list[list[Point]]:
    """TopoJSON's arcs as longitudes and latitudes: they are stored as whole-number differences."""
    (x_scale, y_scale), (x_shift, y_shift) = topology["transform"]["scale"], topology["transform"]["translate"]
    result = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for x_step, y_step in arc:
            x, y = x + x_step, y + y_step
            points.append((x * x_scale + x_shift, y * y_scale + y_shift))
        result.append(points)
    return result


def ring(positions: list[int], known: list[list[Point]]) -> list[Point]:
    """One closed outline from its arcs; a negative position means the arc is run backwards."""
    points: list[Point] = []
    for position in positions:
        arc = known[position] if position >= 0 else known[~position][::-1]
        points += arc[1:] if points else arc
    return points


def thinned(points: list[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker: drop the points that lie nearer than the tolerance to the line that replaces them."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5

    def distance(point: Point) -> float:
        if length == 0:
            return ((point[0] - ax) ** 2 + (point[1] - ay) ** 2) ** 0.5
        return abs((bx - ax) * (ay - point[1]) - (ax - point[0]) * (by - ay)) / length

    far = max(range(1, len(points) - 1), key=lambda i: distance(points[i]))
    if distance(points[far]) < tolerance:
        return [points[0], points[-1]]
    return thinned(points[: far + 1], tolerance)[:-1] + thinned(points[far:], tolerance)


def area(points: list[Point]) -> float:
    """The area inside an outline in square degrees."""
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2


def outlines(topology: dict) -> list[list[list[Point]]]:
    """Polygons worth drawing, the largest first; each is an outer outline and its holes."""
    known = arcs(topology)
    polygons = []
    for shape in topology["objects"]["land"]["geometries"]:
        parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for part in parts:
            rings = [thinned(ring(positions, known), TOLERANCE) for positions in part]
            rings = [[(round(x, 1), round(y, 1)) for x, y in one] for one in rings if area(one) >= SMALLEST]
            if rings and len(rings[0]) > 3 and max(y for _, y in rings[0]) > SOUTHERNMOST:
                polygons.append(rings)
    return sorted(polygons, key=lambda rings: -area(rings[0]))


def well_known_text(rings: list[list[Point]]) -> str:
    inner = ", ".join("(" + ", ".join(f"{x:g} {y:g}" for x, y in one) + ")" for one in rings)
    return f"POLYGON ({inner})"


def main(source: str) -> None:
    polygons = outlines(json.loads(Path(source).read_text(encoding="utf-8")))
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["land", "outline", "source", "status"])
        for number, rings in enumerate(polygons, 1):
            writer.writerow([number, well_known_text(rings), "naturalearth2018; worldatlas2019", "published"])
    points = sum(len(one) for rings in polygons for one in rings)
    print(f"{len(polygons)} outlines, {points} points, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
