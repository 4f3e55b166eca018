"""The notebook for students: no solution, no hidden check, what is given locked."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from functools import cache
from pathlib import Path

from utils.grading.grade import write
from utils.grading.sandbox import ROOT
from utils.grading.source import Source, SourceError, mark, text

_BUILD_TAGS = {"skip-execution", "remove-cell", "remove-input", "hide-input", "hide-output", "hide-cell"}
_DIRECTIVE = (
    r"^(?P<fence>`{3,}|:{3,})\{%s\}[ ]*(?P<title>.*)\n"
    r"(?:[ ]*:[\w-]+:.*\n)*(?P<body>(?:.*\n)*?)(?P=fence)[ ]*\n?"
)


def release(source: Source, out: Path, *, standalone: bool = False, site: str = "", repository: str = "") -> Path:
    """Write ``OUT/NAME.ipynb``. Raises ``SourceError`` rather than release anything of a solution or a hidden check."""
    notebook = released(source, standalone=standalone, site=site, repository=repository)
    path = out / f"{source.name}.ipynb"
    content = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
    found = leaks(content, source)
    if found:
        raise SourceError(f"{source.path.name}: not released, it would give away: {found[0]!r}")
    write(path, content)
    return path


def released(source: Source, *, standalone: bool = False, site: str = "", repository: str = "") -> dict:
    """The student's notebook as data."""
    cells, inside = [], False
    for original in source.cells:
        identifier, role = mark(original)
        if role == "solution":
            continue
        cell = {"cell_type": original["cell_type"], "id": original.get("id", f"cell-{len(cells)}"), "metadata": {}}
        content = text(original)
        tags = [tag for tag in original["metadata"].get("tags", []) if tag not in _BUILD_TAGS]
        if tags:
            cell["metadata"]["tags"] = tags
        if role:
            cell["metadata"]["exercise"] = {"id": identifier, "role": role} if identifier else {"role": role}
        if cell["cell_type"] == "code":
            cell |= {"execution_count": None, "outputs": []}
        else:
            inside |= "{exercise-start}" in content or "{exercise}" in content
            statement = inside
            inside &= "{exercise-end}" not in content
            content = plain_markdown(content, site)
        if role == "checks":
            content = source.checks_cell()
            cell["metadata"]["jupyter"] = {"source_hidden": True}
        if role == "answer":
            cell["metadata"]["deletable"] = False
        elif role or (cell["cell_type"] == "markdown" and statement):
            cell["metadata"] |= {"deletable": False, "editable": False}
        if content.strip():
            cells.append({**cell, "source": content})
    if standalone:
        cells.insert(0, embedded_book())
    elif repository:
        cells.insert(0, colab_cell(repository))
    path = source.path.resolve()
    metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "exercises": {"source": path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name},
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def plain_markdown(content: str, site: str = "") -> str:
    """Directives and citations as Markdown that every notebook shows; links to other pages lead to the site."""
    new = {
        "exercise-start": lambda found: f"### Exercise: {found['title']}\n\n{found['body']}",
        "exercise-end": lambda _found: "",
        "hint": lambda found: f"<details><summary>Hint</summary>\n\n{found['body'].strip()}\n\n</details>\n",
    }
    content += "\n"
    for directive, words in new.items():
        content = re.sub(_DIRECTIVE % directive, words, content, flags=re.MULTILINE)
    content = re.sub(r"\{cite:([pt])\}`([^`]+)`", lambda found: citation(found[2], in_text=found[1] == "t"), content)
    content = re.sub(r"\{numref\}`([\w-]+)`", lambda found: f"Figure “{_captions().get(found[1], found[1])}”", content)
    content = re.sub(r"\{doc\}`([^`<]+?) *<([^>]+)>`", r"[\1](../chapters/\2.md)", content)
    away = rf"[\1]({site.rstrip('/')}/\2.html\3)" if site else r"\1"
    content = re.sub(r"\[([^\]]*)\]\(\.\./([\w/-]+)\.(?:md|ipynb)(#[\w-]*)?\)", away, content)
    return content.strip("\n")


def citation(keys: str, *, in_text: bool) -> str:
    """Works of references.bib by author and year: ``Porter (2000)`` in a sentence, ``(Porter, 2000)`` after one."""
    works = [work(key.strip()) for key in keys.split(",")]
    if in_text:
        return " and ".join(f"{authors} ({year})" for authors, year in works)
    return f"({'; '.join(f'{authors}, {year}' for authors, year in works)})"


