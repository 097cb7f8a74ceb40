"""Child processes: they do what needs pandas or the key. The key is handed on without being read.

On Linux they are forked from a process that has imported everything already and holds nothing; where
that cannot be, each is started anew.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Any

import batch_orders
from batch_orders.web.warmed import HEADER

BEGIN = "import json, sys; sys.path[:] = {path!r}; "
RUN_ONE = BEGIN + "from batch_orders.web.child import main; main(json.loads(sys.stdin.readline()))"
RUN_WARMED = (
    BEGIN + "from batch_orders.sheet.ahead import start_ahead; from batch_orders.web.warmed import main; "
    "main({fd}, start_ahead())"
)
QUIET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""Keeps what is imported from starting threads: a fork would have none of them, but the locks that they held."""
BROKEN = {"fault": "The process that was to do it broke down. Try again."}


def module_path() -> list[str]:
    """Where children find modules: where this process does."""
    here = str(Path(batch_orders.__file__).resolve().parents[1])
    return [here, *(str(Path(entry).absolute()) for entry in sys.path if entry)]


@dataclass(frozen=True, slots=True)
class Job:
    """A child at work. It says its result in one line, and then ends."""

    stream: BufferedReader

    def ended(self) -> bool:
        return bool(select.select([self.stream], [], [], 0)[0])

    def result(self) -> Mapping[str, Any]:
        """Wait for it. A child that died says {"fault": …}."""
        with self.stream:
            line = self.stream.readline()
        try:
            said: Mapping[str, Any] = json.loads(line)
        except ValueError:
            return BROKEN
        return said


@dataclass(slots=True)
class Children:
    """Starts them. `request` is what every child is told; `handed_on` are open files that they inherit."""

    request: Mapping[str, Any]
    handed_on: tuple[int, ...] = ()
    line: socket.socket | None = None
    cold: set[subprocess.Popen[bytes]] = field(default_factory=set)

    def warm_up(self) -> None:
        """Start the process that children are forked from. Nobody waits for it."""
        if not sys.platform.startswith("linux"):
            return
        self.line, theirs = socket.socketpair()
        with theirs:
            self.cold.add(
                subprocess.Popen(
                    [sys.executable, "-c", RUN_WARMED.format(path=module_path(), fd=theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,
                    pass_fds=(*self.handed_on, theirs.fileno()),
                    env={**os.environ, **QUIET},
                )
            )

    def close(self) -> None:
        """Children that are at work go on."""
        if self.line:
            self.line.close()
            self.line = None

    def start(self, job: str, **words: Any) -> Job:
        """A child in a session of its own: it outlives this process."""
        self.reap()
        told = json.dumps({**self.request, "job": job, **words}).encode()
        reader, writer = os.pipe()
        try:
            if not self.fork(told, writer):
                self.begin(told, writer)
        finally:
            os.close(writer)
        return Job(os.fdopen(reader, "rb"))

    def fork(self, told: bytes, writer: int) -> bool:
        """False where there is no warmed process, or no longer."""
        if self.line is None:
            return False
        try:
            socket.send_fds(self.line, [len(told).to_bytes(HEADER)], [writer])
            self.line.sendall(told)
        except OSError:
            self.close()
            return False
        return True

    def begin(self, told: bytes, writer: int) -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN_ONE.format(path=module_path())],
            stdin=subprocess.PIPE,
            stdout=writer,
            start_new_session=True,
            pass_fds=self.handed_on,
        )
        assert process.stdin
        self.cold.add(process)
        with suppress(BrokenPipeError), process.stdin as stream:
            stream.write(told + b"\n")

    async def result(self, job: str, **words: Any) -> Mapping[str, Any]:
        """Start a child and wait for what it says."""

        def wait() -> Mapping[str, Any]:
            return self.start(job, **words).result()

        return await asyncio.to_thread(wait)

    def reap(self) -> None:
        """Let go of children that have ended."""
        for process in tuple(self.cold):
            if process.poll() is not None:
                self.cold.discard(process)


def inherit(fd: int) -> int:
    os.set_inheritable(fd, True)
    return fd
