"""Where a chapter can be run: the launch menu of its page.

JupyterLite lies in this site itself. Binder and Colab fetch the book from its public repository, whose address the
sources do not know: it is ``repository_url`` in ``_config.yml`` or the variable BOOK_REPOSITORY. Without one, the two
are left out.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from sphinx.errors import ConfigError

from utils.grading.release import public_repository

NOTEBOOKS = "notebooks"  # the branch with the students' notebooks, which `make notebooks` writes
_NEED_A_REPOSITORY = ("binderhub_url", "colab_url")


def _find_repository(app, config) -> None:
    """Give the theme the repository, or take from it the buttons that would lead nowhere."""
    options = config.html_theme_options
    address = options.get("repository_url") or os.environ.get("BOOK_REPOSITORY", "")
    buttons = dict(options.get("launch_buttons", {}))
    if address:
        try:
            options["repository_url"] = public_repository(address)
        except ValueError as error:
            raise ConfigError(f"{error} (repository_url in _config.yml, or BOOK_REPOSITORY)") from None
        options["repository_branch"] = options.get("repository_branch") or "main"
    unusable = _NEED_A_REPOSITORY if not address else () if "//github.com" in address else ("colab_url",)
    options["launch_buttons"] = {key: value for key, value in buttons.items() if key not in unusable}


def _complete_menu(app, pagename, templatename, context, doctree) -> None:
    """JupyterLite first; Colab shows the students' notebook, as it knows nothing of the book's directives."""
    groups = context["header_buttons"]
    menu = next((group for group in groups if group.get("label") == "launch-buttons"), None)
    branch = app.config.html_theme_options.get("repository_branch")
    for button in menu["buttons"] if menu else ():
        if button["text"] == "Colab":
            button["url"] = button["url"].replace(f"/blob/{branch}/", f"/blob/{NOTEBOOKS}/")
    if not has_live_site(app, pagename):
        return
    if menu is None:
        menu = {"type": "group", "label": "launch-buttons", "icon": "fas fa-rocket", "buttons": [],
                "tooltip": "Run this chapter"}
        groups.insert(0, menu)
    menu["buttons"].insert(0, {
        "type": "link",
        "text": "JupyterLite",
        "tooltip": "Run in this browser, nothing to install",
        "icon": "_static/images/logo_jupyterlite.svg",
        "url": f"{context['pathto']('lite/lab/index.html', 1)}?path={quote(pagename)}.ipynb",
    })


def has_live_site(app, pagename: str) -> bool:
    """Whether a page is a notebook that the site of ``lite/`` holds too."""
    source = Path(app.srcdir)
    return pagename.startswith("chapters/") and (source / "lite").is_dir() and (source / f"{pagename}.ipynb").exists()


def setup(app) -> dict:
    app.connect("config-inited", _find_repository)
    app.connect("html-page-context", _complete_menu, priority=600)  # after the theme's own buttons
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
