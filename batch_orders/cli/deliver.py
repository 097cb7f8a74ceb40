"""What a person gets back: the report, and beside it what else the result gives rise to."""

from __future__ import annotations

import tempfile
from collections.abc import Collection

from rich.console import Console
from rich.text import Text

from batch_orders.cli.show import show_corrections
from batch_orders.core.results import BatchResult, Kind
from batch_orders.errors import ConfigurationError
from batch_orders.service.deliver import Delivered, deliver
from batch_orders.settings import ReportOptions

NAMES = {Kind.REPORT: "Report", Kind.RESULT_CSV: "Result CSV"}
USUAL = (Kind.REPORT, Kind.CORRECTIONS)


def prove_writable(options: ReportOptions) -> None:
    """Find out before anything is sent that a report can be written."""
    from batch_orders.report.file import make_folder

    folder = options.report.parent if options.report else options.reports_dir
    try:
        make_folder(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
        if options.report and options.report.is_dir():
            raise IsADirectoryError(0, "it is a folder")
    except OSError as error:
        raise ConfigurationError(
            f"No report can be written to {options.report or folder}: {error.strerror}. Nothing was sent. "
            "Name another place with --report or --reports-dir."
        ) from None


def hand_back(
    console: Console, result: BatchResult, options: ReportOptions, kinds: Collection[Kind] = USUAL
) -> Delivered:
    """Write what is due and say where it lies. What cannot be written is said and no more."""
    console.print()
    delivered = deliver(result, options.reports_dir, kinds, options.report)
    for fault in delivered.faults:
        lost = f"Error: {fault} The ledger has it all: hand the sheet in again for a report."
        console.print(Text(lost, style="red"))
    for kind, path in delivered.files.items():
        if kind is Kind.CORRECTIONS:
            draft = result.draft
            show_corrections(console, path, draft.problem_count - len(draft.problems))
        else:
            console.print(Text(f"{NAMES[kind]}: {path}"), soft_wrap=True)
    return delivered
