"""A page that is partly written by an extension is read again when what it is written from changes.

Code and tables need no word: when they change, every page is read again (``execution_cache.py``).
"""

from __future__ import annotations

from pathlib import Path

CHAPTERS = "chapters/*.ipynb"


def depends_on(app, *patterns: str) -> None:
    """Note what the page that is being read is written from, as patterns below the book's folder."""
    for pattern in ("_ext/*.py", *patterns):
        for path in filter(Path.is_file, Path(app.srcdir).glob(pattern)):
            app.env.note_dependency(str(path))
