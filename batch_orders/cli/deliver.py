"""What a person gets back: the report, and the corrections workbook where there are problems."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from batch_orders.cli.show import show_corrections
from batch_orders.core.results import BatchResult
from batch_orders.errors import ConfigurationError, ReportError
from batch_orders.report import write_new_report, write_report
from batch_orders.report.corrections import write_corrections
from batch_orders.settings import ReportOptions
from batch_orders.validation.grouping import Grouping, held_back_rows


def prove_writable(words: ReportOptions) -> None:
    """Find out before anything is sent that a report can be written."""
    folder = words.report.parent if words.report else words.reports_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        if words.report and words.report.is_dir():
            raise IsADirectoryError(0, "it is a folder")
    except OSError as error:
        raise ConfigurationError(
            f"No report can be written to {words.report or folder}: {error.strerror}. Nothing was sent. "
            "Name another place with --report or --reports-dir."
        ) from None


def hand_back(
    console: Console, result: BatchResult, words: ReportOptions, grouping: Grouping | None = None
) -> str:
    """Write the report, and beside it the rows to correct. Returns the report's path, or "".

    A workbook that cannot be written is said and no more: the ledger has it all.
    """
    try:
        path = write_to(result, words)
    except ReportError as error:
        lost = f"Error: {error} The ledger has it all: hand the sheet in again for a report."
        console.print(Text(lost, style="red"))
        return ""
    console.print(Text(f"Report: {path}"))
    if grouping is not None and grouping.held_back.any():
        hand_back_corrections(console, result, grouping, path.with_name(f"{path.stem} corrections.xlsx"))
    return str(path)


def write_to(result: BatchResult, words: ReportOptions) -> Path:
    if words.report is None:
        return write_new_report(result, datetime.now().astimezone(), words.reports_dir)
    write_report(result, words.report)
    return words.report


def hand_back_corrections(console: Console, result: BatchResult, grouping: Grouping, path: Path) -> None:
    try:
        write_corrections(result.sheet, held_back_rows(grouping), result.problems, path)
        show_corrections(console, path, grouping.findings)
    except ReportError as error:
        console.print(Text(f"Error: {error}", style="red"))
