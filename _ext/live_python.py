"""The button "Run Python here" of a chapter: the small script that makes it, and what it needs to know.

The script, the style and the chapter's imports are all a page carries; Python itself comes with the click.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from launch import has_live_site

HERE = Path(__file__).parent
DOWNLOAD_MB = 25  # the first time, compressed; a test holds it to the built site


def imports(notebook: Path) -> str:
    """The code of a chapter's setup cells."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    setup = [cell for cell in cells if cell["metadata"].get("exercise", {}).get("role") == "setup"]
    return "\n".join("".join(cell["source"]) for cell in setup)


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
            "data-mb": str(DOWNLOAD_MB),
        }
        app.add_js_file("book/live_python.js", loading_method="defer", **attributes)
        app.add_css_file("book/live_python.css")


def setup(app) -> dict:
    app.connect("builder-inited", _prepare)
    app.connect("html-page-context", _add)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
