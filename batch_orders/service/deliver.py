"""Deliver: the files that a person gets back of a result. None replaces a file that exists."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

from batch_orders.core.file_names import ending_of, name_of
from batch_orders.core.mending import problems_to_mend, rows_to_mend
from batch_orders.core.results import BatchResult, Kind
from batch_orders.errors import ReportError
from batch_orders.report import write_report
from batch_orders.report.corrections import write_corrections
from batch_orders.report.file import numbered, save_first
from batch_orders.report.result_csv import write_result_csv
from batch_orders.report.rows_csv import write_rows_csv

WRITTEN = (Kind.CORRECTIONS, Kind.REPORT, Kind.RESULT_CSV)
NAMES = {Kind.CORRECTIONS: "corrections workbook", Kind.REPORT: "report", Kind.RESULT_CSV: "result CSV"}
"""As messages name the files."""
BESIDE = {Kind.CORRECTIONS: "corrections", Kind.RESULT_CSV: "result"}
"""What they are called beside a report whose name somebody chose."""


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
    result: BatchResult,
    folder: Path,
    kinds: Collection[Kind],
    report: Path | None = None,
    is_taken: Callable[[str], bool] | None = None,
) -> Delivered:
    """Write these kinds of files; `report` is a name that somebody chose for the report.

    Corrections are written only where rows are to be mended. The files of one round have the same number;
    `is_taken` says which names are taken where they end, which is `folder` unless it is said. What cannot be
    written is said and no more: the ledger has it all.
    """
    name = result.sheet.name
    due = [kind for kind in WRITTEN if kind is not Kind.CORRECTIONS or rows_to_mend(result)]
    places = Places.beside(name, report) if report else Places.numbered(name, folder, due, is_taken)
    files: dict[Kind, Path] = {}
    faults: list[str] = []
    # What the report says of the corrections must be so: it is written after them.
    corrections = places.first(Kind.CORRECTIONS).name if Kind.CORRECTIONS in due else ""
    for kind in due:
        if kind not in kinds:
            continue
        try:
            files[kind] = write(kind, result, places, corrections)
        except ReportError as error:
            faults.append(str(error))
        if kind is Kind.CORRECTIONS:
            corrections = files[kind].name if kind in files else ""
    return Delivered({kind: files[kind] for kind in Kind if kind in files}, tuple(faults))


@dataclass(frozen=True, slots=True)
class Places:
    """The names that a round's files may have, each kind's in their order. `report` is one that somebody chose."""

    paths: Callable[[Kind], Iterator[Path]]
    report: Path | None = None

    def first(self, kind: Kind) -> Path:
        return next(self.paths(kind))

    @classmethod
    def beside(cls, sheet_name: str, report: Path) -> Places:
        """`r corrections.xlsx`, or with a number where that is taken."""

        def paths(kind: Kind) -> Iterator[Path]:
            added = f"{BESIDE[kind]}{ending_of(sheet_name, kind)}"
            return free(numbered(report.with_name(f"{report.stem} {added}")))

        return cls(paths, report)

    @classmethod
    def numbered(
        cls, sheet_name: str, folder: Path, kinds: Sequence[Kind], is_taken: Callable[[str], bool] | None
    ) -> Places:
        taken = is_taken or (lambda name: os.path.lexists(folder / name))
        number = next(n for n in count(1) if not any(taken(name_of(sheet_name, kind, n)) for kind in kinds))
        return cls(lambda kind: (folder / name_of(sheet_name, kind, n) for n in count(number)))


def free(paths: Iterator[Path]) -> Iterator[Path]:
    return (path for path in paths if not os.path.lexists(path))


def write(kind: Kind, result: BatchResult, places: Places, corrections: str) -> Path:
    match kind:
        case Kind.REPORT if places.report:
            write_report(result, places.report, corrections)
            return places.report
        case Kind.REPORT:
            writer = partial(write_report, result, corrections=corrections)
        case Kind.CORRECTIONS:
            writer = partial(write_corrections, result.sheet, rows_to_mend(result), problems_to_mend(result))
        case Kind.RESULT_CSV:
            own_lines = result.sheet.csv is not None and bool(result.sheet.data)
            writer = partial(write_result_csv if own_lines else write_rows_csv, result)
    return save_first(places.paths(kind), NAMES[kind], writer)
