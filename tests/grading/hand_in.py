"""Makes submissions of the example assignment: good ones, and every kind of bad one."""

from __future__ import annotations

import copy
import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from utils.grading.release import released
from utils.grading.source import ROOT, Source, load, mark

ASSIGNMENT = ROOT / "assignments" / "example" / "shared-store.ipynb"
TONNE, DISTANCE, SHARE, ADVICE = "ex-a1-tonne", "ex-a1-distance", "ex-a1-share", "ex-a1-advice"

RIGHT = {
    TONNE: "def cost_per_tonne(capital, operation, co2, rate, life):\n"
    "    return (capital * capital_recovery_factor(rate, life) + operation) / co2",
    DISTANCE: "def break_even(pipe, terminal, ship):\n"
    "    return terminal / (pipe - ship) if pipe > ship else float('inf')",
    SHARE: "share = factories.groupby('industry').co2_mt.sum()\n"
    "share = (share / share.sum()).sort_values(ascending=False)",
    ADVICE: "A thirtieth of the flow costs little more.",
}


def source() -> Source:
    return load(ASSIGNMENT)


def notebook(answers: dict[str, str] | None = None, *, extra: list[str] = (), first: list[str] = ()) -> dict:
    """A submission with these answers; further code cells at the end or, ``first``, before the answers."""
    made = copy.deepcopy(released(source()))
    for cell in made["cells"]:
        identifier, role = mark(cell)
        if role == "answer" and identifier in (answers or {}):
            cell["source"] = answers[identifier]
    made["cells"][1:1] = [code(text) for text in first]
    made["cells"] += [code(text) for text in extra]
    return made


def code(text: str) -> dict:
    return {"cell_type": "code", "metadata": {}, "source": text, "execution_count": None, "outputs": []}


def find(made: dict, identifier: str, role: str) -> dict:
    return next(cell for cell in made["cells"] if mark(cell) == (identifier, role))


FULL = {TONNE: 4, DISTANCE: 4, SHARE: 3}
NOTHING = {TONNE: 0, DISTANCE: 0, SHARE: 0}


@dataclass
class Case:
    """A submission, what it must earn, and what its notes must say."""

    put: Callable[[Path], None]  # puts the submission into the folder
    earns: dict[str, float]
    note: str = ""
    file: str = ""  # the entry's name, where it is not the case's name with .ipynb
    never: str = ""  # what must not be in the notes


def _written(made: dict | bytes, name: str) -> Callable[[Path], None]:
    content = made if isinstance(made, bytes) else json.dumps(made).encode()
    return lambda folder: (folder / name).write_bytes(content)


