"""The process that reads a sheet, as a fork of a warmed one.

Nothing in the program knows of it: it is put into the place of `subprocess` from outside, in forks and in tests of
what is read. Caps, streams and the code that runs are the program's own. Tests of the reader as a process start it
as the program does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

from batch_orders.sheet import process
from tests.harness.starts import Forked, Start, Warmed


class ForkedReader(Forked):
    """What the program holds of its reader."""

    def __init__(self, pid: int, ending: int, stdin: IO[str], stdout: IO[str]) -> None:
        super().__init__(pid, ending, stdout, None)
        self.stdin = stdin


def start_reader(
    warmed: Callable[[], Warmed], command: list[str], *, env: dict[str, str], **_: Any
) -> ForkedReader:
    """For subprocess.Popen of the program: standard input and output are pipes, errors go nowhere."""
    assert command[:-1] == [sys.executable, "-I", "-c"]
    (read_input, given), (output, write_output) = os.pipe(), os.pipe()
    start = Start([], Path.cwd(), env, before=os.setsid, program=partial(exec, command[-1], {}))
    with Path(os.devnull).open("wb") as nothing:
        ((pid, ending),) = warmed().fork([(start, read_input, write_output, nothing.fileno())])
    for fd in (read_input, write_output):
        os.close(fd)
    return ForkedReader(
        pid, ending, os.fdopen(given, "w", encoding="utf-8"), os.fdopen(output, encoding="utf-8")
    )


def warm_subprocess(warmed: Callable[[], Warmed]) -> SimpleNamespace:
    """What stands in for the module `subprocess` where the program starts its reader."""
    return SimpleNamespace(
        Popen=partial(start_reader, warmed), PIPE=subprocess.PIPE, DEVNULL=subprocess.DEVNULL
    )


def read_warmly(warmed: Warmed) -> None:
    """From now on, this process reads sheets in forks of `warmed`."""
    vars(process)["subprocess"] = warm_subprocess(lambda: warmed)
