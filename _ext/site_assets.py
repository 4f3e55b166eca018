"""Put what the pages need beside them, and take out what they do not.

Vega comes out of the installed vl-convert package, the figures' front end out of ``utils/``, the icons out of the
theme's own icon script. Nothing minified is committed and no page asks another host for anything.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from importlib.metadata import version
from pathlib import Path

from sphinx.errors import ExtensionError

from utils import charts, figures

UTILS = Path(figures.__file__).parent
PAGE_START = """
document.addEventListener("DOMContentLoaded", () => {
  attachAll(document, bookVegaAddress, bookLook);
  for (const button of document.querySelectorAll(".btn-download-pdf-button")) button.onclick = () => print();
  const reach = () => { // what scrolls can be scrolled with the keyboard
    for (const part of document.querySelectorAll(".math-block, .cell_output, .text_html")) {
      if (part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight) part.tabIndex = 0;
      else part.removeAttribute("tabindex");
    }
  };
  reach();
  addEventListener("resize", reach);
  addEventListener("toggle", reach, true); // a fold shows what had no width before
});
"""


def page_script() -> str:
    """``explore.js`` as a classic script, so that it also runs from a folder opened without a server."""
    module = (UTILS / "explore.js").read_text(encoding="utf-8")
    classic = re.sub(r"^export (default .*$)?", "", module, flags=re.MULTILINE)
    address = 'const bookVegaAddress = new URL("vega.js", document.currentScript.src).href;'
    look = f"const bookLook = {json.dumps(charts.theme()['config'])};"
    return f"(() => {{\n{address}\n{look}\n{classic}{PAGE_START}}})();\n"


def _prepare(app) -> None:
    # The folder is named here and not in the configuration: Jupyter Book puts every script of a folder that the
    # configuration names on every page, and Vega is to be fetched only when a figure comes into view.
    folder = Path(app.outdir).parent / ".site_assets"
    (folder / "book").mkdir(parents=True, exist_ok=True)
    _write_vega(folder / "book" / "vega.js", folder.with_name(".vega_made_by"))
    (folder / "book" / "explore.js").write_text(page_script(), encoding="utf-8")
    (folder / "book" / "explore.css").write_text((UTILS / "explore.css").read_text(encoding="utf-8"), encoding="utf-8")
    app.config.html_static_path.append(str(folder))
    app.add_js_file("book/explore.js", loading_method="defer")
    app.add_css_file("book/explore.css")


def _write_vega(path: Path, made_by: Path) -> None:
    """Write Vega unless the one that is there was made by the same code: that takes seconds of every build."""
    maker = f"{version('vl-convert-python')} {hashlib.sha256(Path(figures.__file__).read_bytes()).hexdigest()}"
    if path.exists() and made_by.exists() and made_by.read_text(encoding="utf-8") == maker:
        return
    path.write_text(figures.vega_bundle(), encoding="utf-8")
    made_by.write_text(maker, encoding="utf-8")


# What the theme writes into a page and this book does not want.
_REMOVED = [
    re.compile(r'<script type="application/vnd.jupyter.widget-state\+json">.*?</script>\s*', re.DOTALL),
    re.compile(r'<script[^>]*src="[^"]*fontawesome[^"]*"[^>]*></script>\s*'),
    re.compile(r'<link[^>]*href="[^"]*fontawesome[^"]*"[^>]*/?>\s*'),
    re.compile(r"<script>\s*const THEBE_JS_URL = [^<]*</script>\s*"),
    re.compile(r'<script[^>]*src="[^"]*sphinx-thebe\.js[^"]*"[^>]*></script>\s*'),
    re.compile(r'<link[^>]*href="[^"]*sphinx-thebe\.css[^"]*"[^>]*/?>\s*'),
    re.compile(r'<script type="text/x-thebe-config">.*?</script>\s*', re.DOTALL),
    re.compile(r"<script>kernelName = '[^']*'</script>\s*"),
    re.compile(r"<script>DOCUMENTATION_OPTIONS.pagename = '[^']*';</script>\s*"),  # only a switch of versions asks
    re.compile(r' onclick="window\.print\(\)"'),  # explore.js listens instead
]
_ICON = re.compile(r"\bfa-(?!(?:solid|regular|brands|lg|fw)\b)([a-z0-9-]+)\b")
_ICON_CSS = """\
.fa-solid, .fa-regular, .fa-brands, .fas, .far, .fab { display: inline-block; width: 1em; height: 1em;
  vertical-align: -0.125em; background: currentColor; mask: var(--icon) center / contain no-repeat; }