def work(key: str) -> tuple[str, str]:
    """Authors, at most two by name, and year of a work; the key itself where references.bib does not know it."""
    entry = _references().get(key)
    if entry is None:
        return key, "n.d."
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [_without_latex(" ".join([*person.prelast_names, *person.last_names])) for person in people]
    return f"{names[0]} et al." if len(names) > 2 else " and ".join(names), entry.fields.get("year", "n.d.")


@cache
def _references() -> dict:
    from pybtex.database import parse_file

    return dict(parse_file(ROOT / "references.bib").entries)


@cache
def _captions() -> dict[str, str]:
    """What each figure of the chapters shows; a notebook has no numbers for them."""
    chapters = [json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "chapters").glob("*.ipynb")]
    figures = [cell["metadata"].get("mystnb", {}).get("figure", {}) for book in chapters for cell in book["cells"]]
    return {figure["name"]: figure["caption"].rstrip(".") for figure in figures if "name" in figure}


def _without_latex(name: str) -> str:
    from pybtex.richtext import Text

    return Text.from_latex(name).render_as("text")


def leaks(content: str, source: Source) -> list[str]:
    """Lines of a solution or of a hidden check that stand in the release and nowhere in what is meant to be given."""
    secret = [text(cell) for cell in source.cells if mark(cell)[1] == "solution"] + [source.hidden_checks]
    given = "\n".join(text(cell) for cell in source.cells if mark(cell)[1] != "solution") + source.visible_checks
    plain = "\n".join(text(cell) for cell in json.loads(content)["cells"])
    lines = {line.strip() for part in secret for line in part.splitlines()}
    found = [line for line in lines if len(line) > 12 and line not in given and (line in plain or line in content)]
    return sorted(found) + [word for word in ("{solution", '"role": "solution"') if word in content]


def public_repository(address: str) -> str:
    """The address of a public repository, without what may trail it. Raises ``SourceError`` for anything else."""
    plain = address.strip().removesuffix("/").removesuffix(".git")
    if not re.fullmatch(r"https://(github|gitlab)\.com/[\w.-]+/[\w.-]+", plain):
        raise SourceError(f"the repository is {address!r}; an address has the form https://github.com/OWNER/NAME "
                          "(or gitlab.com)")
    return plain


def colab_cell(repository: str) -> dict:
    """A first cell that installs the book's package on Google Colab, where it is not there yet, and only there.

    Colab loads its own, older pandas before any cell runs; hence the restart.
    """
    package = f"git+{public_repository(repository)}"
    source = (
        "# On Google Colab this installs the book's package, once. Anywhere else it does nothing.\n"
        "import subprocess\n"
        "import sys\n"
        "from importlib import metadata\n\n"
        'if "google.colab" in sys.modules and not list(metadata.distributions(name="clusters-book")):\n'
        '    print("Installing the book\'s package; this takes a minute or two ...")\n'
        f'    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "{package}"], check=True)\n'
        '    sys.exit("Installed. Now choose Runtime > Restart session, then Runtime > Run all.")'
    )
    locked = {"deletable": False, "editable": False, "exercise": {"role": "setup"}}
    code = {"cell_type": "code", "execution_count": None, "outputs": []}
    return {**code, "id": "colab", "metadata": locked, "source": source}


def embedded_book() -> dict:
    """A first cell that carries the book's own package and data, so that nothing needs to be installed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        code = {path for path in (ROOT / "utils").rglob("*") if path.suffix in (".py", ".js", ".css")}
        code -= set((ROOT / "utils" / "grading").rglob("*"))
        for path in sorted(code | {path for path in (ROOT / "data").iterdir() if path.is_file()}):
            info = zipfile.ZipInfo(path.relative_to(ROOT).as_posix(), (2026, 1, 1, 0, 0, 0))
            archive.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED)
    packed = base64.b85encode(buffer.getvalue()).decode()
    source = (
        "# The book's own code and data. Run this cell first; it needs no network.\n"
        "import base64, io, sys, tempfile, zipfile\n"
        f"_BOOK = r'''{packed}'''\n"
        "_place = tempfile.mkdtemp()\n"
        "zipfile.ZipFile(io.BytesIO(base64.b85decode(_BOOK))).extractall(_place)\n"
        "sys.path.insert(0, _place)"
    )
    locked = {"deletable": False, "editable": False, "jupyter": {"source_hidden": True}, "exercise": {"role": "setup"}}
    code = {"cell_type": "code", "execution_count": None, "outputs": []}
    return {**code, "id": "the-book", "metadata": locked, "source": source}
