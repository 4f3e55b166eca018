"""Source notebooks with their checks, and the submissions that come back.

A source notebook holds each exercise once. Cell metadata say what a cell is for: ``exercise: {id, role}``. The roles:

- ``setup``: imports and data. In grading always the lecturer's copy.
- ``checks``: ``import checks``, in an assignment only: the release puts the visible checks there.
- ``answer``: the starter that the learner replaces. (An open question gets its place by itself.)
- ``check``: ``check("ex-…")``.
- ``solution``: never released.

The checks of a chapter stand in ``utils/checks/chNN.py``; those of an assignment in ``checks.py`` beside it, and its
hidden checks in ``hidden.py``.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import runpy
import stat
import textwrap
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from utils.exercises import Exercise, collect
from utils.grading.sandbox import ROOT

LARGEST_MB = 20
SOLUTION = re.compile(r"\{solution-start\}[ ]*(\S+)")
LABEL = re.compile(r"^:label:[ ]*(\S+)", re.MULTILINE)
CHAPTERS = ROOT / "chapters"
ASSIGNMENTS = ROOT / "assignments"


class SourceError(ValueError):
    """Something is wrong with a source notebook or its checks; the text says where."""


def text(cell: dict) -> str:
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def mark(cell: dict) -> tuple[str, str]:
    """The exercise id and the role of a cell; empty where it has none. A submission may have nonsense there."""
    metadata = cell.get("metadata")
    found = metadata.get("exercise") if isinstance(metadata, dict) else None
    found = found if isinstance(found, dict) else {}
    return str(found.get("id", "")), str(found.get("role", ""))


def same(one: dict, other: dict) -> bool:
    return text(one).strip() == text(other).strip()


@dataclass(frozen=True)
class Source:
    """A source notebook and everything that is known of its exercises."""

    path: Path
    notebook: dict
    exercises: dict[str, Exercise]
    visible_checks: str = ""  # the text of an assignment's checks.py
    hidden_checks: str = ""

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def cells(self) -> list[dict]:
        return self.notebook["cells"]

    @property
    def title(self) -> str:
        headings = (re.match(r"#\s+(.+)", text(cell)) for cell in self.cells if cell["cell_type"] == "markdown")
        return next((heading[1].strip() for heading in headings if heading), self.name)

    def marked(self, *roles: str) -> dict[tuple[str, str], dict]:
        return {mark(cell): cell for cell in self.cells if mark(cell)[1] in roles}

    def preparation(self) -> list[tuple[str, bool]]:
        """The code every submission starts from: setup, and what the chapter itself defines on the way.

        With each part, whether it must run: a cell of the chapter may need what an exercise is to define.
        """
        code = [(mark(cell)[1], text(cell)) for cell in self.cells if cell["cell_type"] == "code"]
        given = [(role == "setup", source) for role, source in code if role in ("", "setup")]
        needed = [(source if setup else definitions(source), setup) for setup, source in given]
        return [(source, must) for source, must in [*needed, (self.checks_cell(), True)] if source]

    def checks_cell(self) -> str:
        """The visible checks of an assignment as one cell."""
        return in_a_room_of_its_own("_checks", self.visible_checks) if self.visible_checks else ""

    def fingerprint(self) -> str:
        """Changes when the notebook, a check, or the book's code or data change."""
        digest = hashlib.sha256(json.dumps([self.notebook, self.visible_checks, self.hidden_checks]).encode())
        for path in sorted([*(ROOT / "utils").rglob("*.py"), *(p for p in (ROOT / "data").glob("*") if p.is_file())]):
            digest.update(path.read_bytes())
        return digest.hexdigest()


def in_a_room_of_its_own(name: str, code: str) -> str:
    """Code whose names do not meet the learner's names: the body of a function, and its call."""
    return f"def {name}():\n{textwrap.indent(code.strip(), '    ')}\n\n\n{name}()"


