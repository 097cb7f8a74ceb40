"""The first stages, which need neither key nor network: sheet → rows → orders and problems."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from batch_orders.rules import RowRules
from batch_orders.sheet import ReadOptions, begin_reading

if TYPE_CHECKING:
    from batch_orders.orders import Grouping


def check_sheet(
    path: Path,
    options: ReadOptions,
    rules: RowRules | None = None,
    progress: Callable[[int], None] | None = None,
) -> Grouping:
    """Read and validate a sheet. `progress` hears how many rows were read so far.

    Raises SheetError where it cannot be read.
    """
    with begin_reading(path, options) as reading:
        # Imported here, while a process of its own reads: it takes most of a second.
        from pyarrow import set_memory_pool, system_memory_pool

        from batch_orders.orders import group_rows
        from batch_orders.rows import validate_rows

        # Arrow's usual allocator hands pages back to the system all the time, and takes a third longer here.
        set_memory_pool(system_memory_pool())
        return group_rows(validate_rows(reading.sheet(progress), rules))
