"""Starts of the program as forks of one warmed process: the tests' side. See tests.harness.warm for the other.

A start costs milliseconds where a new interpreter needs seconds to import everything. What is forked is a
process like any other: it has an id, takes signals, and ends with an exit code.
"""

from __future__ import annotations

import atexit
import io
import os
import pickle
import select
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from batch_orders.cli import main

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds after which a process hangs. No test waits for it."""
WARMED_VARIABLES = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
"""What only a new interpreter heeds, as the warmed process was started with it."""
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""Keeps what is imported from starting threads: a fork has none of them, but has the locks that they held."""


@dataclass(frozen=True, slots=True)
class Start:
    """One start: what is run, where, with which words, and what is called in the process before.

    Functions are sent by their names, so that they must stand in modules that can be imported.
    """

    words: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    before: Callable[[], object] | None = None
    program: Callable[[], object] = main


class Forked:
    """A process that was forked, with as much of the face of subprocess.Popen as tests need."""

    def __init__(self, pid: int, ending: int, stdout: IO[str] | None, stderr: IO[str] | None) -> None:
        """`ending` is a pipe: the warmed process writes how this one ended to it."""
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None
        self.worked = 0.0
        """Seconds of processor time, once it has ended."""
        self.peak = 0
        """KiB of memory at the most, once it has ended."""
        self.ending = ending

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float = PATIENCE) -> int:
        """How it ended: an exit code, or the number of a signal below zero."""
        if self.returncode is None:
            if not select.select([self.ending], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
            said = os.read(self.ending, 256).split()
            os.close(self.ending)
            if not said:
                raise EOFError("The warmed process has ended.")
            code, worked, peak = said
            self.worked, self.peak = float(worked), int(peak)
            self.returncode = int(code)
        return self.returncode

    def communicate(self, timeout: float = PATIENCE) -> tuple[str, str]:
        """Read what it prints until nobody can print any more, and wait for its end."""
        deadline = time.monotonic() + timeout
        said: dict[IO[str], bytes] = {stream: b"" for stream in (self.stdout, self.stderr) if stream}
        with selectors.DefaultSelector() as waiting:
            for stream in said:
                waiting.register(stream, selectors.EVENT_READ)
            while waiting.get_map():
                ready = waiting.select(max(0, deadline - time.monotonic()))
                if not ready:
                    raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
                for key, _ in ready:
                    piece = os.read(key.fd, 65536)
                    said[key.fileobj] += piece  # type: ignore[index]  # only the streams are registered
                    if not piece:
                        waiting.unregister(key.fileobj)
        self.wait(max(0, deadline - time.monotonic()))
        output, errors = (
            io.TextIOWrapper(io.BytesIO(said[stream]), "utf-8").read() if stream else ""
            for stream in (self.stdout, self.stderr)
        )
        return output, errors

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """End it, and give its pipes back."""
        self.kill()
        self.wait()
        for stream in (self.stdout, self.stderr):
            if stream:
                stream.close()

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Warmed:
    """A warmed process, reached at the socket `address` by its owner and by what was forked of others."""

    address: str

    def fork(self, starts: Sequence[tuple[Start, int, int, int]]) -> list[tuple[int, int]]:
        """Start all of them at the same moment. To each belong its standard input, output and errors.

        Returns their process ids, and the pipes that will tell how they ended.
        """
        endings = [os.pipe() for _ in starts]
        streams = [
            fd for (_, *three), (_, told) in zip(starts, endings, strict=True) for fd in (*three, told)
        ]
        wire = pickle.dumps([start for start, *_ in starts])
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.address)
            socket.send_fds(line, [len(wire).to_bytes(8)], streams)
            line.sendall(wire)
            with line.makefile("rb") as answers:
                answer = answers.readline()
        for _, told in endings:
            os.close(told)
        if not answer:
            raise EOFError("The warmed process has ended.")
        return list(zip(map(int, answer.split()), (ending for ending, _ in endings), strict=True))


def warm(kind: str, *words: str) -> Warmed:
    """Start a warmed process. It ends when this one does, and takes with it what it has forked."""
    folder = tempfile.mkdtemp(prefix="batch-orders-warm-")
    address = f"{folder}/socket"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(128)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.harness.warm", kind, str(listener.fileno()), folder, *words],
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD, **WARMED_VARIABLES},
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno()],
        )
    atexit.register(process.communicate)
    return Warmed(address)


@cache
def warmed_reader() -> Warmed:
    """The process whose forks read sheets. See tests.harness.reader."""
    return warm("reader")


@cache
def warmed() -> Warmed:
    """The warmed process of this test process, started when it is first needed."""
    return warm("program", warmed_reader().address)


def begin(start: Start, stdin: int | None = None) -> Forked:
    """Start the program beside the test, with its output and errors in pipes."""
    with Path(os.devnull).open("rb") as nothing:
        (output, write_output), (errors, write_errors) = os.pipe(), os.pipe()
        given = nothing.fileno() if stdin is None else stdin
        ((pid, ending),) = warmed().fork([(start, given, write_output, write_errors)])
    for fd in (write_output, write_errors):
        os.close(fd)
    return Forked(pid, ending, os.fdopen(output, encoding="utf-8"), os.fdopen(errors, encoding="utf-8"))


def begin_together(starts: Mapping[Path, Start]) -> list[Forked]:
    """Start many at the same moment. To each belongs a log, which its output and errors are added to."""
    with ExitStack() as mine:
        nothing = mine.enter_context(Path(os.devnull).open("rb")).fileno()
        logs = [mine.enter_context(log.open("ab")).fileno() for log in starts]
        begun = warmed().fork(
            [(start, nothing, log, log) for start, log in zip(starts.values(), logs, strict=True)]
        )
    return [Forked(pid, ending, None, None) for pid, ending in begun]
