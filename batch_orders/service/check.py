"""The first stages, which need neither key nor network: sheet → rows → orders and problems."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from batch_orders.sheet import ReadOptions, begin_reading
from batch_orders.validation.rules import KEPT_PROBLEMS, RowRules

if TYPE_CHECKING:
    from batch_orders.validation.grouping import Grouping


def check_sheet(
    path: Path,
    options: ReadOptions,
    rules: RowRules | None = None,
    progress: Callable[[int], None] | None = None,
    kept: int = KEPT_PROBLEMS,
    *,
    keep_data: bool = False,
) -> Grouping:
    """Read and validate a sheet. `progress` hears how many rows were read so far.

    The first `kept` errors and as many warnings are put in words. With `keep_data` the sheet has
    the file's own bytes. Raises SheetError where it cannot be read.
    """
    with begin_reading(path, options, keep_data=keep_data) as reading, collecting_later():
        # Imported and loaded here, while a process of its own reads: it takes most of a second.
        from pyarrow import set_memory_pool, system_memory_pool

        with leaving_out("hypothesis"):
            from batch_orders.validation import validate_rows
            from batch_orders.validation.grouping import group_rows
            from batch_orders.validation.names import registry_suffixes

        registry_suffixes()
        # Arrow's usual allocator hands pages back to the system all the time, and takes a third longer here.
        set_memory_pool(system_memory_pool())
        return group_rows(validate_rows(reading.sheet(progress), rules, kept), kept)


@contextmanager
def leaving_out(module: str) -> Iterator[None]:
    """pandera imports hypothesis where it finds it, to make data up: a sixth of a second for nothing."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]


@contextmanager
def collecting_later() -> Iterator[None]:
    """Millions of values are made and next to none of them in a cycle: looking for cycles takes long.

    What there is at the end is not looked through before the next sheet, or the end of the process.
    """
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
