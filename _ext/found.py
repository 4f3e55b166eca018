"""What search engines and link previews ask of a page: a description, a title and a picture, a sitemap, a 404 page.

Addresses outside the page itself (canonical link, Open Graph address and picture, sitemap) need to know where the
book stands: the variable BOOK_URL, such as ``https://example.org/book/``. Without it they are left out, not guessed.
Nothing is fetched: the picture is drawn from the page's first figure.
"""

from __future__ import annotations

import html
import os
import re
from pathlib import Path
from textwrap import wrap
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import vl_convert
from docutils import nodes
from sphinx.errors import ConfigError

WIDTH, HEIGHT = 1200, 630
_PICTURE = re.compile(r'<div class="drawing"[^>]*>\s*(<svg\b.*?</svg>)', re.DOTALL)
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def address_of_book(given: str) -> str:
    """The address with a slash at its end, or nothing."""
    if not given:
        return ""
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ConfigError(f"BOOK_URL is {given!r}; allowed is an address such as https://example.org/book/")
    return given.rstrip("/") + "/"


def description(document: nodes.document, most: int = 200) -> str:
    """The first paragraph, cut after a sentence (or, if the first is too long, after a word)."""
    prose = (p for p in document.findall(nodes.paragraph) if isinstance(p.parent, (nodes.section, nodes.document)))
    text = " ".join(next((p.astext() for p in prose), "").split())
    if len(text) <= most:
        return text
    sentence = re.match(rf"(.{{40,{most - 1}}}[.?!])\s", text)
    return sentence[1] if sentence else text[: most - 1].rsplit(" ", 1)[0] + "…"


def card(title: str, book: str, picture: str) -> str:
    """The picture of a page for link previews, as SVG: its title, the book's name and its first figure."""
    lines = wrap(title, 24)[:4]
    words = "".join(f'<tspan x="70" dy="{62 * (i > 0)}">{escape(line)}</tspan>' for i, line in enumerate(lines))
    if size := _SIZE.search(picture):
        width, height = float(size[1]), float(size[2])
        scale = min(560 / width, 470 / height)
        opening = picture[: picture.index(">") + 1]
        start = re.sub(r'\s(width|height|style|class|preserveAspectRatio)="[^"]*"', "", opening)
        place = f'<svg x="590" y="{(HEIGHT - height * scale) / 2:.0f}" width="{width * scale:.0f}" '
        picture = (start + picture[len(opening) :]).replace("<svg ", place, 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{WIDTH}" '
        f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"><rect width="100%" height="100%" fill="#fdfcf9"/>'
        f'<rect width="16" height="100%" fill="#0b6570"/><g color="#1d2730" fill="#1d2730">'
        f'<text x="70" y="180" font-family="serif" font-size="52">{words}</text>'
        f'<text x="70" y="560" font-family="sans-serif" font-size="25" fill="#55606b">{escape(book)}</text></g>'
        f'<g color="#1d2730">{picture}</g></svg>'
    )


def tags(title: str, about: str, book: str, page: str = "", picture: str = "") -> str:
    """The meta elements of a page."""
    found = {"og:type": "article", "og:site_name": book, "og:title": title, "og:description": about}
    if page:
        found["og:url"] = page
    if picture:
        found |= {"og:image": picture, "og:image:width": WIDTH, "og:image:height": HEIGHT,
                  "og:image:alt": f"The first figure of the page {title}"}
    lines = [f'<meta name="description" content="{html.escape(about)}">'] if about else []
    lines += [f'<meta property="{name}" content="{html.escape(str(text))}">' for name, text in found.items() if text]
    kind = "summary_large_image" if picture else "summary"
    return "\n".join([*lines, f'<meta name="twitter:card" content="{kind}">'])


def _place(app, config) -> None:
    config.html_baseurl = address_of_book(os.environ.get("BOOK_URL", "") or config.html_baseurl)
    config.notfound_urls_prefix = urlsplit(config.html_baseurl).path or "/"
    config.notfound_context = {
        "title": "Page not found",
        "body": "<h1>This page is not here</h1><p>It may have moved. The contents are in the menu; the search finds "
                "words in English and Japanese.</p>",
    }


def _page(app, pagename, _template, context, document) -> None:
    if document is None or pagename == "404":
        return
    base, title = app.config.html_baseurl, html.unescape(re.sub(r"<[^>]+>", "", context["title"]))
    picture = _PICTURE.search(context.get("body", "")) if base else None
    name = f"_static/cards/{pagename.replace('/', '-')}.png"
    if picture:
        path = Path(app.outdir) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(vl_convert.svg_to_png(card(title, app.config.html_title, picture[1])))
    context["metatags"] = context.get("metatags", "") + "\n" + tags(
        title, description(document), app.config.html_title,
        base and f"{base}{pagename}.html", f"{base}{name}" if picture else "",
    )


def _sitemap(app, error) -> None:
    base = app.config.html_baseurl
    if error or app.builder.format != "html" or not base:
        return
    places = "\n".join(f"  <url><loc>{escape(base + name)}.html</loc></url>" for name in sorted(app.env.found_docs))
    text = ('<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
            f"{places}\n</urlset>\n")
    (Path(app.outdir) / "sitemap.xml").write_text(text, encoding="utf-8")


def setup(app) -> dict:
    app.setup_extension("notfound.extension")
    app.connect("config-inited", _place, priority=1)
    app.connect("html-page-context", _page)
    app.connect("build-finished", _sitemap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
