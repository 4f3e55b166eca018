"""Grade a folder of submissions: run each in the sandbox, judge it out here, keep every result.

A result is a small JSON file, written at once and in one step when a submission is done. Running the same command again
takes what is finished and unchanged from there, so an interruption loses nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from utils.exercises import Check, NotYet, Row, judge
from utils.files import replace_file
from utils.grading import sandbox
from utils.grading.sandbox import Conversation, Limits, LostError, Room
from utils.grading.source import Source, SourceError, Submission, entries, notebook_of, read_submission

_ODD = "\N{REPLACEMENT CHARACTER}"
_TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
ATTEMPTS = 4  # a cell or a question that ends the program is left out, and the rest gets another try


class Rooms:
    """Rooms to run submissions in; one that a submission left clean serves the next."""

    def __init__(self, source: Source, limits: Limits, *, sealed: bool) -> None:
        self._new: Callable[[], Room] = lambda: Room(source.preparation(), limits, sealed=sealed)
        self._free: queue.SimpleQueue[Room] = queue.SimpleQueue()
        self._free.put(self._new())  # at once, so that a preparation that fails is known before anything is graded

    @contextmanager
    def talk(self, cells: list[tuple[int, str]], deadline: float) -> Iterator[Conversation]:
        try:
            room = self._free.get_nowait()
        except queue.Empty:
            room = self._new()
        keep = False
        try:
            conversation = room.admit(cells, deadline)
            try:
                yield conversation
                keep = True
            finally:
                conversation.close()
        finally:
            if keep and room.left_clean():
                self._free.put(room)
            else:
                room.close()

    def close(self) -> None:
        while not self._free.empty():
            self._free.get().close()


@dataclass(frozen=True)
class Outcome:
    """What a submission earned, check by check, and what went wrong on the way."""

    rows: dict[str, list[Row]]
    notes: list[str]


def run(submission: Submission, source: Source, rooms: Rooms, limits: Limits) -> Outcome:
    """Run a submission's cells and put every check's questions to it. Never raises for what the submission does."""
    deadline = time.monotonic() + limits.total_s
    checks = {(name, i): check for name, one in source.exercises.items() for i, check in enumerate(one.checks)}
    rows: dict[tuple[str, int], Row] = {}
    left_out: dict[int, str] = {}
    errors: dict[int, str] = {}
    for _ in range(ATTEMPTS):
        talk, asking = None, None
        try:
            cells = [(number, text) for number, text in submission.cells if number not in left_out]
            with rooms.talk(cells, deadline) as talk:
                talk.run()
                errors = dict(talk.errors)
                for asking, check in checks.items():
                    if asking not in rows:
                        rows[asking] = judge_one(check, talk)
            break
        except LostError as reason:
            if talk is not None and talk.at is not None:
                left_out[talk.at] = str(reason)
            elif asking is not None:
                rows[asking] = Row(checks[asking], False, f"No answer came back: {reason}.")
        if time.monotonic() > deadline:
            break
    notes = [f"code cell {number} left out: {reason}" for number, reason in left_out.items()]
    notes += [f"code cell {number}: {error}" for number, error in errors.items()]
    if len(rows) < len(checks):
        notes.append("stopped before all checks were made")
    unchecked = "Not checked: the time was up, or the program kept ending itself."
    by_exercise = {
        name: [rows.get((name, i)) or Row(check, False, unchecked) for i, check in enumerate(one.checks)]
        for name, one in source.exercises.items()
    }
    return Outcome(by_exercise, notes)


def judge_one(check: Check, talk: Conversation) -> Row:
    def ask(expression: str) -> object:
        reply = talk.ask(expression)
        if "not_yet" in reply:
            raise NotYet(str(reply["not_yet"]))
        return reply.get("value")

    try:
        return judge([check], ask)[0]
    except LostError:
        raise
    except Exception as error:  # an answer so odd that the check tripped over it
        return Row(check, False, f"The answer has an unexpected form ({type(error).__name__}).")


# --- one submission, from the file to the result ---------------------------------------------------------------------


def grade_entry(entry: Path, source: Source, rooms: Rooms, limits: Limits) -> dict:
    """The result of one entry of the folder, as plain data. Never raises for what the entry holds."""
    start = time.monotonic()
    outcome, submission = Outcome({}, []), Submission()
    try:
        path, found = notebook_of(entry, source)
        submission = read_submission(path, source)
        submission.notes[:0] = found
        outcome = run(submission, source, rooms, limits)
        notes = submission.notes + outcome.notes
    except (SourceError, OSError) as error:
        notes = [str(error) if isinstance(error, SourceError) else f"cannot be read ({type(error).__name__})"]
    return {
        "file": shown(entry.name),
        "points": {
            name: sum(row.check.points for row in outcome.rows.get(name, []) if row.passed)
            for name, exercise in source.exercises.items()
            if exercise.checks
        },
        "checks": [
            {"exercise": name, "says": row.check.says, "points": row.check.points, "hidden": row.check.hidden,
             "passed": row.passed, "message": "" if row.check.hidden else shown(row.message)}
            for name, rows in outcome.rows.items()
            for row in rows
        ],
        "answers": {name: shown(text) for name, text in submission.answers.items()},
        "notes": [shown(note) for note in notes],
        "seconds": round(time.monotonic() - start, 2),
    }  # fmt: skip


def shown(text: str) -> str:
    """Text that may be printed and stored anywhere: no control characters, no halves, no change of direction."""

    def bad(sign: str) -> bool:
        return unicodedata.category(sign) in ("Cc", "Cs") or unicodedata.bidirectional(sign) in _TURNS

    return "".join(_ODD if bad(sign) and sign not in "\n\t" else sign for sign in text)


# --- a folder --------------------------------------------------------------------------------------------------------


class Results:
    """The finished results in ``OUT/results``, one file a submission."""

    def __init__(self, out: Path, source: Source, limits: Limits) -> None:
        self.folder = out / "results"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._basis = f"{source.fingerprint()} {limits}"

    def _file(self, entry: Path) -> Path:
        raw = os.fsencode(entry.name)
        return self.folder / f"{safe_name(entry.name)}-{hashlib.sha256(raw).hexdigest()[:12]}.json"

    def _key(self, entry: Path) -> str:
        digest = hashlib.sha256(self._basis.encode())
        regular = [entry] if not entry.is_dir() else sorted(entry.rglob("*"))
        for path in regular:
            digest.update(os.fsencode(path.name) + b"\0")
            if path.is_symlink():
                digest.update(os.fsencode(os.readlink(path)))
            elif path.is_file():
                with path.open("rb") as stream:
                    digest.update(hashlib.file_digest(stream, "sha256").digest())
        return digest.hexdigest()

    def load(self, entry: Path) -> dict | None:
        """The finished result of an entry, if neither it nor the exercises changed since."""
        try:
            result = json.loads(self._file(entry).read_text(encoding="utf-8"))
            return result if result.pop("key") == self._key(entry) else None
        except (OSError, ValueError, KeyError):
            return None

    def save(self, entry: Path, result: dict) -> None:
        file = self._file(entry)
        write(file, json.dumps({"key": self._key(entry), **result}, ensure_ascii=False, indent=1))


def safe_name(name: str) -> str:
    """A file name made of nothing but letters, digits, ``-`` and ``_``, and not too long."""
    return re.sub(r"[^\w\-]+", "_", shown(name))[:60].strip("_") or "submission"


def write(path: Path, text: str) -> None:
    """Write a file and the folders it stands in; what a submission wrote may hold characters that UTF-8 has not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, text, errors="replace")


