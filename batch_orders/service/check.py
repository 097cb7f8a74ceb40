"""The first step, which needs neither key nor network: sheet → rows → orders and problems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from batch_orders.core.file_names import TEXT_ENDINGS
from batch_orders.core.rules import KEPT_PROBLEMS, RowRules
from batch_orders.service.events import Events, guard
from batch_orders.sheet import Ahead, ReadOptions, begin_reading

if TYPE_CHECKING:
    from batch_orders.validation.grouping import Grouping

SILENT = Events()

LARGE = 4 << 20
"""Bytes. A fault is likely in such a workbook, and reading it takes seconds, with nothing to do beside it."""


def check_sheet(
    path: Path,
    options: ReadOptions,
    rules: RowRules | None = None,
    events: Events = SILENT,
    kept: int = KEPT_PROBLEMS,
    *,
    keep_data: bool = False,
    ahead: Ahead | None = None,
) -> Grouping:
    """Read and validate a sheet.

    The first `kept` errors and as many warnings are put in words. With `keep_data` the sheet has
    the file's own bytes. `ahead` is a reader that was started ahead. Raises SheetError where it cannot be read.
    """
    observer = guard(events)
    with begin_reading(path, options, keep_data=keep_data, ahead=ahead) as reading:
        # Imported and loaded here, while a process of its own reads: it takes most of a second.
        from batch_orders.validation import validate_rows
        from batch_orders.validation.grouping import group_rows
        from batch_orders.validation.problems import prepare_to_find
        from batch_orders.validation.vectorised import load_lists

        if reading.size > LARGE and path.suffix.lower() not in TEXT_ENDINGS:
            prepare_to_find()
        load_lists()
        return group_rows(validate_rows(reading.sheet(observer.rows_read), rules, kept), kept)
