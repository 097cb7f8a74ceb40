"""One sheet that is to be ordered, read and judged with its progress on the console."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from batch_orders.cli.progress import reading_progress
from batch_orders.cli.start_up import collecting_later
from batch_orders.core.rules import UnknownVendors
from batch_orders.core.vendors import Offer
from batch_orders.service.check import check_sheet
from batch_orders.service.reading import read_options, row_rules
from batch_orders.settings import Settings

if TYPE_CHECKING:
    from batch_orders.validation.grouping import Grouping


def read_sheet(console: Console, path: Path, settings: Settings, offers: tuple[Offer, ...]) -> Grouping:
    """Read and validate one sheet, with its progress on the console. Raises SheetError."""
    options, rules = read_options(settings), row_rules(settings, offers, UnknownVendors.HOLD)
    with reading_progress(console) as events, collecting_later():
        return check_sheet(path, options, rules, events, keep_data=True)
