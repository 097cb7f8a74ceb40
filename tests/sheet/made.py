"""What the tests of reading share: a header, a row, and how a sheet is looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from batch_orders.core.model import Sheet

HEADER = ("Domain", "Mailbox", "Vendor", "Forwarding domain", "Contact")
ROW = ("acmemail.com", "ann@acmemail.com", "1", "forward.com", "Ann Lee")

Read = Callable[..., Sheet]
Make = Callable[..., Path]


def rows_of(sheet: Sheet, worksheet: int = 0) -> dict[int, list[str]]:
    """Row number → its cells."""
    cells = sheet.worksheets[worksheet].cells
    return {int(row): list(texts) for row, texts in zip(cells.index, cells.values.tolist(), strict=True)}


def found(sheet: Sheet) -> list[tuple[str, int | None, str]]:
    """Code, row and column of each problem."""
    return [(problem.code, problem.row, problem.column) for problem in sheet.problems]
