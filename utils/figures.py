"""One chart, several faces: a widget in a live notebook, HTML in the published page, a picture in print.

A front end takes the face it can show; nothing sniffs the environment. The page and the notebook share one
front end, ``explore.js``, and one piece of HTML, written here.
"""

from __future__ import annotations

import copy
import html
import json
import re
import sys
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import altair as alt
import anywidget
import traitlets

_HERE = Path(__file__).parent
PICTURE_WIDTH = 640  # pixels of the picture drawn at build time; the live chart fits its column
PHONE_WIDTH = 300  # a column below 480 pixels is drawn as on a phone (explore.js and explore.css know the 480)


# In the browser's own JupyterLab, which lies beside the book's pages (lite/): the Vega of those pages, fetched when the
# first chart is drawn.
_PAGES_VEGA = """
globalThis.vegaEmbed = async (...chart) => {
  globalThis.bookPagesVega ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "../../_static/book/vega.js";
    script.onload = () => resolve(globalThis.vegaEmbed);
    script.onerror = () => reject(new Error("Vega could not be loaded"));
    document.head.append(script);
  });
  return (await globalThis.bookPagesVega)(...chart);
};
"""


@cache
def vega_bundle() -> str:
    """Vega, Vega-Lite and vega-embed as one script, out of the installed vl-convert package."""
    if sys.platform == "emscripten":
        return _PAGES_VEGA
    import vl_convert

    # In a scope of its own: the bundle names a variable _, and so do other scripts of a page.
    return f"(() => {{{vl_convert.javascript_bundle()}}})();"


def svg(spec: dict, width: int = PICTURE_WIDTH) -> str:
    """The chart as an SVG picture, or an empty text where vl-convert cannot be installed (a browser)."""
    return _svg(json.dumps(spec).replace('"width": "container"', f'"width": {width}'))


@cache
def _svg(spec: str) -> str:
    try:
        import vl_convert
    except ImportError:
        return ""
    return _light(vl_convert.vegalite_to_svg(json.loads(spec)).strip())


def _light(picture: str) -> str:
    """The picture without what only a live chart needs: half its weight.

    To a screen reader it is one image with one description, so the names of its parts go; so do the hooks for the
    pointer, what is drawn in no colour, what SVG takes for granted, and decimals of a pixel nobody sees. What all
    parts of a group have in common is said once, by the group, and the letters' family once, by the picture.
    """
    picture = re.sub(r' (?:aria-[a-z]+|role|class|pointer-events|xmlns:xlink)="[^"]*"', "", picture)
    picture = re.sub(r'<text [^>]*opacity="0"[^>]*>[^<]*</text>|<path d="(?:M0,0h0v0h0Z)?"[^>]*/>', "", picture)
    granted = 'opacity="1"|stroke-width="1"|font-weight="normal"|[xy]2="0"|version="1.1"'
    picture = re.sub(rf' (?:{granted}|transform="translate\(0,0\)")', "", picture)
    picture = re.sub(r' (?:d|transform)="[^"]+"', lambda found: _short_numbers(found[0]), picture)
    for frame in set(re.findall(r'<clipPath id="[^"]+">(.*?)</clipPath>', picture)):
        first, *others = re.findall(rf'<clipPath id="([^"]+)">{re.escape(frame)}</clipPath>', picture)
        for other in others:  # Vega writes the frame of the chart once for each line
            picture = picture.replace(f'<clipPath id="{other}">{frame}</clipPath>', "")
            picture = picture.replace(f"url(#{other})", f"url(#{first})")
    families = set(re.findall(r' font-family="[^"]*"', picture))
    if len(families) == 1:
        family = families.pop()
        picture = picture.replace(family, "").replace("<svg", f"<svg{family}", 1)
    ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
    root = ElementTree.fromstring(picture)
    _drop_unseen(root, {"fill": "black", "stroke": "none"})
    _gather(root)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _short_numbers(path: str) -> str:
    return re.sub(r"\.0(?!\d)", "", re.sub(r"(\.\d)\d+", r"\1", path))


def _drop_unseen(group: ElementTree.Element, paint: dict[str, str]) -> None:
    """Take out paths with neither fill nor stroke: frames that Vega draws for the pointer."""
    for part in list(group):
        if part.tag.endswith("}defs"):
            continue
        own = {name: part.get(name, inherited) for name, inherited in paint.items()}
        if part.tag.endswith("}path") and set(own.values()) == {"none"}:
            group.remove(part)
        _drop_unseen(part, own)


_INHERITED = ("fill", "fill-opacity", "font-family", "font-size", "font-weight", "stroke", "stroke-dasharray",
              "stroke-opacity", "stroke-width", "text-anchor")


def _gather(group: ElementTree.Element) -> None:
    """Say once for a group what all its parts say, and leave out groups that say nothing."""
    parts = []
    for part in group:
        _gather(part)
        bare = part.tag.endswith("}g") and not part.attrib
        parts += list(part) if bare else [part]
    group[:] = parts
    for name in _INHERITED:
        said = {part.get(name) for part in parts}
        if len(said) == 1 and None not in said:
            group.set(name, said.pop())
            for part in parts:
                del part.attrib[name]


