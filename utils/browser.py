"""Python in the browser: what to say when a compiled package cannot be fetched."""

from __future__ import annotations

import sys

FETCHED = ("numpy", "pandas", "scipy")  # compiled: they come from Pyodide's own server, all else from the book's site


class _Explains:
    """The last of the finders: who is asked for one of these packages here, was not helped by any other."""

    @staticmethod
    def find_spec(name: str, path=None, target=None):
        if name in FETCHED:
            raise ModuleNotFoundError(
                f"{name} is not here. The line \"import {name}\" in a cell of its own fetches it from cdn.jsdelivr.net; "
                "if that fails, the address cannot be reached now. The models in utils.models, sliders without a "
                "table and many checks work all the same, and so does every figure on the book's pages.",
                name=name,
            )


def explain_what_is_missing() -> None:
    """Let a failed import of numpy, pandas or scipy say in one sentence what is missing and what still works."""
    if _Explains not in sys.meta_path:
        sys.meta_path.append(_Explains)