def cases(outside: Path, port: int) -> dict[str, Case]:
    """All bad submissions by name.

    ``outside`` is a folder that none of them may see or touch: it holds secret.txt, someone.ipynb and a folder. At
    ``port`` of this machine somebody listens whom none of them may reach.
    """
    secret = outside / "secret.txt"
    found: dict[str, Case] = {}

    def case(name: str, made: dict | bytes, earns: dict, note: str = "", *, file: str = "", never: str = "") -> None:
        file = file or f"{name}.ipynb"
        found[name] = Case(_written(made, file), earns, note, file, never)

    def runs(name: str, cell: str, note: str = "", earns: dict = FULL, **more) -> None:
        """Right answers, and a cell that does something bad."""
        case(name, notebook(RIGHT, first=[cell]), earns, note, **more)

    def answers(name: str, exercise: str, text: str, points: float, note: str = "") -> None:
        """Right answers but for one exercise."""
        case(name, notebook({**RIGHT, exercise: text}), {**FULL, exercise: points}, note)

    # --- never ends -------------------------------------------------------------------------------------------------
    answers("loop after the answer", TONNE, RIGHT[TONNE] + "\nwhile True:\n    pass", 4, "stopped after 2 s")
    answers("loop in a function", DISTANCE, "def break_even(*_):\n    while True:\n        pass", 0)
    runs("loop in repr", "class R:\n    def __repr__(self):\n        while True: pass\nR()")
    endless = "class R:\n    def __repr__(self):\n        while True: pass\nshare = R()"
    answers("loop in repr of the answer", SHARE, endless, 0)
    swallow = "def f():\n    while True: pass\nwhile True:\n    try: f()\n    except BaseException: pass"
    runs("loop that swallows every exception", swallow, "left out: the time was up")
    runs("one long call in C", "sum(range(10 ** 14))", "left out: the time was up")
    deaf = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"
    runs("loop deaf to the alarm", deaf, "left out: the time was up")
    runs("sleeps", "import time; time.sleep(1000)", "stopped after 2 s")
    runs("endless recursion", "def f(): f()\nf()", "RecursionError")

    # --- ends itself ------------------------------------------------------------------------------------------------
    runs("sys.exit", "import sys; sys.exit(0)", "SystemExit")
    runs("os._exit", "import os; os._exit(0)", "left out: the program ended itself")
    answers("os._exit in a function", TONNE, "import os\ndef cost_per_tonne(*_): os._exit(0)", 0)
    runs("segfault", "import ctypes; ctypes.string_at(0)", "left out: the program ended itself")
    runs("kills itself", "import os; os.kill(os.getpid(), 9)", "left out: the program ended itself")
    runs("kills everything", "import os\nos.kill(-1, 9)\nos._exit(1)", "left out: the program ended itself")
    parent = "import os\nfor pid in (os.getppid(), 1):\n    try: os.kill(pid, 9)\n    except OSError: pass"
    runs("kills the program that started it", parent)

    # --- takes too much ---------------------------------------------------------------------------------------------
    runs("fork bomb", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", "code cell 1")
    runs("20 GB", "x = bytearray(20 << 30)", "MemoryError")
    many = "import os, time\nfor _ in range(6):\n    if os.fork() == 0: x = b'x' * (400 << 20); break\ntime.sleep(9)"
    # Memory or time: which limit is met first depends on how busy the machine is.
    runs("much memory in many processes", many, "left out: it used too much memory or: stopped after")
    runs("200 MB of output", "for _ in range(200): print('x' * (1 << 20))")
    disk = "for i in range(100):\n    with open(f'f{i}', 'wb') as f: f.write(bytes(4 << 20))"
    runs("fills the disk", disk, "No space left")
    runs("one large file", "with open('f', 'wb') as f: f.write(bytes(30 << 20))", "OSError")
    runs("many open files", "files = [open('/dev/null') for _ in range(5000)]", "Too many open files")
    answers("huge answer", SHARE, "share = 'x' * (30 << 20)", 0)
    nested = "share = []\nfor _ in range(100_000): share = [share]"
    answers("answer nested deeply", SHARE, nested, 0)
    answers("answer that holds itself", SHARE, "share = []\nshare.append(share)", 0)
    left = "import subprocess, sys\nfor _ in range(5): subprocess.Popen([sys.executable, '-c', 'while True: pass'])"
    runs("leaves processes behind", left)

    # --- looks where it must not ------------------------------------------------------------------------------------
    walk = (
        "import os, sys\nfound, known = [], ('/proc', '/sys', '/usr', sys.prefix, sys.base_prefix)\n"
        "for d, ds, fs in os.walk('/'):\n    ds[:] = [x for x in ds if os.path.join(d, x) not in known]\n"
        "    found += [os.path.join(d, f) for f in fs if {test}]\nraise RuntimeError(f'found {{found}}')"
    )
    test = "f.startswith('hidden') and 'ex-a1' in open(os.path.join(d, f)).read()"
    runs("looks for hidden checks", walk.format(test=test), "found []")
    runs("looks for other submissions", walk.format(test="f.endswith('.ipynb') or 'submission' in d"), "found []")
    runs("looks for keys", walk.format(test="'.ssh' in d or f in ('shadow', '.netrc', '.bash_history')"), "found []")
    runs("reads a file outside", f"print(open({str(secret)!r}).read())", "FileNotFoundError")
    runs("reads the environment", "import os; raise RuntimeError(sorted(os.environ))", "HOME", never="TEST_SECRET")
    peek = "found = []\nfor f in ('environ', 'mem', 'maps'):\n"
    peek += "    try: found.append(open(f'/proc/2/{f}', 'rb').read(1))\n    except OSError: pass\n"
    peek += "raise RuntimeError(f'found {found}')"
    runs("reads the memory of the program that started it", peek, "found []")
    net = "import socket\nsocket.create_connection(('127.0.0.1', {port}), timeout=2)\nraise RuntimeError('connected')"
    runs("network", net.format(port=port), "code cell 1", never="connected")
    runs("names of hosts", "import socket; socket.getaddrinfo('example.org', 80)", "gaierror")

    # --- touches what it must not -----------------------------------------------------------------------------------
    runs("deletes everything", "import shutil; shutil.rmtree('/', ignore_errors=True)")
    write = f"for path in ({str(secret)!r}, {str(ROOT / 'utils' / 'x.py')!r}, '/etc/x', '/usr/x', '/x'):\n"
    write += "    try: open(path, 'w').write('x')\n    except OSError: continue\n    raise RuntimeError('written')"
    runs("writes outside", write, never="written")

    # --- cheats -----------------------------------------------------------------------------------------------------
    forge = "import os\nlines = b'{\"ready\": true}\\n' + b'{\"value\": 20}\\n' * 50\nfor fd in range(3, 64):\n"
    forge += "    try: os.write(fd, lines)\n    except OSError: pass"
    case("forged answers", notebook(first=[forge]), NOTHING, "its answers could not be read")
    inside = "def cost_per_tonne(*_):\n    import os\n    for fd in range(3, 64):\n"
    inside += "        try: os.write(fd, b'{\"value\": 20}\\n')\n        except OSError: pass\n    return 20"
    answers("forged answers in a function", TONNE, inside, 0)
    liar = "class Liar:\n    def __eq__(self, other): return True\n    __float__ = lambda self: 20.0\n"
    liar += "share = Liar()\ndef cost_per_tonne(*_): return Liar()\ndef break_even(*_): return Liar()"
    case("lying eq", notebook({SHARE: liar}), NOTHING)
    number = "class Number(float):\n    __eq__ = __le__ = __ge__ = lambda self, other: True\n"
    answers("a number that lies", DISTANCE, number + "def break_even(*_): return Number(1)", 0)
    patch = "import builtins, math\nbuiltins.isinstance = builtins.all = math.isclose = lambda *a, **k: True\n"
    patch += "builtins.abs = lambda x: 0"
    case("patched builtins", notebook(first=[patch]), NOTHING)
    patch = "import utils.exercises as e\ne.need = e.need_number = e.need_column = lambda *a, **k: None\n"
    patch += "e.close = lambda *a: True\ne.judge = lambda *a: []\ne.NotYet = ZeroDivisionError"
    case("patched checks", notebook(first=[patch]), NOTHING)
    patch = "import builtins, json\nbuiltins.eval = lambda *a: 1\njson.dumps = lambda *a, **k: '{\"value\": 1}'"
    case("patched eval and json", notebook(first=[patch]), NOTHING)

    made = notebook()
    find(made, TONNE, "check")["source"] = "assert True"
    case("edited check cell", made, NOTHING, "the check cell of ex-a1-tonne was changed")
    made = notebook(RIGHT)
    made["cells"].remove(find(made, TONNE, "check"))
    case("deleted check cell", made, FULL, "the check cell of ex-a1-tonne is missing")
    made = notebook(RIGHT)
    made["cells"].remove(find(made, TONNE, "answer"))
    case("deleted answer cell", made, {**FULL, TONNE: 0}, "the answer cell of ex-a1-tonne is missing")
    made = notebook(RIGHT)
    again = copy.deepcopy(find(made, TONNE, "answer"))
    made["cells"].append(again)
    case("answer cell twice", made, FULL, "2 answer cells")
    made = notebook({TONNE: "def cost_per_tonne(*_): return capital_recovery_factor(0.1, 10)"})
    find(made, "", "setup")["source"] = "capital_recovery_factor = lambda *_: 20"
    case("edited setup cell", made, NOTHING)
    made = notebook()
    for cell in made["cells"]:
        cell["metadata"] |= {"points": 100, "nbgrader": {"points": 100}}
    case("points in the metadata", made, NOTHING, "not answered")

    # --- odd notebooks ----------------------------------------------------------------------------------------------
    made = notebook(RIGHT)
    made["metadata"] = {"kernelspec": {"name": "no-such-kernel"}}
    case("wrong kernel", made, FULL)
    made = notebook(RIGHT)
    for cell in made["cells"]:
        cell["metadata"] = {}
    case("metadata lost", made, FULL, "is missing")
    made = notebook(RIGHT)
    odd = [{"cell_type": "raw"}, {"cell_type": "code"}, {"cell_type": "code", "source": 1, "metadata": 2}]
    made["cells"] += [None, 1, *odd]
    case("nonsense among the cells", made, FULL)
    runs("asks for input", "input()", "EOFError")
    runs("an exception", "1 / 0", "ZeroDivisionError")
    runs("a syntax error", "def", "SyntaxError")
    runs("half a character", "x = '\ud800'")
    case("untouched", notebook(), NOTHING, "ex-a1-tonne: not answered")

    # --- not notebooks ----------------------------------------------------------------------------------------------
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("shared-store.ipynb", json.dumps(notebook(RIGHT)))
    case("a zip", buffer.getvalue(), NOTHING, "a zip archive", file="a zip.zip")
    case("a document renamed", buffer.getvalue(), NOTHING, "a zip archive or an office document")
    case("random bytes", os.urandom(1000), NOTHING, "not a notebook")
    case("empty", b"", NOTHING, "not a notebook")
    case("a program", b"print(1)", NOTHING, "not a notebook", file="a program.py")
    case("half a notebook", json.dumps(notebook(RIGHT)).encode()[:5000], NOTHING, "not a notebook")
    case("a list", b"[1, 2]", NOTHING, "not a notebook of format 4")
    case("brackets", b"[" * 100_000, NOTHING, "not a notebook")
    case("format 3", json.dumps({"worksheets": [{"cells": []}]}).encode(), NOTHING, "not a notebook of format 4")
    case("21 MB", b" " * (21 << 20), NOTHING, "larger than 20 MB")

    # --- odd entries and names --------------------------------------------------------------------------------------
    for name, target in (("a link", outside / "someone.ipynb"), ("a link to passwords", Path("/etc/passwd"))):
        file = f"{name}.ipynb"
        found[name] = Case(lambda f, n=file, t=target: (f / n).symlink_to(t), NOTHING, "a link", file)
    found["a linked folder"] = Case(
        lambda f: (f / "a linked folder").symlink_to(outside / "folder"), NOTHING, "a link", "a linked folder"
    )
    found["a pipe"] = Case(lambda f: os.mkfifo(f / "a pipe.ipynb"), NOTHING, "not a file", "a pipe.ipynb")
    found["an empty folder"] = Case(
        lambda f: (f / "an empty folder").mkdir(), NOTHING, "no notebook in this folder", "an empty folder"
    )

    def two(folder: Path) -> None:
        (folder / "two notebooks").mkdir()
        (folder / "two notebooks" / "draft.ipynb").write_text(json.dumps(notebook()))
        (folder / "two notebooks" / "shared-store.ipynb").write_text(json.dumps(notebook(RIGHT)))

    found["two notebooks"] = Case(two, FULL, "2 notebooks in the folder; shared-store.ipynb", "two notebooks")
    case("  spaces  in  it ", notebook(RIGHT), FULL)
    case("脱炭素 産業クラスター", notebook(RIGHT), FULL)
    case("..\\..\\..\\etc", notebook(RIGHT), FULL)
    case("%2e%2e%2f", notebook(RIGHT), FULL)
    case("=HYPERLINK(1)", notebook(RIGHT), FULL)
    case("<img src=x onerror=alert(1)>", notebook(RIGHT), FULL)
    case("two\nlines", notebook(RIGHT), FULL)
    case("x" * 200, notebook(RIGHT), FULL)
    raw = os.fsdecode(b"not \xff unicode.ipynb")
    case("not unicode", notebook(RIGHT), FULL, file=raw)
    return found