def definitions(source: str) -> str:
    """A cell without what it only shows: a chapter's figures are not drawn for every submission."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:  # a magic
        return source
    return "\n".join(ast.unparse(one) for one in statements if not isinstance(one, ast.Expr))


def load(path: Path) -> Source:
    """Read a source notebook and its checks. Raises ``SourceError`` with the place."""
    notebook = read_notebook(path)
    beside, hidden = path.with_name("checks.py"), path.with_name("hidden.py")
    if beside.exists():
        files = [beside, hidden] if hidden.exists() else [beside]
    else:
        files = [ROOT / "utils" / "checks" / f"ch{path.stem.split('-')[0]}.py"]
    files = [file for file in files if file.exists()]
    try:
        exercises = collect(lambda: [runpy.run_path(str(file)) for file in files])
    except Exception as error:
        raise SourceError(f"{path.name}: its checks do not load: {type(error).__name__}: {error}") from error
    mark_solutions(notebook["cells"])
    notebook["cells"] = with_places_for_answers(notebook["cells"], exercises)
    return Source(
        path, notebook, exercises,
        beside.read_text(encoding="utf-8") if beside in files else "",
        hidden.read_text(encoding="utf-8") if hidden in files else "",
    )  # fmt: skip


def mark_solutions(cells: list[dict]) -> None:
    """What stands between the start and the end of a solution is solution, whether its cell says so or not."""
    inside = ""
    for cell in cells:
        markdown = text(cell) if cell["cell_type"] == "markdown" else ""
        start = SOLUTION.search(markdown)
        inside = start[1] if start else inside
        if inside and ("{exercise-start}" in markdown or mark(cell)[1] not in ("", "solution")):
            raise SourceError(f"the solution of {inside} has no end")
        if inside:
            cell.setdefault("metadata", {})["exercise"] = {"id": inside, "role": "solution"}
        if "{solution-end}" in markdown:
            inside = ""


def with_places_for_answers(cells: list[dict], exercises: dict[str, Exercise]) -> list[dict]:
    """An open question needs no answer cell in its source; it gets one after its statement."""
    answered = {mark(cell)[0] for cell in cells if mark(cell)[1] == "answer"}
    result, current = [], ""
    for cell in cells:
        result.append(cell)
        if cell["cell_type"] != "markdown":
            continue
        label = LABEL.search(text(cell))
        current = label[1] if label and "{exercise" in text(cell) else current
        if "{exercise-end}" in text(cell) and current in exercises and current not in answered:
            if exercises[current].rubric:
                metadata = {"exercise": {"id": current, "role": "answer"}}
                place = {"cell_type": "markdown", "id": f"answer-{current}"[:64], "metadata": metadata}
                result.append({**place, "source": "*Write your answer here.*"})
            current = ""
    return result


def find(what: str) -> Path:
    """The source notebook that ``what`` names: a chapter ("01"), a notebook, or the folder of an assignment."""
    path = Path(what)
    if path.is_dir():
        found = [one for one in sorted(path.glob("*.ipynb"))]
        if len(found) != 1:
            raise SourceError(f"{what}: an assignment's folder holds one notebook; this one holds {len(found)}")
        return found[0]
    if path.is_file():
        return path
    found = sorted(CHAPTERS.glob(f"{what}-*.ipynb"))
    if len(found) == 1:
        return found[0]
    chapters = ", ".join(one.stem.split("-")[0] for one in sorted(CHAPTERS.glob("*.ipynb")))
    raise SourceError(f"{what!r} is no chapter ({chapters or 'there are none'}), no notebook and no folder")


def everything() -> list[Path]:
    """All source notebooks of the book: the chapters and the example assignments."""
    return [*sorted(CHAPTERS.glob("*.ipynb")), *sorted(ASSIGNMENTS.glob("*/*.ipynb"))]


def read_notebook(path: Path) -> dict:
    """A notebook as it stands. Raises ``SourceError`` if it is none; never follows a link."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise SourceError("a link, not a file" if stat.S_ISLNK(status.st_mode) else "not a file")
    if status.st_size > LARGEST_MB << 20:
        raise SourceError(f"larger than {LARGEST_MB} MB")
    raw = path.read_bytes()
    if raw.startswith(b"PK\x03\x04"):
        raise SourceError("a zip archive or an office document, not a notebook")
    try:
        notebook = json.loads(raw)
    except (ValueError, RecursionError):
        raise SourceError("not a notebook (it is not JSON)") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise SourceError("not a notebook of format 4 (it has no cells)")
    kinds = ("code", "markdown")
    notebook["cells"] = [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") in kinds]
    return notebook


# --- submissions -----------------------------------------------------------------------------------------------------


@dataclass
class Submission:
    """What one learner handed in: the cells to run, by number, and the texts a person marks."""

    cells: list[tuple[int, str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_submission(path: Path, source: Source) -> Submission:
    """The learner's own cells. Setup and checks are never taken from a submission."""
    notebook = read_notebook(path)
    expected = source.marked("answer", "check")
    given = {text(cell).strip() for cell in source.cells if cell["cell_type"] == "code" and not mark(cell)[1]}
    result = Submission()
    seen: Counter = Counter()
    number = 0
    for cell in notebook["cells"]:
        key = mark(cell)
        identifier, role = key
        seen[key] += 1
        original = expected.get(key)
        number += cell["cell_type"] == "code"
        if role == "check" and original and not same(cell, original):
            result.notes.append(f"the check cell of {identifier} was changed (it is not used)")
        if role == "answer" and original and same(cell, original):
            result.notes.append(f"{identifier}: not answered")
        if cell["cell_type"] == "markdown":
            if role == "answer" and original and not same(cell, original):
                result.answers[identifier] = text(cell)[:50_000]
        elif role not in ("setup", "check", "checks") and text(cell).strip() not in given:
            result.cells.append((number, text(cell)))
    for identifier, role in expected:
        if not seen[identifier, role]:
            result.notes.append(f"the {role} cell of {identifier} is missing")
        elif role == "answer" and seen[identifier, role] > 1:
            result.notes.append(f"{identifier}: {seen[identifier, role]} answer cells (all run; the last wins)")
    return result


def notebook_of(entry: Path, source: Source) -> tuple[Path, list[str]]:
    """The notebook of an entry of the folder: the file itself, or the one notebook in a student's folder."""
    if entry.is_symlink() or not entry.is_dir():
        return entry, []
    found = sorted(
        path
        for path in entry.rglob("*.ipynb")
        if not any(_left_by_programs(part) for part in path.relative_to(entry).parts)
    )
    if not found:
        raise SourceError("no notebook in this folder")
    best = next((path for path in found if path.stem == source.name), found[0])
    several = f"{len(found)} notebooks in the folder; {best.relative_to(entry)} was graded"
    return best, [several] if len(found) > 1 else []


def entries(folder: Path) -> list[Path]:
    """The submissions in a folder: each file, and each folder of a student, is one."""
    return sorted(path for path in folder.iterdir() if not _left_by_programs(path.name))


def _left_by_programs(name: str) -> bool:
    return name.startswith("._") or name in (".DS_Store", ".ipynb_checkpoints", "__MACOSX", "desktop.ini", "Thumbs.db")


def guess(folder: Path) -> Path | None:
    """Which released notebook most submissions came from: the release writes that into the notebook."""
    votes: Counter = Counter()
    for entry in entries(folder)[:50]:
        candidates = [entry] if not entry.is_dir() else list(entry.rglob("*.ipynb"))[:1]
        for path in candidates:
            try:
                metadata = read_notebook(path).get("metadata")
                votes[str(metadata["exercises"]["source"])] += 1
            except (SourceError, OSError, TypeError, KeyError):
                continue
    known = {str(path.relative_to(ROOT)): path for path in everything()}
    return next((known[name] for name, _ in votes.most_common() if name in known), None)
