"""Release exercises without their solutions, and grade what comes back."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from utils.grading import export, sandbox
from utils.grading.grade import Results, grade_folder
from utils.grading.release import release
from utils.grading.report import MarksError, report
from utils.grading.sandbox import Limits
from utils.grading.source import SourceError, entries, everything, find, guess, load
from utils.grading.verify import verify

UNSAFE = """WARNING: --unsafe: your students' code runs as you, with your files and your network within its reach,
hidden checks and other submissions included. Use a container or a virtual machine that holds nothing else."""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except (SourceError, MarksError, sandbox.NoSandboxError, sandbox.PreparationError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nInterrupted. What is finished is kept; the same command goes on from there.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m utils.grading", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run, summary: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary)
        added.set_defaults(command=run)
        return added

    sources = "a chapter (01), a notebook, or the folder of an assignment; without one, everything"
    one = command("release", _release, "Write the notebooks for students: no solutions, no hidden checks.")
    one.add_argument("sources", nargs="*", help=sources)
    one.add_argument("--out", type=Path, default=Path("_build/release"))
    one.add_argument("--site", default="", help="address of the published book, for links to its other pages")
    one.add_argument("--repository", default="", help="public address of the book's repository: Colab installs from it")
    one.add_argument("--standalone", action="store_true", help="put the book's code into the notebook: no install")

    one = command("verify", _verify, "Prove that solutions earn every point, starters none, and nothing leaks.")
    one.add_argument("sources", nargs="*", help=sources)

    one = command("grade", _grade, "Grade a folder of submissions; run it again to go on or to merge marks.")
    one.add_argument("folder", type=Path)
    one.add_argument("--out", type=Path, required=True, help="where grades, feedback and results go")
    one.add_argument("--of", metavar="SOURCE", help="what was handed in: a chapter (01), a notebook, or a folder")
    one.add_argument("--marks", type=Path, help="your marks of open questions (default: OUT/marks.csv)")
    one.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="submissions at the same time")
    one.add_argument("--cell-seconds", type=float, default=Limits.cell_s, help="time for one cell")
    one.add_argument("--total-seconds", type=int, default=Limits.total_s, help="time for one submission")
    one.add_argument("--unsafe", action="store_true", help="without a sandbox: only for code you trust")

    one = command("export", _export, "Quick questions for Moodle or Canvas; a course folder for nbgrader.")
    one.add_argument("format", choices=["moodle", "canvas", "nbgrader"])
    one.add_argument("sources", nargs="+", help=sources)
    one.add_argument("--out", type=Path, default=Path("_build/export"))
    return parser


def _paths(sources: list[str]) -> list[Path]:
    return [find(one) for one in sources] if sources else everything()


def _release(options: argparse.Namespace) -> int:
    for path in _paths(options.sources):
        made = release(load(path), options.out, standalone=options.standalone, site=options.site,
                       repository=options.repository)
        print(made)
    return 0


def _verify(options: argparse.Namespace) -> int:
    failed = False
    for path in _paths(options.sources):
        problems = verify(path)
        failed |= bool(problems)
        print("\n".join(problems) or f"{path.name}: solutions earn every point, starters none, nothing leaks")
    return int(failed)


def _grade(options: argparse.Namespace) -> int:
    if not options.folder.is_dir():
        raise SourceError(f"{options.folder} is no folder")
    path = find(options.of) if options.of else guess(options.folder)
    if path is None:
        raise SourceError("What was handed in? Say so with --of, for example --of 01 or --of assignments/example")
    source = load(path)
    print(f"Grading {path}")
    if options.unsafe:
        print(UNSAFE, file=sys.stderr)
    limits = Limits(cell_s=options.cell_seconds, total_s=options.total_seconds)
    problems = grade_folder(options.folder, source, options.out, limits, jobs=options.jobs, sealed=not options.unsafe)
    results = Results(options.out, source, limits)
    finished = [result for entry in entries(options.folder) if (result := results.load(entry)) is not None]
    print("\n".join(report(finished, source, options.out, options.marks or options.out / "marks.csv")))
    for problem in problems:
        print(f"Not graded, run the command again: {problem}", file=sys.stderr)
    return int(bool(problems))


def _export(options: argparse.Namespace) -> int:
    for path in _paths(options.sources):
        print(getattr(export, options.format)(load(path), options.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
