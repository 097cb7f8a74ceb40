"""A reader that is started ahead: it has imported what reading needs, and forks a process for each file.

What is forked is as isolated, and under the same caps, as a process that is started anew; nothing of who asks is
in it. Where it cannot be had, or has ended, each file's process is started anew.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NoReturn

from batch_orders.core.module_path import module_path
from batch_orders.sheet.process import isolated_variables

BOOTSTRAP = "import sys; sys.path[:] = {path!r}; from batch_orders.sheet.ahead import main; main({fd})"
NEEDED = (
    *("batch_orders.sheet.content", "batch_orders.sheet.csv.table", "batch_orders.sheet.csv.guessed"),
    *("batch_orders.sheet.tables.worksheets", "batch_orders.sheet.formats.workbook", "pyarrow.compute"),
    *("batch_orders.sheet.formats.ods", "batch_orders.sheet.formats.html"),
    # pyarrow and zipfile import these when they are used first.
    *("dateutil.relativedelta", "encodings.cp437"),
)
"""What nearly every file needs; other formats import what they need besides."""
QUIET = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""A fork would have none of that thread, but the locks that it held."""
TASKS = Path("/proc/self/task")
ASKED = b"read"


class ForkedReader:
    """A process that reads one file, with the part of subprocess.Popen's face that `Reading` needs."""

    def __init__(self, pid: int, process: int, stdin: IO[str] | None, stdout: IO[str] | None) -> None:
        """`process` is a pidfd: it names this process alone, also after `pid` was given to another one."""
        self.pid = pid
        self.process = process
        self.stdin = stdin
        self.stdout = stdout

    def poll(self) -> int | None:
        """None as long as it lives. How it ended is not known."""
        return 0 if self.process < 0 or select.select([self.process], [], [], 0)[0] else None

    def kill(self) -> None:
        if self.process >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.process, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        if self.process >= 0:
            if not select.select([self.process], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            process, self.process = self.process, -1
            os.close(process)
        return 0


@dataclass(frozen=True, slots=True)
class ReaderAhead:
    """The way to a reader that was started ahead. Several processes may share it."""

    line: socket.socket
    process: subprocess.Popen[bytes] | None = None
    """None where another process started it."""

    def close(self) -> None:
        """It ends when everybody has done so."""
        self.line.close()
        if self.process:
            self.process.wait()

    def start(self, request: Mapping[str, Any]) -> ForkedReader | None:
        """Have a process read a file. None where there is no such reader, or no longer."""
        with ExitStack() as ours, ExitStack() as theirs:
            read_input, stdin = pipe(theirs, ours, "w")
            write_output, stdout = pipe(theirs, ours, "r")
            answers, asked = (theirs.enter_context(end) for end in socket.socketpair())
            try:
                socket.send_fds(self.line, [ASKED], [read_input, write_output, asked.fileno()])
                asked.close()
                pid, processes, *_ = socket.recv_fds(answers, 16, 1)
            except OSError:
                return None
            if not processes:
                return None
            ours.pop_all()
        with suppress(BrokenPipeError):
            stdin.write(json.dumps(request) + "\n")
            stdin.flush()
        return ForkedReader(int(pid), processes[0], stdin, stdout)


def pipe(theirs: ExitStack, ours: ExitStack, mode: str) -> tuple[int, IO[str]]:
    """Their end, and ours as a file of text."""
    reader, writer = os.pipe()
    mine, other = (writer, reader) if mode == "w" else (reader, writer)
    theirs.callback(os.close, other)
    return other, ours.enter_context(os.fdopen(mine, mode, encoding="utf-8"))


def start_ahead() -> ReaderAhead | None:
    """Start one. It ends when nobody holds the way to it any more. None where the system has no such thing."""
    if not hasattr(os, "pidfd_open"):
        return None
    line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", "-c", BOOTSTRAP.format(path=module_path(), fd=theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=isolated_variables() | QUIET,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        except OSError:
            line.close()
            return None
    return ReaderAhead(line, process)


# In the process itself.


def main(fd: int) -> None:
    """Fork a process for each request that comes through the socket `fd`, until nobody can ask any more."""
    from batch_orders.sheet.child import import_arrow

    import_arrow()
    for name in NEEDED:
        import_module(name)
    if len(list(TASKS.iterdir())) > 1:
        return  # whoever asks finds the socket closed
    with socket.socket(fileno=fd) as line:
        while streams := receive(line):
            process = os.fork()
            if process == 0:
                read(*streams[:2])
            answer(process, streams)


def receive(line: socket.socket) -> list[int]:
    """The process's standard input and output, and where its pidfd is to be sent; [] at the end."""
    return socket.recv_fds(line, len(ASKED), 3)[1]


def answer(process: int, streams: list[int]) -> None:
    pidfd = os.pidfd_open(process)
    with socket.socket(fileno=streams[2]) as asked, suppress(OSError):  # who asked may be gone
        socket.send_fds(asked, [str(process).encode()], [pidfd])
    for each in (pidfd, *streams[:2]):
        os.close(each)
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def read(stdin: int, stdout: int) -> NoReturn:
    """Become a process as one that is started anew: a session of its own, and no file but its two streams."""
    try:
        os.setsid()
        os.dup2(stdin, 0)
        os.dup2(stdout, 1)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        from batch_orders.sheet.child import main as read_file

        read_file(json.loads(sys.stdin.readline()))
    finally:
        os._exit(1)