def grade_folder(
    folder: Path, source: Source, out: Path, limits: Limits, *, jobs: int, sealed: bool = True, quiet: bool = False
) -> list[str]:
    """Grade what is not graded yet. The problems that kept a submission from being graded; none as a rule."""
    if sealed:
        sandbox.require_sandbox()
    results = Results(out, source, limits)
    todo = [entry for entry in entries(folder) if results.load(entry) is None]
    if not todo:
        return []
    rooms = Rooms(source, limits, sealed=sealed)
    problems = []
    total = len(entries(folder))
    bar = tqdm(total=total, initial=total - len(todo), unit="submission", disable=quiet)
    executor = ThreadPoolExecutor(jobs)
    try:
        tasks = {
            executor.submit(lambda entry: results.save(entry, grade_entry(entry, source, rooms, limits)), entry): entry
            for entry in todo
        }
        for task in as_completed(tasks):
            entry = tasks.pop(task)
            if (error := task.exception()) is not None:  # of ours, not of the submission: it stays to be graded
                problems.append(f"{shown(entry.name)}: {type(error).__name__}: {error}")
            bar.update()
    finally:  # also on Ctrl+C: what runs is finished and kept, what waits is left for the next time
        executor.shutdown(wait=True, cancel_futures=True)
        bar.close()
        rooms.close()
    return problems
