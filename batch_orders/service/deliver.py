"""Deliver: the files that a person gets back of a result. None replaces a file that exists."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from batch_orders.core.mending import problems_to_mend, rows_to_mend
from batch_orders.core.results import BatchResult, Kind
from batch_orders.errors import ReportError
from batch_orders.report import write_new_report, write_report
from batch_orders.report.corrections import write_corrections
from batch_orders.report.file import save_new
from batch_orders.report.result_csv import write_result_csv
from batch_orders.report.rows_csv import write_rows_csv

TEXT_ENDINGS = (".csv", ".tsv", ".tab", ".txt")


@dataclass(frozen=True, slots=True)
class Delivered:
    """The files that were written, and a sentence for each that could not be."""

    files: Mapping[Kind, Path] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    @property
    def report(self) -> Path | None:
        return self.files.get(Kind.REPORT)


def usual_kinds(result: BatchResult) -> tuple[Kind, ...]:
    """What somebody gets who asked for nothing in particular: a result CSV only for a sheet that is CSV."""
    return tuple(kind for kind in Kind if kind is not Kind.RESULT_CSV or result.sheet.csv is not None)


def deliver(
    result: BatchResult, folder: Path, kinds: Collection[Kind], report: Path | None = None
) -> Delivered:
    """Write these kinds of files; `report` is a name that somebody chose for the report.

    Corrections are written only where rows are to be mended. What cannot be written is said and no more: the
    ledger has it all.
    """
    files: dict[Kind, Path] = {}
    faults: list[str] = []
    beside = report or folder / Path(result.sheet.name).with_suffix(".xlsx").name
    for kind in Kind:
        if kind not in kinds or (kind is Kind.CORRECTIONS and not rows_to_mend(result)):
            continue
        try:
            files[kind] = write(kind, result, beside, report is not None)
        except ReportError as error:
            faults.append(str(error))
        if kind is Kind.REPORT and kind in files:
            beside = files[kind]
    return Delivered(files, tuple(faults))


def write(kind: Kind, result: BatchResult, beside: Path, named: bool) -> Path:
    """Write one file; the others are named after the report, which is `beside` once it is written."""
    match kind:
        case Kind.REPORT if named:
            write_report(result, beside)
            return beside
        case Kind.REPORT:
            return write_new_report(result, datetime.now().astimezone(), beside.parent)
        case Kind.CORRECTIONS:
            path = beside.with_name(f"{beside.stem} corrections.xlsx")
            return save_new(
                path,
                "corrections workbook",
                partial(write_corrections, result.sheet, rows_to_mend(result), problems_to_mend(result)),
            )
        case Kind.RESULT_CSV:
            own = Path(result.sheet.name).suffix
            ending = own if own.lower() in TEXT_ENDINGS else ".csv"
            path = beside.with_name(f"{beside.stem} result{ending}")
            own_lines = result.sheet.csv is not None and bool(result.sheet.data)
            writer = write_result_csv if own_lines else write_rows_csv
            return save_new(path, "result CSV", partial(writer, result))