.fa-solid::before, .fa-regular::before, .fa-brands::before, .fas::before, .far::before, .fab::before { content: none; }
.fa-lg { font-size: 1.25em; } .fa-fw { width: 1.25em; }
"""


# Markup of the theme and of pandas that readers of a screen stumble over.
_PUT_RIGHT = [
    ('<div id="pst-primary-sidebar" class', '<div id="pst-primary-sidebar" role="region" aria-label="The book" class'),
    ("<th></th>", "<td></td>"),
    ('<th class="head"><p></p></th>', '<td class="head"></td>'),
    (' role="doc-biblioentry"', ""),
    ('<div role="list" class="citation-list">', '<div class="citation-list">'),
    (' id="exercise-content"', ""),  # the same on every exercise
    (' id="solution-content"', ""),
    ('<th class="blank level0" >&nbsp;</th>', '<td class="blank level0"></td>'),
]
# Names, operators and signs in code have the colour of the text around them: their marks are half of the code's weight.
_UNCOLOURED = re.compile(r'<span class="(?:n|nn|o|p|w)">([^<]*)</span>')
_CITED = re.compile(r'<cite data-key="([^"]+)">.*?</cite>')


def _linked(page: str, path: Path, citations: dict) -> str:
    """The page with the sources of its sliders as links; a figure writes keys, for it does not know its page."""
    appendices = "../" * len(path.parent.parts) + "appendices/"

    def link(found: re.Match) -> str:
        key = found[1]
        if re.fullmatch(r"(L|CK|R)-\d+", key):
            address, name = f"claims.html#{key.lower()}", f"the letter, {key}" if key.startswith("L") else key
        elif one := citations.get(key):
            address, name = f"references.html#{one.citation_id}", _author_year(one.entry)
        else:
            return found[0]
        return f'<cite data-key="{key}"><a href="{appendices}{address}">{html.escape(name)}</a></cite>'

    anchor = "appendices/assumptions.html#assumption-"
    page = page.replace(f'href="../{anchor}', f'href="{"../" * len(path.parent.parts)}{anchor}')
    return _CITED.sub(link, page)


_THEME = 'document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";'
_CHOSEN = _THEME.replace('"auto"', '(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")')


def _themed(page: str) -> str:
    """The page with its colours known before it is drawn; the theme's own script learns them only afterwards."""
    return page.replace(_THEME, _CHOSEN).replace(' data-theme="auto"', ' data-theme="light"')


_INLINE = re.compile(r'<script(?: data-cfasync="false"| type="text/javascript")?>(.*?)</script>', re.DOTALL)


def root_of(path: Path, app) -> str:
    """The way from a page to the root of the site; the page for wrong addresses is shown at any depth."""
    if path.name == "404.html":
        return app.config.notfound_urls_prefix
    return "../" * len(path.relative_to(app.outdir).parent.parts)


# The theme loads its search on every page, for a search while one types; this book searches on the page of that name.
_SEARCH = re.compile(r'<script[^>]* src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>\s*')
_WAITING = re.compile(r"<script(?=[^>]* src=)(?![^>]* (?:defer|async|blocking))")


def _unhurried(page: str, path: Path) -> str:
    """The page with scripts that run, in their order, once it can be read; the theme would hold it back for them."""
    page = page if path.name == "search.html" else _SEARCH.sub("", page)
    return _WAITING.sub("<script defer", page)


