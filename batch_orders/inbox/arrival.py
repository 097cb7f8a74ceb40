"""When a file in the inbox is whole: its sender has finished writing it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from batch_orders.inbox.names import READY, Named, judge_name, safe_path
from batch_orders.inbox.store import Found, LeftOut, Mark

NO_SHEET = (
    "its name is not that of a sheet, such as .xlsx or .csv. If it is one, rename it; if not, take it away."
)


@dataclass(slots=True)
class Arrivals:
    """Remembers since when each file has not changed.

    A file is whole after `seconds` without a change of size and time, as this process saw it:
    clocks of other machines, and times that copying keeps, prove nothing. With `ready_files`
    it is whole once NAME.ready lies beside it. What `has_writer` says somebody writes to is not whole.
    """

    seconds: float
    ready_files: bool = False
    has_writer: Callable[[PurePosixPath], bool] = lambda _: False
    clock: Callable[[], float] = time.monotonic
    _since: dict[PurePosixPath, tuple[Mark, float]] = field(default_factory=dict)

    def candidates(self, found: Sequence[Found]) -> list[Found]:
        """What is a sheet by its name, in the order of arrival."""
        files = [each for each in found if judge_name(each.path.name) is Named.SHEET]
        return sorted(files, key=lambda each: (each.changed, str(each.path)))

    def others(self, found: Sequence[Found]) -> list[LeftOut]:
        """What is no sheet by its name and no clutter either."""
        return [
            LeftOut(safe_path(each.path), NO_SHEET)
            for each in sorted(found, key=lambda each: each.path)
            if judge_name(each.path.name) is Named.OTHER
            and not (self.ready_files and each.path.suffix == READY)
        ]

    def whole(self, found: Sequence[Found]) -> list[Found]:
        """Of the files that were found now, those that may be taken, in the order of arrival."""
        return [each for each in self._settled(found) if not self.has_writer(each.path)]

    def _settled(self, found: Sequence[Found]) -> list[Found]:
        if self.ready_files:
            names = {each.path for each in found}
            return [each for each in self.candidates(found) if ready_of(each.path) in names]
        now = self.clock()
        since: dict[PurePosixPath, tuple[Mark, float]] = {}
        for each in self.candidates(found):
            mark, when = self._since.get(each.path, (each.mark, now))
            since[each.path] = (mark, when) if mark == each.mark else (each.mark, now)
        self._since = since
        return [each for each in self.candidates(found) if now - since[each.path][1] >= self.seconds]


def ready_of(path: PurePosixPath) -> PurePosixPath:
    return path.with_name(path.name + READY)
