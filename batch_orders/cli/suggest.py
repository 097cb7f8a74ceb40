"""The option --apply-suggestions: the sheet with every suggestion filled in, as a workbook of its own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from batch_orders.core.wording import counted

if TYPE_CHECKING:
    from batch_orders.validation.grouping import Grouping


def suggest(console: Console, grouping: Grouping, path: Path) -> None:
    """Write it, and say where it lies. Raises ReportError."""
    from batch_orders.report.file import save_only
    from batch_orders.report.suggested import write_suggested

    found = grouping.findings
    count = sum(bool(problem.suggestion) for problem in found.kept)
    if not count:
        console.print("Nothing is suggested for this sheet, so no workbook with suggestions was written.")
        return
    write = partial(write_suggested, grouping.rows.sheet, found.kept)
    save_only(path, "workbook with the suggestions", write)
    console.print(Text(f"The sheet with {counted(count, 'suggestion')} filled in: {path}"))
    console.print("Look at the marked cells, then hand it in. Nothing of it was ordered yet.")
