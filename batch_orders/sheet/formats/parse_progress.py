"""How far python-calamine has come in a worksheet, which it reads in one call without a word.

The one sign of it is how far it has read its file, which Linux tells of every open file. Elsewhere nothing is
told until the call returns.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from batch_orders.sheet.job import Tick

OPEN_FILES = Path("/proc/self/fd")
INTERVAL = 0.1
"""Seconds between two looks."""

FIRST_PASS, SECOND_PASS = 0.6, 0.2
"""Of the work on a row. calamine goes over a part twice, then for merged cells; the rest is ours."""


@dataclass(slots=True)
class ParseProgress:
    """Tells `tick` of rows while the block under it runs; `told` is how many in all.

    `span` is the part's place in the file, first byte and size; `row_count` gives the part's rows as far as
    they were counted.
    """

    file: Path
    span: tuple[int, int]
    row_count: Callable[[], int]
    tick: Tick
    told: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> ParseProgress:
        threading.Thread(target=self.watch, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()

    def watch(self) -> None:
        place = position_file(self.file)
        furthest, before = 0.0, 0.0
        while place and not self.over.wait(INTERVAL):
            read = self.part_read(position(place))
            furthest = before if read < before else furthest
            before = read
            share = FIRST_PASS * furthest + SECOND_PASS * read if furthest else FIRST_PASS * read
            rows = int(self.row_count() * share)
            if rows > self.told and not self.over.is_set():
                self.tick(rows - self.told)
                self.told = rows

    def part_read(self, position: int) -> float:
        """How much of the part lies before a position in the file, from 0 to 1."""
        start, size = self.span
        return min(max((position - start) / max(size, 1), 0.0), 1.0)

    def share(self) -> float:
        """How much of the work on each row was told of."""
        return self.told / max(self.row_count(), self.told, 1)


def position_file(file: Path) -> Path | None:
    """Where Linux tells how far `file` was read, None where it is not open or nothing is told."""
    try:
        for entry in OPEN_FILES.iterdir():
            if entry.is_symlink() and entry.readlink() == file:
                return Path("/proc/self/fdinfo") / entry.name
    except OSError:
        pass
    return None


def position(place: Path) -> int:
    try:
        return int(place.read_text().split(maxsplit=2)[1])
    except (OSError, ValueError, IndexError):
        return 0
