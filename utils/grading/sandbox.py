"""A sealed room for students' code, seen from outside.

bubblewrap gives the room its own processes, users, network (none) and file system: the system, Python and this book
read-only, empty folders in memory to write in, and nothing else. No hidden check, no other submission, no home folder
is there. What comes out of the room is JSON; every judgement is made out here.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
ROOM = Path(__file__).with_name("room.py")
_users = itertools.count()


@dataclass(frozen=True)
class Limits:
    """What one submission may use."""

    cell_s: float = 10  # for one cell
    ask_s: float = 5  # for one question of a check
    total_s: int = 60  # for the whole submission
    memory_mb: int = 3072  # address space of a process, and memory of all its processes together
    file_mb: int = 20  # one file
    disk_mb: int = 64  # all files, which live in memory
    processes: int = 32  # processes and threads
    open_files: int = 256
    answer_mb: int = 5  # one answer
    preparation_s: int = 120  # the lecturer's own cells, once a room


class LostError(RuntimeError):
    """The submission ended, hung or broke its side of the conversation; the text says which."""


class NoSandboxError(RuntimeError):
    """bubblewrap is missing or does not work here."""


class PreparationError(RuntimeError):
    """The lecturer's own preparation cells do not run in the room."""


class Room:
    """A sealed room in which submissions run one after the other, as long as each leaves it as it was."""

    def __init__(self, preparation: list[tuple[str, bool]], limits: Limits, *, sealed: bool = True) -> None:
        self.limits = limits
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed in close)
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)  # only where nothing is sealed
        self._control, theirs = socket.socketpair()
        root = sealed and os.geteuid() == 0
        inside = [sys.executable, "-I", str(ROOM), str(theirs.fileno())]
        self._process = subprocess.Popen(
            [*(bubblewrap(limits, root) if sealed else []), *inside],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._errors, pass_fds=[theirs.fileno()],
            start_new_session=True, cwd=self._folder.name,
            env=environment("/scratch" if sealed else self._folder.name),
        )
        theirs.close()
        job = {
            "library": str(ROOT), "preparation": preparation, "limits": asdict(limits),
            "sealed": sealed, "drop_root": root,
        }
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(job).encode())
            self._process.stdin.close()
        if self._signal(limits.preparation_s) != b"r":
            self._errors.seek(0)
            said = self._errors.read()[-2000:].decode(errors="replace").strip()
            self.close()
            raise (NoSandboxError if said.startswith("bwrap:") else PreparationError)(said or "no answer from the room")

    def _signal(self, seconds: float) -> bytes:
        """One byte of the program in the room: ready, clean, dirty; nothing if it is gone or takes too long."""
        self._control.settimeout(seconds)
        try:
            return self._control.recv(1)
        except OSError:
            return b""

    def admit(self, cells: list[tuple[int, str]], deadline: float) -> Conversation:
        """Let a submission in."""
        ours, theirs = socket.socketpair()
        with theirs:
            user = 20_000 + next(_users) % 40_000  # where we are root, every submission is a user of its own
            try:
                socket.send_fds(self._control, [user.to_bytes(4, "big")], [theirs.fileno()])
            except OSError:
                raise LostError("the room is gone") from None
        return Conversation(ours, cells, self.limits, deadline, self._process.pid)

    def left_clean(self) -> bool:
        """After a conversation is closed: can the next submission come in?"""
        return self._signal(2) == b"c"

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # ends bubblewrap, and with it everything in the room
        self._process.wait()
        self._control.close()
        self._errors.close()
        self._folder.cleanup()


