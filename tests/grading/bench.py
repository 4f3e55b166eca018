"""How grading behaves with many submissions: ``python -m tests.grading.bench [1000]``.

Grades that many generated submissions in one run, then again with a hard kill half way and a second start, and compares
the two grades.csv. Prints throughput, and the memory of the grading program over time.
"""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.grading import hand_in
from tests.grading.hand_in import DISTANCE, RIGHT, SHARE, TONNE
from utils.grading.sandbox import ROOT

KINDS = [  # of ten submissions
    *[RIGHT] * 5,
    {**RIGHT, TONNE: "def cost_per_tonne(capital, operation, co2, rate, life):\n    return capital / life / co2"},
    {**RIGHT, DISTANCE: "def break_even(pipe, terminal, ship):\n    return terminal / (pipe - ship)"},
    {**RIGHT, SHARE: "share = factories.set_index('factory').co2_mt"},
    {},
    {**RIGHT, SHARE: "1 / 0"},
]
RARE = [  # of a hundred, one each
    {**RIGHT, TONNE: "while True:\n    pass"},
    {**RIGHT, TONNE: "import os\nos._exit(1)"},
    {**RIGHT, TONNE: "x = bytearray(20 << 30)"},
]


def make(folder: Path, count: int) -> None:
    for number in range(count):
        answers = RARE[number % 100] if number % 100 < len(RARE) else KINDS[number % 10]
        (folder / f"student-{number:04d}.ipynb").write_text(json.dumps(hand_in.notebook(answers)), encoding="utf-8")


def grade(folder: Path, out: Path, *, kill_at: int | None = None) -> tuple[float, list[float]]:
    """Seconds, and the program's memory in MB every half second."""
    command = [sys.executable, "-m", "utils.grading", "grade", str(folder), "--out", str(out), "--jobs", "2"]
    start = time.monotonic()
    program = subprocess.Popen([*command, "--of", "assignments/example", "--cell-seconds", "2"], cwd=ROOT)
    memory = []
    while program.poll() is None:
        try:
            memory.append(psutil.Process(program.pid).memory_info().rss / 1e6)
        except psutil.Error:
            break
        if kill_at is not None and len(list((out / "results").glob("student*.json"))) >= kill_at:
            program.send_signal(signal.SIGKILL)
        time.sleep(0.5)
    program.wait()
    return time.monotonic() - start, memory


def grades(out: Path) -> list[dict]:
    with (out / "grades.csv").open(encoding="utf-8", newline="") as stream:
        return [{name: value for name, value in line.items() if name != "seconds"} for line in csv.DictReader(stream)]


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        (base / "in").mkdir()
        make(base / "in", count)
        seconds, memory = grade(base / "in", base / "whole")
        tenths = [memory[len(memory) * i // 10] for i in range(10)]
        print(f"{count} submissions in one run: {seconds:.1f} s, {count / seconds:.1f} a second")
        print(f"memory of the grading program: peak {max(memory):.0f} MB; over time {[round(mb) for mb in tenths]} MB")
        first, _ = grade(base / "in", base / "parts", kill_at=count // 2)
        kept = len(list((base / "parts" / "results").glob("student*.json")))
        second, _ = grade(base / "in", base / "parts")
        same = grades(base / "whole") == grades(base / "parts")
        print(f"killed after {first:.1f} s with {kept} finished; the second start took {second:.1f} s")
        print(f"grades.csv of both, seconds aside: {'equal' if same else 'DIFFERENT'}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
