"""What a caller may ask of the reading of one sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from batch_orders.core.model import Field

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Overrules for the guesses of reading, and the caps of the child process that reads.

    `columns` maps a sheet's own header to a field name and wins over the built-in names.
    `optional` are fields whose column may be missing. `memory` and `inflated` are bytes,
    `seconds` is wall-clock time for a small file; see `time_limit`.
    """

    worksheet: str = ""
    header_row: int | None = None
    encoding: str = ""
    delimiter: str = ""
    password: str = field(default="", repr=False)
    columns: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[Field] = frozenset()
    memory: int = 2 * GIB
    seconds: float = 60.0
    inflated: int = 2 * GIB


SECONDS_PER_MIB = 2.0
LONGEST_SECONDS = 600.0
LARGEST_FILE = 512 * MIB
"""Bytes. A workbook of Excel's full 1,048,576 rows is some 30 to 100 MiB, such a CSV file up to 300 MiB."""


def time_limit(seconds: float, size: int) -> float:
    """Wall-clock seconds for a file of `size` bytes: 2 s more for each MiB, never above 600 s by growth."""
    return max(seconds, min(seconds + SECONDS_PER_MIB * size / MIB, LONGEST_SECONDS))
