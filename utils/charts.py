"""The look of the book's charts: one theme and one palette for pages, notebooks and print.

Importing this module turns the theme and the book's renderer on.
"""

from __future__ import annotations

import altair as alt

from utils import data, figures  # noqa: F401  (figures registers the renderer "book")

# Eight hues told apart by colour-blind readers, each at least 3:1 against white and against the dark page.
PALETTE = ["#1a86a0", "#d1603d", "#7a8b1f", "#a65fb8", "#c4841d", "#5b7bd0", "#c0507a", "#7d7f86"]
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif"

# A label of more than one word, broken once after eight to eighteen characters: long names do not fit a phone.
TWO_LINES = "split(replace(datum.label, regexp('^(.{8,18}?) '), '$1|'), '|')"


@alt.theme.register("book", enable=True)
def theme() -> alt.theme.ThemeConfig:
    """Text and lines take the colour of the page's own text, so that one picture serves light and dark."""
    ink = {"labelColor": "currentColor", "titleColor": "currentColor"}
    return {
        "config": {
            "background": "transparent",
            "font": FONT,
            "view": {"stroke": None, "continuousHeight": 260},
            "axis": {**ink, "domainColor": "currentColor", "tickColor": "currentColor", "gridColor": "currentColor",
                     "gridOpacity": 0.12, "domainOpacity": 0.5, "tickOpacity": 0.5, "labelFontSize": 12,
                     "titleFontSize": 12.5, "titleFontWeight": "normal", "labelLimit": 220, "labelSeparation": 6},
            # A title that ends where the axis ends may run under the labels to the left: nothing is cut on a phone.
            "axisX": {"titleAnchor": "end", "titleAlign": "right"},
            "axisY": {"titlePadding": 9},  # letters of a reader's own font may be wider than those at build time
            "legend": {**ink, "labelFontSize": 12, "titleFontSize": 12.5, "titleFontWeight": "normal",
                       "orient": "top", "labelLimit": 260, "columnPadding": 18},
            "header": {**ink, "labelFontSize": 12.5, "labelAngle": 0, "labelAlign": "left", "labelAnchor": "middle"},
            "text": {"color": "currentColor", "fontSize": 12},
            "rule": {"color": "currentColor"},
            "range": {"category": PALETTE},
            "bar": {"color": PALETTE[0]},
            "line": {"color": PALETTE[0], "strokeWidth": 2.5},
            "point": {"color": PALETTE[0], "filled": True, "size": 60},
            "area": {"color": PALETTE[0]},
        },
    }


def stacked(rows: alt.Chart, parts: dict[str, str], *, y: str, x_title: str, domain: list[float],
            largest_first: str = "") -> alt.Chart:
    """Horizontal bars, each a sum of parts: ``{column: its name in the legend}``.

    Bars stand from the shortest to the longest, or by a column, the largest first. What exceeds the domain is cut.
    """
    order = alt.EncodingSortField(largest_first, op="max", order="descending") if largest_first else "x"
    names = "{" + ",".join(f"{column}:'{name}'" for column, name in parts.items()) + "}[datum.label]"
    return (
        rows.transform_fold(list(parts), as_=["part", "amount"])
        .transform_calculate(place=f"indexof({list(parts)}, datum.part)")
        .mark_bar(clip=True)
        .encode(
            x=alt.X("amount:Q").title(x_title).scale(domain=domain),
            y=alt.Y(f"{y}:N").sort(order).title(None).axis(labelExpr=TWO_LINES),
            color=alt.Color("part:N").sort(list(parts)).title(None).legend(labelExpr=names, columns=2),
            order="place:Q",
        )
        .properties(height=alt.Step(34))
    )


alt.renderers.enable("book")


def world() -> alt.Chart:
    """The world's land as a quiet background for points and lines given by longitude and latitude.

    Layer points over it and choose the projection there: ``alt.layer(world(), points).project("equalEarth")``.
    """
    polygons = [_polygon(outline) for outline in data.table("world_land")["outline"]]
    shape = {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": polygons}}
    return alt.Chart(alt.Data(values=[shape])).mark_geoshape(fill="currentColor", fillOpacity=0.16, stroke=None)


def _polygon(text: str) -> list[list[list[float]]]:
    """The rings of a polygon written as well-known text."""
    rings = text.removeprefix("POLYGON ((").removesuffix("))").split("), (")
    return [[[float(number) for number in point.split()] for point in ring.split(", ")] for ring in rings]
