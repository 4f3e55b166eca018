"""Make the execution cache know the book's code and data.

Jupyter Book re-runs a notebook when its own cells change, but not when a helper or a table does
(https://github.com/executablebooks/MyST-NB/issues/299). Here the cache folder is named after a hash of
``utils/`` and ``data/``: change either and every chapter runs again; change it back and the old results serve.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

KEPT = 3  # caches of earlier states of the code; older ones are removed


def fingerprint(root: Path) -> str:
    """A hash of every file that a chapter's result can depend on."""
    digest = hashlib.sha256()
    files = [p for folder in ("utils", "data") for p in (root / folder).rglob("*") if p.is_file()]
    for path in sorted([*files, *root.glob("requirements.*")]):
        if "__pycache__" not in path.parts and path.suffix != ".pyc":
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _name_cache(app, config) -> None:
    root = Path(app.srcdir)
    config.book_code = fingerprint(root)
    caches = root / "_build" / ".execution_cache"
    config.nb_execution_cache_path = str(caches / config.book_code)
    old = sorted((p for p in caches.glob("*") if p.name != config.book_code), key=lambda p: p.stat().st_mtime)
    for path in old[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)


def _outdated(app, env, added, changed, removed) -> list[str]:
    """Every page, when the code or a table is not that of the last build: many pages write from them."""
    if getattr(env, "book_code", None) == app.config.book_code:
        return []
    env.book_code = app.config.book_code
    return list(env.found_docs)


def setup(app) -> dict:
    app.add_config_value("book_code", "", "")
    app.connect("config-inited", _name_cache, priority=1)
    app.connect("env-get-outdated", _outdated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
