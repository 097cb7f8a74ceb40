"""What is changed for the whole process. Only a process that is the command line alone may do this."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING

from batch_orders.errors import MachineError

if TYPE_CHECKING:
    from batch_orders.sheet.process import WaitingReader


WAIT_FOR_THE_LOCK = 0.0002
"""Seconds, in place of 5 ms. Arrow works without the interpreter's lock, beside what Python does, and needs it back
a hundred times for a sheet.
"""


def tune_process() -> None:
    """Called once, before anything large is imported."""
    # Arrow's usual allocator hands pages back to the system all the time, and takes a third longer here.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    # numpy would start threads for matrices, of which there are none here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # pandera imports hypothesis where it finds it, to make data up: a sixth of a second for nothing.
    if "hypothesis" not in sys.modules:
        sys.modules["hypothesis"] = None  # type: ignore[assignment]
    sys.setswitchinterval(WAIT_FOR_THE_LOCK)


M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -2, -3, -8
KEPT_BY_MALLOC = {
    M_TRIM_THRESHOLD: 2**31 - 1,
    M_TOP_PAD: 64 << 20,
    M_MMAP_THRESHOLD: 32 << 20,
    M_ARENA_MAX: 1,
}
"""glibc's options (malloc.h), in bytes, of which 32 MiB are the most that it takes; and one heap for all threads."""


def keep_memory() -> None:
    """Keep what is freed, for a process that soon ends: fetching pages anew takes a twentieth of a large check."""
    if sys.platform != "linux":
        return
    import ctypes

    with suppress(AttributeError):  # musl's has none
        for option, size in KEPT_BY_MALLOC.items():
            ctypes.CDLL(None).mallopt(option, size)


HELP = {"-h", "--help"}


def prepare_to_read(words: list[str]) -> None:
    """Start the reader of `check` before all else, so that both get ready at the same time."""
    if words[:1] == ["check"] and HELP.isdisjoint(words):
        keep_memory()
        with suppress(MachineError):  # said where a sheet is to be read
            waiting_reader()


@cache
def waiting_reader() -> WaitingReader:
    """The reader that was started ahead. Raises MachineError where it cannot be started."""
    from batch_orders.sheet.process import WaitingReader

    return WaitingReader()


MANY = 100_000
"""Values, of which a look through all of them takes some hundredths of a second."""


@contextmanager
def collecting_later() -> Iterator[None]:
    """While a sheet is checked, millions of values are made and next to none in a cycle: looking takes long.

    Where there are many at the end, they are not looked through before the next sheet, or the end of the process.
    """
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > MANY:
            gc.freeze()
        gc.enable()
