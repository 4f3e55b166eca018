"""The button "Run Python here" of a chapter: the small script that makes it, and what it needs to know.

The script, the style and the chapter's imports are all a page carries; Python itself comes with the click.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from docutils import nodes
from launch import has_live_site

HERE = Path(__file__).parent
START = (
    '<div class="live-python-start"><button type="button">Run Python here</button> '
    "<span>downloads {about} {mb} MB the first time</span></div>"
)
DOWNLOAD_MB = 27  # the first time, compressed, with pandas; a test holds it to the built site


def imports(notebook: Path) -> str:
    """The code of a chapter's setup cells."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    setup = [cell for cell in cells if cell["metadata"].get("exercise", {}).get("role") == "setup"]
    return "\n".join("".join(cell["source"]) for cell in setup)


def needs_scipy(code: str, root: Path) -> bool:
    """Whether a module of the book that a chapter imports needs SciPy, whose size has not been measured."""
    names = {name for line in re.findall(r"^from utils.*", code, re.MULTILINE) for name in re.findall(r"\w+", line)}
    modules = [path for path in (root / "utils").rglob("*.py") if path.stem in names]
    uses = re.compile(r"^\s*(from|import) scipy\b", re.MULTILINE)
    return any(uses.search(path.read_text(encoding="utf-8")) for path in modules)


def _prepare(app) -> None:
    # A folder of its own, named here: Jupyter Book puts every script below _static on every page.
    folder = Path(app.outdir).parent / ".live_python"
    (folder / "book").mkdir(parents=True, exist_ok=True)
    for name in ("live_python.js", "live_python.css"):
        shutil.copy(HERE / name, folder / "book" / name)
    app.config.html_static_path.append(str(folder))


def _add(app, pagename, templatename, context, doctree) -> None:
    if has_live_site(app, pagename):
        attributes = {
            "data-site": context["pathto"]("lite/repl/index.html", 1),
            "data-code": imports(Path(app.srcdir, f"{pagename}.ipynb")),
        }
        app.add_js_file("book/live_python.js", loading_method="defer", **attributes)
        app.add_css_file("book/live_python.css")


def _places(app, doctree, docname) -> None:
    """Put a button under the imports and under the last cell of each exercise; the script brings it to life."""
    if not has_live_site(app, docname):
        return
    code = imports(Path(app.srcdir, f"{docname}.ipynb"))
    about = "more than" if needs_scipy(code, Path(app.srcdir)) else "about"
    start = START.format(about=about, mb=DOWNLOAD_MB)
    cells = [node for node in doctree.findall(nodes.container) if "cell" in node["classes"]]
    exercises = [node for node in doctree.findall(nodes.Element) if type(node).__name__.startswith("exercise")]
    last = [[cell for cell in cells if cell in list(exercise.findall(nodes.container))][-1:] for exercise in exercises]
    for cell in [*cells[:1], *(cell for found in last for cell in found)]:
        cell.parent.insert(cell.parent.index(cell) + 1, nodes.raw("", start, format="html"))


def setup(app) -> dict:
    app.connect("doctree-resolved", _places, priority=900)
    app.connect("builder-inited", _prepare)
    app.connect("html-page-context", _add)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
