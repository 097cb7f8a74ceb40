"""One file that is being read, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from batch_orders.core.model import Field, Problem, Severity
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.options import ReadOptions
from batch_orders.sheet.tables.header_names import Names

Tick = Callable[[int], None]
"""Told how many more rows were read."""


@dataclass(frozen=True, slots=True)
class Job:
    """`folder` is for files of the reader's own. `problems`, `assumptions`, `origins` grow while the file is read."""

    path: Path
    data: bytes = field(repr=False)
    options: ReadOptions
    tick: Tick
    folder: Path
    problems: list[Problem] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> Names:
        return Names(self.options.columns, frozenset(Field) - self.options.optional)

    def warn(self, worksheet: str, code: ReadCode, message: str, value: str = "") -> None:
        """Note a warning about a worksheet, or about the file as a whole where it is ""."""
        self.problems.append(Problem(Severity.WARNING, worksheet, None, "", value, code, message))
