"""Child processes: they do what needs pandas or the key. The key is handed on without being read."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import batch_orders

BOOTSTRAP = (
    "import json, sys; request = json.loads(sys.stdin.readline()); sys.path[:] = request['sys_path']; "
    "from batch_orders.web.child import main; main(request)"
)
PAUSE = 0.05


def module_path() -> list[str]:
    """Where children find modules: where this process does."""
    here = str(Path(batch_orders.__file__).resolve().parents[1])
    return [here, *(str(Path(entry).absolute()) for entry in sys.path if entry)]


@dataclass(frozen=True, slots=True)
class Children:
    """Starts them. `request` is what every child is told; `handed_on` are open files that they inherit."""

    request: Mapping[str, Any]
    handed_on: tuple[int, ...] = ()
    running: set[subprocess.Popen[bytes]] = field(default_factory=set)

    def start(self, job: str, **words: Any) -> subprocess.Popen[bytes]:
        """A child in a session of its own: it outlives this process. It says its result in one line of JSON."""
        self.reap()
        process = subprocess.Popen(
            [sys.executable, "-c", BOOTSTRAP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            pass_fds=self.handed_on,
        )
        assert process.stdin
        self.running.add(process)
        request = {**self.request, "sys_path": module_path(), "job": job, **words}
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.close()
        except BrokenPipeError:
            pass  # the child is gone, which whoever waits for it finds out
        return process

    async def result(self, job: str, **words: Any) -> Mapping[str, Any]:
        """Start a child and wait for what it says. A child that died says {"fault": …}."""
        process = await asyncio.to_thread(self.start, job, **words)
        said = await asyncio.to_thread(read_result, process)
        self.reap()
        return said

    def reap(self) -> None:
        """Let go of children that have ended."""
        for process in tuple(self.running):
            if process.poll() is not None:
                self.running.discard(process)


def read_result(process: subprocess.Popen[bytes]) -> Mapping[str, Any]:
    assert process.stdout
    with process.stdout as stream:
        line = stream.readline()
    process.wait()
    try:
        said: Mapping[str, Any] = json.loads(line)
    except ValueError:
        return {"fault": "The process that was to do it broke down. Try again."}
    return said


def without_key(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name != "SMARTLEAD_API_KEY"}


def inherit(fd: int) -> int:
    os.set_inheritable(fd, True)
    return fd
