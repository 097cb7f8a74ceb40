"""Bytes of any supported format → text cells with true positions.

A file is read in a child process under caps, so that no file can take the program down with it.
`begin_reading` starts that child and returns at once; the time until `Reading.sheet` is asked for is free
for other work.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from batch_orders.core.model import Sheet
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.options import ReadOptions
from batch_orders.sheet.process import Ahead, Reading

__all__ = ["Ahead", "ReadCode", "ReadOptions", "Reading", "begin_reading", "read_sheet"]


def begin_reading(
    path: Path, options: ReadOptions | None = None, *, keep_data: bool = False, ahead: Ahead | None = None
) -> Reading:
    """Start to read the file at `path`. Raises SheetError where there is no such file.

    With `keep_data` the sheet has the file's own bytes. `ahead` is a reader that was started ahead, if there is one.
    """
    return Reading(path, options or ReadOptions(), keep_data, ahead)


def read_sheet(
    path: Path,
    options: ReadOptions | None = None,
    progress: Callable[[int], None] | None = None,
    *,
    keep_data: bool = False,
) -> Sheet:
    """Read the file at `path`. `progress` is told the rows read so far.

    Raises SheetError, with a sentence for the person, where it cannot be read, lacks a required column or
    holds no rows.
    """
    return begin_reading(path, options, keep_data=keep_data).sheet(progress)
