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

import altair as alt
import anywidget
import traitlets

_HERE = Path(__file__).parent
PICTURE_WIDTH = 640  # pixels of the picture drawn at build time; the live chart fits its column


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


def svg(spec: dict) -> str:
    """The chart as an SVG picture, or an empty text where vl-convert cannot be installed (a browser)."""
    try:
        import vl_convert
    except ImportError:
        return ""
    fixed = json.loads(json.dumps(spec).replace('"width": "container"', f'"width": {PICTURE_WIDTH}'))
    return _light(vl_convert.vegalite_to_svg(fixed).strip())


def _light(picture: str) -> str:
    """The picture without what only a live chart needs: half of its weight.

    To a screen reader it is one image with one description, so the names of its parts go; so do the hooks for the
    pointer, hidden labels and empty paths, what SVG takes for granted, and decimals of a pixel nobody sees. The font
    is said once instead of for each text.
    """
    picture = re.sub(r' (?:aria-[a-z]+|role|class|pointer-events)="[^"]*"', "", picture)
    picture = re.sub(r'<text [^>]*opacity="0"[^>]*>[^<]*</text>|<path d="(?:M0,0h0v0h0Z)?"[^>]*/>', "", picture)
    picture = re.sub(r' (?:opacity="1"|stroke-width="1"|[xy]2="0"|transform="translate\(0,0\)")', "", picture)
    picture = re.sub(r' (?:d|transform)="[^"]+"', lambda found: re.sub(r"(\.\d)\d+", r"\1", found[0]), picture)
    fonts = set(re.findall(r' font-family="[^"]*"', picture))
    if len(fonts) == 1:
        font = fonts.pop()
        picture = picture.replace(font, "").replace("<svg", f"<svg{font}", 1)
    return picture


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
        script = f'<script type="application/json">{embed_json(_without_rows(self.payload))}</script>'
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


def _without_rows(payload: dict) -> dict:
    """The payload without the rows at the start: the page computes them from the model or the grid before it draws."""
    spec = payload["spec"]
    if "assumptions" not in payload or not spec or "rows" not in spec.get("datasets", {}):
        return payload
    return {**payload, "spec": {**spec, "datasets": {**spec["datasets"], "rows": []}}}


def _chart_markup(spec: dict) -> str:
    return f'<figure class="book-chart">{heading(spec)}{drawing(spec, description(spec))}</figure>'


def _titles(spec: dict) -> tuple[str, str]:
    """Title and subtitle of a spec, each one line."""
    title = spec.get("title", "")
    parts = (title.get("text", ""), title.get("subtitle", "")) if isinstance(title, dict) else (title, "")
    return tuple(" ".join(part) if isinstance(part, list) else part for part in parts)


def description(spec: dict) -> str:
    """What the chart shows, for those who do not see it: its description, else its title."""
    return spec.get("description") or _titles(spec)[0] or "Chart"


def heading(spec: dict) -> str:
    """The chart's title as HTML."""
    title, subtitle = (html.escape(part) for part in _titles(spec))
    small = f" <small>{subtitle}</small>" if subtitle else ""
    return f'<p class="chart-title">{title}{small}</p>' if title else ""


def drawing(spec: dict, alternative: str) -> str:
    """The place of the chart, holding its picture until (and unless) the live one replaces it."""
    return (
        f'<div class="drawing" role="img" aria-label="{html.escape(alternative, quote=True)}">'
        f"{svg(fluid(spec))}</div>"
    )


def renderer(spec: dict, **_options):
    """Altair's renderer for this book; ``utils.charts`` enables it."""
    return Figure(spec)._repr_mimebundle_()


alt.renderers.register("book", renderer)