def _settings_first(page: str) -> str:
    """The page with the inline scripts of its head as one, before the scripts that read what they set.

    They stand among those scripts, which used to wait for the whole page before they looked.
    """
    head, end, rest = page.partition("</head>")
    settings = [found[1].strip() for found in _INLINE.finditer(head) if _CHOSEN not in found[1]]
    if not settings or not end:
        return page
    head = _INLINE.sub(lambda found: found[0] if _CHOSEN in found[1] else "", head)
    joined = "\n".join(dict.fromkeys(settings))
    options = re.compile(r'(<script[^>]* src="[^"]*documentation_options\.js[^"]*"></script>)')
    return options.sub(lambda found: f"{found[1]}\n<script>{joined}</script>", head, count=1) + end + rest


def _in_files(page: str, root: str, out: Path) -> str:
    """The page with its inline scripts in files, so that a site may forbid inline scripts altogether."""
    folder = out / "_static" / "book"

    def move(found: re.Match) -> str:
        name = f"page-{hashlib.sha256(found[1].encode()).hexdigest()[:10]}.js"
        (folder / name).write_text(found[1].strip() + "\n", encoding="utf-8")
        when = 'blocking="render"' if _CHOSEN in found[1] else "defer"  # colours are known before the page is drawn
        return f'<script {when} src="{root}_static/book/{name}"></script>'

    return _INLINE.sub(move, page)


def _with_icons(page: str, root: str) -> str:
    """The page with its icons as a style sheet; the theme would fetch a font of 110 kB and move the header for it."""
    if "book/icons.css" in page:
        return page
    link = f'<link rel="stylesheet" href="{root}_static/book/icons.css" />'
    return page.replace("</head>", f"{link}\n</head>", 1)


def _author_year(entry) -> str:
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [re.sub("[{}]", "", " ".join([*one.prelast_names, *one.last_names])) for one in people]
    if not names:
        names = [entry.fields.get("organization") or entry.fields.get("title", "")]
    who = names[0] + (f" and {names[1]}" if len(names) == 2 else " et al." if len(names) > 2 else "")
    return f"{who} ({entry.fields['year']})" if "year" in entry.fields else who


def _finish(app, error) -> None:
    """Clean every page and write the few icons they use as a style sheet, in place of 1.5 MB of icon script."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    used: set[str] = set()
    citations = {one.key: one for one in app.env.get_domain("cite").citations}
    for path in (path for path in out.rglob("*.html") if path.relative_to(out).parts[0] != "lite"):
        page = path.read_text(encoding="utf-8")
        clean = _linked(page, path.relative_to(out), citations)
        for unwanted in _REMOVED:
            clean = unwanted.sub("", clean)
        for written, wanted in _PUT_RIGHT:
            clean = clean.replace(written, wanted)
        clean = _unhurried(_themed(clean), path)
        clean = _with_icons(_in_files(_settings_first(clean), root := root_of(path, app), out), root)
        clean = _UNCOLOURED.sub(r"\1", clean)
        used |= set(_ICON.findall(clean))
        if clean != page:
            path.write_text(clean, encoding="utf-8")
    scripts = list((out / "_static" / "scripts").glob("fontawesome.js*"))
    library = "".join(p.read_text(encoding="utf-8") for p in scripts if p.suffix == ".js")
    css = out / "_static" / "book" / "icons.css"
    if library:
        css.write_text(_ICON_CSS + "".join(_icon(name, library) for name in sorted(used)), encoding="utf-8")
    for path in scripts:
        path.unlink()


def _icon(name: str, library: str) -> str:
    """One icon as a CSS mask, from its entry ``name:[width,height,aliases,code,path]`` in the theme's script."""
    entry = re.search(rf'[{{,]"?{re.escape(name)}"?:\[(\d+),(\d+),\[[^\]]*\],"[^"]*","([^"]+)"\]', library)
    if not entry:
        raise ExtensionError(f"the theme's icons have no {name!r}; a page shows it as class fa-{name}")
    width, height, path = entry.groups()
    picture = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'><path d='{path}'/></svg>"
    return f'.fa-{name} {{ --icon: url("data:image/svg+xml,{picture.replace("<", "%3C").replace(">", "%3E")}"); }}\n'


def setup(app) -> dict:
    app.connect("builder-inited", _prepare)
    app.connect("build-finished", _finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
