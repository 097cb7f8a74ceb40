"""Child processes: they do what needs pandas or the key. The key is handed on without being read.

On Linux they are forked from a process that has imported everything already and holds nothing; where
that cannot be, each is started anew.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import BufferedReader
from typing import Any

from batch_orders.core.module_path import module_path
from batch_orders.web.warming import Warmed

RUN_ONE = (
    "import json, sys; sys.path[:] = {path!r}; from batch_orders.web.child import main; "
    "main(json.loads(sys.stdin.readline()))"
)
BROKEN = {"fault": "The process that was to do it broke down. Try again."}


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
    """Starts them. `request` is what every child is told."""

    request: Mapping[str, Any]
    warmed: Warmed
    cold: set[subprocess.Popen[bytes]] = field(default_factory=set)

    def start(self, job: str, **words: Any) -> Job:
        """A child in a session of its own: it outlives this process."""
        self.reap()
        told = json.dumps({**self.request, "job": job, **words}).encode()
        reader, writer = os.pipe()
        try:
            if not self.warmed.fork(told, writer):
                self.begin(told, writer)
        finally:
            os.close(writer)
        return Job(os.fdopen(reader, "rb"))

    def begin(self, told: bytes, writer: int) -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN_ONE.format(path=module_path())],
            stdin=subprocess.PIPE,
            stdout=writer,
            start_new_session=True,
            pass_fds=self.warmed.handed_on,
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
        if self.warmed.process:
            self.warmed.process.poll()
