"""The way to a process that has imported what children need, and forks them. See `warmed` for its side.

Nothing that takes long to import is imported here: it is started before anything else.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import dataclass

from batch_orders.core.module_path import module_path

HEADER = 8
"""Bytes that tell how many follow."""
RUN_WARMED = (
    "import sys; sys.path[:] = {path!r}; from batch_orders.sheet.ahead import start_ahead; "
    "ahead = start_ahead(); from batch_orders.web.warmed import main; main({fd}, ahead)"
)
QUIET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""Keeps what is imported from starting threads: a fork would have none of them, but the locks that they held."""


@dataclass(slots=True)
class Warmed:
    """`handed_on` are open files that all children inherit. `line` is None where there is no such process."""

    handed_on: tuple[int, ...] = ()
    line: socket.socket | None = None
    process: subprocess.Popen[bytes] | None = None

    def fork(self, told: bytes, writer: int) -> bool:
        """Have it fork a child that is told this. False where there is no such process, or no longer."""
        if self.line is None:
            return False
        try:
            socket.send_fds(self.line, [len(told).to_bytes(HEADER)], [writer])
            self.line.sendall(told)
        except OSError:
            self.close()
            return False
        return True

    def close(self) -> None:
        """Children that are at work go on."""
        if self.line:
            self.line.close()
            self.line = None


def warm_up(handed_on: tuple[int, ...]) -> Warmed:
    """Start it. Nobody waits for it. Elsewhere than on Linux there is none."""
    if not sys.platform.startswith("linux"):
        return Warmed(handed_on)
    line, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN_WARMED.format(path=module_path(), fd=theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(*handed_on, theirs.fileno()),
            env={**os.environ, **QUIET},
        )
    return Warmed(handed_on, line, process)
