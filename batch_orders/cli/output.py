"""Standard output and standard error that can never stop a run.

A reader that went away (`| head`), a terminal that was closed, or an encoding that lacks a letter
ends or blurs what is shown. Orders are sent on, the report is written, the exit code stays.
"""

from __future__ import annotations

import io
import os
import select
import sys
from contextlib import suppress
from typing import TextIO

STANDARD = (0, 1, 2)


def steady_output() -> None:
    """Make this process's standard streams steady. For the start of the command line only."""
    fill_closed_streams()
    sys.stdin = sys.stdin or open_text(0, "r")
    sys.stdout = steady(sys.stdout or open_text(1, "w"))
    sys.stderr = steady(sys.stderr or open_text(2, "w"))


def fill_closed_streams() -> None:
    """Put nothing where a standard stream was closed from the start.

    The next file that is opened would take its number, and a ledger that is file 2 would be written
    into by whoever complains.
    """
    for number in STANDARD:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one


def open_text(number: int, mode: str) -> TextIO:
    return io.TextIOWrapper(io.FileIO(number, mode, closefd=False), encoding="utf-8")


def steady(stream: TextIO) -> TextIO:
    """The same stream, whose writes never raise; what its encoding lacks becomes "?"."""
    binary = getattr(stream, "buffer", None)
    if binary is None:
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(Unbreakable(getattr(binary, "raw", binary))),
        encoding=stream.encoding,
        errors="replace",
        line_buffering=True,
    )


class Unbreakable(io.RawIOBase):
    """Writes for as long as somebody can read, and then nowhere."""

    def __init__(self, inner: io.RawIOBase) -> None:
        self._inner = inner
        self.gone = False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._inner.fileno()

    def isatty(self) -> bool:
        return self._inner.isatty()

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]  # whatever a buffered writer hands on
        while not self.gone:
            try:
                written = self._inner.write(view)
                if written is not None:
                    return written
                # None: the reader of a non-blocking pipe is slow, and has not gone away.
                select.select([], [self._inner], [])
            except (OSError, ValueError):
                self.gone = True
        return view.nbytes


def write_now(sentence: bytes) -> None:
    """To standard error, past every buffer: safe in a signal handler, also where the terminal is gone."""
    with suppress(OSError):
        os.write(2, sentence)