class Conversation:
    """The line to one submission. Nothing that comes over it is trusted to be more than data."""

    def __init__(self, line: socket.socket, cells, limits: Limits, deadline: float, process: int) -> None:
        self._line, self._limits, self._deadline, self._process = line, limits, deadline, process
        self._buffer = b""
        self._cells = cells
        self.at: int | None = None  # the cell that is running
        self.errors: dict[int, str] = {}

    def run(self) -> None:
        """Run the cells. Raises ``LostError`` when the submission does not come through; ``at`` says in which cell."""
        numbers = {number for number, _ in self._cells}
        token = self._send({"cells": self._cells})
        while True:
            message = self._receive(self._limits.cell_s * 1.5 + 2)
            if message.get("token") == token:
                self.at = None
                return
            number = message.get("cell")
            if not isinstance(number, int) or number not in numbers:
                raise LostError("its answers could not be read")
            self.at = number
            if message.get("error"):
                self.errors[number] = str(message["error"])

    def ask(self, expression: str) -> dict:
        """Put a question: ``{"value": …}`` or ``{"not_yet": …}``."""
        token = self._send({"ask": expression})
        reply = self._receive(self._limits.ask_s * 1.5 + 1)
        if reply.get("token") != token:
            raise LostError("its answers could not be read")
        return reply

    def _send(self, message: dict) -> str:
        """The token that the reply must carry, so that a program cannot write its answers in advance."""
        token = secrets.token_hex(8)
        self._line.settimeout(10)
        try:
            self._line.sendall(json.dumps({**message, "token": token}).encode() + b"\n")
        except OSError:
            raise LostError("the program ended itself") from None
        return token

    def _receive(self, seconds: float) -> dict:
        end = min(time.monotonic() + seconds, self._deadline)
        while b"\n" not in self._buffer:
            left = end - time.monotonic()
            if left <= 0:
                raise LostError("the time was up")
            if len(self._buffer) > self._limits.answer_mb << 20:
                raise LostError("the answer was too large")
            if select.select([self._line], [], [], min(left, 0.25))[0]:
                try:
                    data = self._line.recv(1 << 16)
                except OSError:
                    data = b""
                if not data:
                    raise LostError("the program ended itself")
                self._buffer += data
            elif uses_too_much_memory(self._process, self._limits):
                raise LostError("it used too much memory")
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise LostError("its answers could not be read")
        return message

    def close(self) -> None:
        self._line.close()


def uses_too_much_memory(process: int, limits: Limits) -> bool:
    """The processes of the room together; or this machine is nearly full (files in memory belong to no process)."""
    total = 0
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(process).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                total += child.memory_info().rss
    machine = psutil.virtual_memory()
    return total > limits.memory_mb << 20 or machine.available < 0.05 * machine.total


def environment(home: str) -> dict[str, str]:
    """Nothing of the lecturer's environment goes in; one thread, so that submissions can run side by side."""
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {"PATH": "/usr/bin:/bin", "HOME": home, "TMPDIR": home, "IPYTHONDIR": f"{home}/.ipython", "LANG": "C.UTF-8",
            "MPLBACKEND": "agg", **one}


def bubblewrap(limits: Limits, root: bool) -> list[str]:
    """The command that makes the room. Raises ``NoSandboxError`` where bubblewrap is not installed."""
    program = shutil.which("bwrap")
    if not program:
        raise NoSandboxError(HOW_TO)
    system = ["/usr", "/bin", "/lib", "/lib64", "/etc/alternatives", "/etc/ld.so.cache"]
    python = [sys.base_prefix, sys.prefix]
    book = [str(ROOT / "utils"), str(ROOT / "data")]
    visible = [path for path in dict.fromkeys([*system, *python, *book]) if os.path.exists(path)]
    parents = dict.fromkeys(str(above) for path in visible for above in reversed(Path(path).parents[:-1]))
    writable = ["/dev/shm", "/tmp", "/scratch"]
    size = str(limits.disk_mb << 20)
    # Where we are root, the program inside changes to another user itself, which needs these rights and no others.
    if root:
        rights = ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_KILL"]
    else:
        rights = ["--unshare-user", *(["--disable-userns"] if can_forbid_nesting(program) else [])]
    return [
        program, "--die-with-parent", "--new-session",
        "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        "--cap-drop", "ALL", *rights,
        "--proc", "/proc", "--dev", "/dev",
        *(part for place in writable for part in ("--size", size, "--perms", "1777", "--tmpfs", place)),
        *(part for folder in parents for part in ("--perms", "0755", "--dir", folder)),
        *(part for path in visible for part in ("--ro-bind", path, path)),
        "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/scratch", "--",
    ]  # fmt: skip


@cache
def can_forbid_nesting(program: str) -> bool:
    return "--disable-userns" in subprocess.run([program, "--help"], capture_output=True, text=True).stdout


HOW_TO = """bubblewrap (bwrap) is not installed, so students' code cannot be sealed off from this machine.
  Debian, Ubuntu, Windows with WSL:  sudo apt install bubblewrap
  Fedora:                            sudo dnf install bubblewrap
  macOS:                             grade in a Linux virtual machine or container (see the page For lecturers)
With --unsafe your students' code runs as you, with your files and your network within its reach."""


def require_sandbox() -> None:
    """Raise ``NoSandboxError``, with what to do, unless a room can be made here."""
    command = [*bubblewrap(Limits(), os.geteuid() == 0), "/bin/true"]
    trial = subprocess.run(command, capture_output=True, text=True, timeout=20)
    if trial.returncode:
        raise NoSandboxError(f"bubblewrap is installed but does not work here: {trial.stderr.strip()}\n{HOW_TO}")
