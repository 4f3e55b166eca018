"""The results of the last release, and what has changed since: ``make results``.

`tests/released_results.json` holds, for every explorable, its model's outputs at the defaults and with each slider at
either end (of a column the smallest, the mean and the largest value). A change has to be announced in `CHANGELOG.md`:

    python -m tests.released            drafts the missing lines under "Unreleased"
    python -m tests.released release    makes "Unreleased" the version of pyproject.toml and keeps today's results

A new explorable is no change; it is kept from its first release on.
"""

from __future__ import annotations

import json
import math
import re
import sys
import tomllib
from pathlib import Path

from tests.built import explorables, positions, results
from tests.conftest import ROOT

KEPT = ROOT / "tests" / "released_results.json"
CHANGELOG = ROOT / "CHANGELOG.md"
RELATIVE = 1e-4  # results are kept to six digits; platforms differ in the last ones

Results = dict[str, dict[str, dict[str, list]]]  # figure -> position -> output -> [smallest, mean, largest]


def version() -> str:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def today() -> Results:
    """The results of the book as it is built now."""
    return {
        name: {
            place: {output: summary(value) for output, value in results(source, payload, values).items()}
            for place, values in positions(payload).items() if place == "default" or " = " in place
        }
        for name, (source, payload) in explorables().items()
    }


def summary(value: object) -> list:
    """A number as it is; of a column the smallest, the mean and the largest entry; texts as they are counted."""
    entries = value if isinstance(value, list) else [value]
    numbers = [float(entry) for entry in entries if isinstance(entry, (int, float)) and math.isfinite(entry)]
    if not numbers:
        return [str(entry) for entry in entries][:3]
    found = [min(numbers), sum(numbers) / len(numbers), max(numbers)] if isinstance(value, list) else numbers
    return [float(f"{number:.6g}") for number in found]


def changes(old: Results, new: Results) -> dict[tuple[str, str], str]:
    """For each (figure, output) that changed or vanished, the line that announces it: where it changed most."""
    found = {}
    for figure, places in old.items():
        if figure not in new:
            found[figure, ""] = f"- `{figure}`: gone"
            continue
        for output in {output for outputs in places.values() for output in outputs}:
            before = {place: outputs.get(output) for place, outputs in places.items()}
            after = {place: new[figure].get(place, {}).get(output) for place in places}
            moved = {place: _moved(before[place], after[place]) for place in places}
            place = max(moved, key=moved.get)
            if moved[place]:
                at = "by default" if place == "default" else f"at {place}"
                found[figure, output] = f"- `{figure}`, `{output}`: {_text(before[place])} → {_text(after[place])} {at}"
    return found


def _moved(before: list | None, after: list | None) -> float:
    """The largest relative change; infinite where something came, went or is no number; zero for no change."""
    if before == after:
        return 0.0
    if before is None or after is None or len(before) != len(after) or isinstance((before + after)[0], str):
        return math.inf
    pairs = [(a, b) for a, b in zip(before, after, strict=True)
             if not math.isclose(a, b, rel_tol=RELATIVE, abs_tol=1e-9)]
    return max((abs(b - a) / max(abs(a), abs(b)) for a, b in pairs), default=0.0)


def _text(values: list | None) -> str:
    return "nothing" if values is None else " / ".join(v if isinstance(v, str) else f"{v:g}" for v in values)


def kept() -> tuple[str, Results]:
    """The version of the last release, and its results."""
    held = json.loads(KEPT.read_text(encoding="utf-8"))
    return held["version"], held["results"]


def unreleased(text: str) -> str:
    """The section of the changelog that no release has taken yet."""
    return re.search(r"^## Unreleased\n(.*?)(?=^## |\Z)", text, re.M | re.S)[1]


def missing(text: str, changed: dict[tuple[str, str], str]) -> list[str]:
    """The lines that the changelog lacks."""
    return [line for line in changed.values() if line not in unreleased(text)]


def stale(text: str, changed: dict[tuple[str, str], str]) -> list[str]:
    """Lines of the changelog that announce what is not, or not with these values."""
    announced = re.findall(r"^- `[^`]+`(?:, `[^`]+`: .* → .*|: gone)$", unreleased(text), re.M)
    return [line for line in announced if line not in changed.values()]


def draft(changelog: Path = CHANGELOG) -> None:
    """Bring the lines under "Unreleased" up to date and say what was written."""
    text = changelog.read_text(encoding="utf-8")
    changed = changes(kept()[1], today())
    for line in stale(text, changed):
        text = text.replace(f"{line}\n", "", 1)
    lines = missing(text, changed)
    if lines:
        text = text.replace("## Unreleased\n", "## Unreleased\n\n" + "\n".join(lines) + "\n", 1)
    changelog.write_text(re.sub(r"\n{3,}", "\n\n", text), encoding="utf-8")
    print("\n".join(lines) or "No result has changed that the changelog does not announce.")


def release(changelog: Path = CHANGELOG) -> None:
    """Keep today's results under the version of pyproject.toml and close the section of the changelog."""
    text = changelog.read_text(encoding="utf-8")
    if lines := missing(text, changes(kept()[1], today())) if KEPT.exists() else []:
        raise SystemExit("The changelog does not announce:\n" + "\n".join(lines) + "\nRun `make results` first.")
    if f"\n## {version()}\n" not in text:
        changelog.write_text(text.replace("## Unreleased\n", f"## Unreleased\n\n## {version()}\n", 1), encoding="utf-8")
    KEPT.write_text(_one_line_a_place({"version": version(), "results": today()}), encoding="utf-8")
    print(f"Kept the results of version {version()}.")


def _one_line_a_place(held: dict) -> str:
    """JSON that can be read and compared: a line for each position of the sliders."""
    figures = []
    for figure, places in held["results"].items():
        lines = [f"  {json.dumps(place)}: {json.dumps(outputs)}" for place, outputs in places.items()]
        figures.append(f"{json.dumps(figure)}: {{\n" + ",\n".join(lines) + "}")
    joined = ",\n".join(figures)
    return f'{{"version": {json.dumps(held["version"])}, "results": {{\n{joined}\n}}}}\n'


if __name__ == "__main__":
    release() if sys.argv[1:] == ["release"] else draft()
