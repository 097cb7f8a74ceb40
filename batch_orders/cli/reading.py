"""The sheets that are to be ordered, read and judged with their progress on the console."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from batch_orders.cli.explain import explain
from batch_orders.cli.progress import reading_progress
from batch_orders.cli.start_up import collecting_later
from batch_orders.core.results import SheetOutcome
from batch_orders.core.rules import UnknownVendors
from batch_orders.core.stops import Ending
from batch_orders.core.vendors import Offer
from batch_orders.errors import SheetError
from batch_orders.service.check import check_sheet
from batch_orders.service.preview import NewSheet
from batch_orders.service.reading import read_options, row_rules
from batch_orders.settings import Settings

if TYPE_CHECKING:
    from batch_orders.validation.grouping import Grouping


def read_sheet(console: Console, path: Path, settings: Settings, offers: tuple[Offer, ...]) -> Grouping:
    """Read and validate one sheet, with its progress on the console. Raises SheetError."""
    options, rules = read_options(settings), row_rules(settings, offers, UnknownVendors.HOLD)
    with reading_progress(console) as events, collecting_later():
        return check_sheet(path, options, rules, events, keep_data=True)


def read_and_order(
    console: Console,
    sheets: Sequence[Path],
    read: Callable[[Path], NewSheet],
    order: Callable[[Mapping[Path, NewSheet]], Mapping[Path, SheetOutcome]],
) -> list[SheetOutcome]:
    """The outcome of every sheet, in the order in which they were named; `order` gets all that can be read."""
    paths = tuple(dict.fromkeys(sheets))
    outcomes: dict[Path, SheetOutcome] = {}
    checked: dict[Path, NewSheet] = {}
    for path in paths:
        try:
            checked[path] = read(path)
        except SheetError as error:
            console.print(Text(f"Error: {explain(error)}", style="red"))
            outcomes[path] = SheetOutcome(path.name, Ending.REFUSED, fault=str(error))
    if checked:
        outcomes |= order(checked)
    return [outcomes[path] for path in paths]
