"""What the kernel in the browser runs before the first cell.

A package of Pyodide is fetched when a cell imports it. Two things are added to that: the solvers' modules of the book
(``from utils.models import trade``) fetch what they need, and a package that cannot be fetched is missed kindly.
Charts of Altair are drawn by the Vega of the book's own pages.
"""

import ast
import itertools
import json
import sys

from IPython import get_ipython
from pyodide_kernel import kernel

CDN = "cdn.jsdelivr.net"
VEGA = "../../_static/book/vega.js"  # seen from lite/lab/ and lite/repl/
_numbers = itertools.count()
_missed = set()  # what could not be fetched: tried again with every cell


def modules(code):
    """``import a.b`` for each ``from a import b`` of the book's modules, so that Pyodide looks b up too."""
    try:
        found = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    except SyntaxError:
        return ""
    ours = [node for node in found if (node.module or "").split(".")[0] == "utils"]
    return "".join(f"\nimport {node.module}.{alias.name}" for node in ours for alias in node.names if alias.name != "*")


class OutOfReachError(ModuleNotFoundError):
    """A compiled package that could not be fetched."""


class Missing:
    """The last place Python looks for a package: says in one sentence what is missing and what still works."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in ("numpy", "pandas", "scipy"):
            _missed.add(name)
            raise OutOfReachError(
                f"{name} is not here, because {CDN} could not be reached: connect to the internet and run this cell "
                "again; the models in utils.models, most of check(...) and explorables without a table work without it."
            )


def say(shell, kind, error, _traceback, tb_offset=None):
    """Show the sentence alone: where in the book's code the package was wanted helps nobody."""
    shell._showtraceback(kind, error, [str(error)])


def draw(chart):
    """The faces of an Altair chart: the book's, where its renderer is on, otherwise a plain one."""
    import altair

    if altair.renderers.active != "default":
        return chart._repr_mimebundle_()
    name = f"chart-{next(_numbers)}"
    spec = json.dumps(chart.to_dict()).replace("<", "\\u003c")
    script = (
        f"const draw = () => vegaEmbed('#{name}', {spec}, {{actions: false}});"
        "if (globalThis.vegaEmbed) draw(); else {"
        "const script = document.createElement('script');"
        f"script.src = '{VEGA}'; script.onload = draw; document.head.append(script); }}"
    )
    return {"text/html": f'<div id="{name}"></div><script>(() => {{ {script} }})()</script>', "text/plain": repr(chart)}


def start():
    load = kernel._load_packages_from_imports

    async def load_what_a_cell_needs(code):
        return await load(code + modules(code) + "".join(f"\nimport {name}" for name in _missed))

    kernel._load_packages_from_imports = load_what_a_cell_needs
    sys.meta_path.append(Missing)
    get_ipython().set_custom_exc((OutOfReachError,), say)
    formatter = get_ipython().display_formatter.mimebundle_formatter
    formatter.for_type_by_name("altair.vegalite.v6.api", "TopLevelMixin", draw)
