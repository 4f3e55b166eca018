"""Writing a file whole: whatever interrupts, there is the old file or the new one, never half of one."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(path: str | Path, text: str, errors: str = "strict") -> Path:
    """Write a text to a file. The file there is replaced in one step, or stays as it was.

    ``errors`` says what becomes of characters that UTF-8 does not have, as for :func:`open`. Raises ``OSError``.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", errors=errors) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return path