def fluid(spec: dict) -> dict:
    """The spec as the page draws it: without its title, which stands above as text that can wrap, and with a width
    that follows its column, unless its author chose one or it has several views."""
    spec = copy.deepcopy(spec)
    spec.pop("title", None)
    several = any(part in spec for part in ("hconcat", "vconcat", "concat", "facet", "repeat"))
    if not several and "width" not in spec:
        spec["width"] = "container"
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def embed_json(content: object) -> str:
    """JSON that is safe inside a script element."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


class Figure(anywidget.AnyWidget):
    """A chart that needs no other host: Vega comes with the book, in the notebook and in the page.

    ``payload`` is what the front end reads, ``markup`` the HTML it brings to life.
    """

    _esm = _HERE / "explore.js"
    _css = _HERE / "explore.css"
    payload = traitlets.Dict().tag(sync=True)
    markup = traitlets.Unicode().tag(sync=True)

    def __init__(self, spec: dict | None, payload: dict | None = None, markup: str = "", **traits) -> None:
        super().__init__(payload=payload or {"spec": fluid(spec)}, markup=markup or _chart_markup(spec), **traits)
        self._drawn = spec and fluid(spec)
        self.on_msg(self._answer)

    def _answer(self, _widget, content: dict, _buffers) -> None:
        """The notebook's front end asks for Vega once a page, not once a chart."""
        if content.get("ask") == "vega":
            self.send({"answer": "vega"}, buffers=[vega_bundle().encode()])

    def html(self) -> str:
        """The face for a page: the markup and the data it needs."""
        script = f'<script type="application/json">{embed_json(_lean(self.payload))}</script>'
        return self.markup.replace("</figure>", script + "</figure>")

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        faces = {"text/html": self.html(), "text/plain": self._plain()}
        if self._drawn and (picture := svg(self._drawn)):
            faces["image/svg+xml"] = picture
        return {**(data or {}), **faces}, metadata

    def _plain(self) -> str:
        return f"<{type(self).__name__}>"


def _lean(payload: dict) -> dict:
    """The payload as a page needs it: without the rows at the start, which it computes from the model or the grid
    before it draws, and without the book's own look of charts, which all figures share."""
    from utils import charts

    spec = dict(payload["spec"] or {})
    if spec.get("config") == charts.theme()["config"]:
        del spec["config"]
    if "assumptions" in payload and "rows" in spec.get("datasets", {}):
        spec["datasets"] = {**spec["datasets"], "rows": []}
    return {**payload, "spec": spec or None}


def _chart_markup(spec: dict) -> str:
    return (
        f'<figure class="book-chart">{heading(spec)}{drawing(spec, description(spec))}'
        '<details class="rows"><summary>Picture to keep</summary></details></figure>'
    )


def _titles(spec: dict) -> tuple[str, str]:
    """Title and subtitle of a spec, each one line."""
    title = spec.get("title", "")
    parts = (title.get("text", ""), title.get("subtitle", "")) if isinstance(title, dict) else (title, "")
    return tuple(" ".join(part) if isinstance(part, list) else part for part in parts)


def description(spec: dict) -> str:
    """What the chart shows, for those who do not see it: its description, else its title."""
    return spec.get("description") or _titles(spec)[0] or "Chart"


def heading(spec: dict, anchor: str = "") -> str:
    """The chart's title as HTML."""
    title, subtitle = (html.escape(part) for part in _titles(spec))
    small = f" <small>{subtitle}</small>" if subtitle else ""
    named = f' id="{html.escape(anchor, quote=True)}"' if anchor else ""
    return f'<p class="chart-title"{named}>{title}{small}</p>' if title else ""


def drawing(spec: dict, alternative: str) -> str:
    """The place of the chart, holding its picture until (and unless) the live one replaces it.

    A chart that follows its column has two pictures, for a wide column and for a phone's. The place is as tall as the
    live chart will be, so that nothing moves when the one takes the place of the other.
    """
    drawn = fluid(spec)
    pictures, room = svg(drawn), ""
    if pictures and drawn.get("width") == "container":
        wide, small = pictures, svg(narrow(drawn), PHONE_WIDTH)
        pictures = wide.replace("<svg", '<svg class="wide"', 1) + small.replace("<svg", '<svg class="narrow"', 1)
        room = f' style="--wide:{_height(wide)}px;--narrow:{_height(small)}px"'
    label = html.escape(alternative, quote=True)
    return f'<div class="drawing" role="img" aria-label="{label}"{room}>{pictures}</div>'


def _height(picture: str) -> int:
    return round(float(re.search(r'<svg[^>]* height="([\d.]+)"', picture)[1]))


def narrow(spec: dict) -> dict:
    """The spec as explore.js draws it in the column of a phone: short labels, a narrow legend."""
    config = spec.get("config", {})
    axis, legend = config.get("axis", {}), config.get("legend", {})
    short = {"axis": {**axis, "labelLimit": 110}, "legend": {**legend, "columns": 2}}
    return {**spec, "config": {**config, **short}}


def renderer(spec: dict, **_options):
    """Altair's renderer for this book; ``utils.charts`` enables it."""
    return Figure(spec)._repr_mimebundle_()


alt.renderers.register("book", renderer)
