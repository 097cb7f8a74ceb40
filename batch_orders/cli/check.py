"""The command `check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from batch_orders.cli.exits import Exit, exit_for
from batch_orders.cli.explain import explain
from batch_orders.cli.options import current_settings
from batch_orders.cli.progress import reading_progress
from batch_orders.cli.reading import read_options, row_rules
from batch_orders.cli.show import (
    SHOWN_PROBLEMS,
    describe_sheet,
    open_console,
    say_json,
    show_corrections,
    show_problems,
)
from batch_orders.cli.target import refuse_target
from batch_orders.core.results import Status
from batch_orders.core.wording import counted
from batch_orders.errors import ConfigurationError, SheetError
from batch_orders.service.check import check_sheet
from batch_orders.settings import ReadingOptions
from batch_orders.validation.rules import KEPT_PROBLEMS

if TYPE_CHECKING:
    from batch_orders.validation.grouping import Grouping

NO_ROWS = {"total": 0, "valid": 0, "invalid": 0}


def check_sheets(
    sheets: tuple[Path, ...], reading: ReadingOptions, corrections: Path | None, as_json: bool
) -> int:
    if corrections and len(sheets) > 1:
        raise ConfigurationError("--corrections is for one sheet. Check the sheets one by one.")
    if corrections:
        refuse_target(corrections, sheets)
    console = open_console(aside=as_json)
    outcomes = [check_one(console, path, reading, corrections) for path in sheets]
    code = max(code for code, _ in outcomes)
    if as_json:
        say_json(code, [described for _, described in outcomes])
    return code


def check_one(
    console: Console, path: Path, words: ReadingOptions, corrections: Path | None
) -> tuple[Exit, dict[str, Any]]:
    console.print(Text(str(path), style="bold"))
    settings = current_settings()
    options, rules = read_options(words, settings), row_rules(words, settings)
    kept = KEPT_PROBLEMS if corrections else SHOWN_PROBLEMS
    try:
        with reading_progress(console) as progress:
            grouping = check_sheet(path, options, rules, progress, kept)
    except SheetError as error:
        console.print(Text(f"Error: {explain(error)}", style="red"))
        return exit_for(error), describe_sheet(path.name, "", NO_ROWS, {}, "")
    show_findings(console, grouping)
    if corrections:
        correct(console, grouping, corrections)
    held_back = int(grouping.held_back.sum())
    counts = {Status.INVALID: held_back, Status.NOT_SUBMITTED: grouping.total - held_back}
    code = Exit.ATTENTION if grouping.findings.errors else Exit.DONE
    return code, describe_sheet(path.name, "", count_rows(grouping), counts, "")


def correct(console: Console, grouping: Grouping, path: Path) -> None:
    from batch_orders.report.corrections import write_corrections
    from batch_orders.validation.grouping import held_back_rows

    if not grouping.held_back.any():
        console.print("No row is held back, so there is nothing to correct.")
        return
    write_corrections(grouping.rows.sheet, held_back_rows(grouping), grouping.findings.kept, path)
    show_corrections(console, path, grouping.findings)


def count_rows(grouping: Grouping) -> dict[str, int]:
    total, invalid = grouping.rows.total, int(grouping.faulty.sum())
    return {"total": total, "valid": total - invalid, "invalid": invalid}


def show_findings(console: Console, grouping: Grouping) -> None:
    sheet = grouping.rows.sheet
    for assumption in sheet.assumptions:
        console.print(Text(assumption))
    show_problems(console, grouping.findings.kept, grouping.findings.count, several=len(sheet.worksheets) > 1)
    rows, held_back = count_rows(grouping), int(grouping.held_back.sum())
    console.print(
        f"{counted(rows['total'], 'row')}, {rows['invalid']:,} with errors. "
        f"{counted(grouping.total, 'order')}, {held_back:,} held back. "
        f"{counted(grouping.findings.warnings, 'warning')}."
    )
