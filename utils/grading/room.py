"""The program inside the sandbox. It knows no hidden check and no right answer.

``sandbox.py`` starts it once a room. It runs the preparation (imports and data, the lecturer's own cells), then waits
at the control socket. For each submission it receives a fresh socket and forks: the child runs the submission's cells
and answers questions at that socket; the parent, which never touches the student's code, waits for the child's end,
kills whatever the child left running and reports whether the room is as clean as before.

Usage: ``python -I room.py CONTROL_FD`` with the job as JSON on standard input.
"""

import array
import contextlib
import importlib
import io
import json
import os
import resource
import shutil
import signal
import socket
import sys

MEGABYTE = 1 << 20
PR_SET_DUMPABLE = 4


class Stopped(BaseException):
    """The time for a cell or a question is over."""


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    job = json.load(sys.stdin)
    sealed = job["sealed"]
    if sealed and os.getpid() != 2:  # on a host, 2 is the kernel's; so this cannot be fooled outside a pid namespace
        raise SystemExit("this program must be the first one in its pid namespace")
    sys.path.insert(0, job["library"])
    sys.modules["rfc3987_syntax"] = None  # an optional part of jsonschema that takes 1.5 s to import
    exercises = importlib.import_module("utils.exercises")
    shell = new_shell()
    for cell, must in job["preparation"]:
        error = run(shell, cell)
        if error and must:
            raise SystemExit(f"the preparation stopped with {error}\nin the cell:\n{cell}")
    if sealed:
        protect_this_process()
        shutil.rmtree(os.environ["IPYTHONDIR"], ignore_errors=True)
    before = files() if sealed else []
    control.sendall(b"r")
    while True:
        order, handles = receive_socket(control)
        if not order:
            return
        child = os.fork()
        if child == 0:
            leave = os._exit
            try:
                control.close()
                student(shell, exercises, socket.socket(fileno=handles[0]), job, int.from_bytes(order, "big"))
            finally:
                leave(0)
        os.close(handles[0])
        os.waitpid(child, 0)
        if sealed:
            kill_all_others()
        control.sendall(b"c" if sealed and files() == before else b"d")


def receive_socket(control: socket.socket) -> tuple[bytes, list[int]]:
    size = array.array("i").itemsize
    order, extra, _, _ = control.recvmsg(8, socket.CMSG_SPACE(size))
    return order, [int.from_bytes(data[:size], sys.byteorder) for _, _, data in extra]


def files() -> list[str]:
    """What lies in the places where one can write."""
    return sorted(os.path.join(place, name) for place in ("/scratch", "/tmp", "/dev/shm") for name in os.listdir(place))


def kill_all_others() -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)  # everything in this pid namespace but its init and this process


def protect_this_process() -> None:
    """No process of the same user may read or write this one's memory (ptrace, /proc/…/mem)."""
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def new_shell():
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.ast_node_interactivity = "none"  # nothing is displayed, so no figure is drawn and no __repr__ is called
    shell.display_formatter.format = lambda *_args, **_options: ({}, {})
    shell.showtraceback = shell.showsyntaxerror = lambda *_args, **_options: None
    return shell


def run(shell, source: str) -> str:
    """Run a cell; the error in one line, or nothing."""
    result = shell.run_cell(source, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    return "" if error is None else f"{type(error).__name__}: {error}"[:300]


def student(shell, exercises, line: socket.socket, job: dict, user: int) -> None:
    """The child: give up every right, run the cells, answer the questions."""
    limits = job["limits"]
    loads, dumps, timer = json.loads, json.dumps, signal.setitimer  # pristine, whatever the student's code replaces
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), Silence(), Silence()
    if job["drop_root"]:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    if job["sealed"]:
        resource.setrlimit(resource.RLIMIT_NPROC, (limits["processes"],) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_mb"] * MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["file_mb"] * MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(limits["total_s"]) + 1,) * 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits["open_files"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, out_of_time)
    answer, not_yet = exercises.answer, exercises.NotYet
    stream = line.makefile("rwb")
    read, write, flush = stream.readline, stream.write, stream.flush

    def send(message: dict) -> None:
        write(dumps(message).encode() + b"\n")
        flush()

    order = loads(read())
    for number, source in order["cells"]:
        send({"cell": number})
        timer(signal.ITIMER_REAL, limits["cell_s"], 1)  # again each second, if the student's code swallows it
        try:
            error = run(shell, source)
        except Stopped:
            error = "Stopped: "
        except BaseException as other:
            error = type(other).__name__
        timer(signal.ITIMER_REAL, 0)
        if error.startswith("Stopped: "):
            error = f"stopped after {limits['cell_s']:g} s"
        send({"cell": number, "error": error})
    send({"ready": True, "token": order["token"]})
    while line_read := read():
        question = loads(line_read)
        timer(signal.ITIMER_REAL, limits["ask_s"], 1)
        try:
            reply = {"value": answer(question["ask"], shell.user_ns)}
        except not_yet as reason:
            reply = {"not_yet": str(reason)[:300]}
        except Stopped:
            reply = {"not_yet": f"No answer after {limits['ask_s']:g} s: an endless loop?"}
        except BaseException as other:
            reply = {"not_yet": f"Your code stopped with {type(other).__name__}."}
        timer(signal.ITIMER_REAL, 0)
        send({**reply, "token": question["token"]})


def out_of_time(*_signal) -> None:
    raise Stopped


class Silence(io.TextIOBase):
    """A place for output that nobody reads: 200 MB of it cost nothing."""

    encoding = "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


if __name__ == "__main__":
    main()
