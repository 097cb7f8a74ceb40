"""Workbooks through python-calamine: xlsx, xlsm, xlsb and xls → grids."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol

import python_calamine as calamine

from batch_orders.errors import SheetError
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.formats.archive import Archive
from batch_orders.sheet.formats.detect import SAVE_AS, Kind
from batch_orders.sheet.formats.parse_progress import ParseProgress
from batch_orders.sheet.formats.xls_parts import XlsParts
from batch_orders.sheet.formats.xlsb_parts import XlsbParts
from batch_orders.sheet.formats.xlsx_parts import XlsxParts
from batch_orders.sheet.job import Job
from batch_orders.sheet.tables.grid import Grid, Listed, Marks

BROKEN = (calamine.CalamineError, OSError)
DAMAGED = f"the workbook is damaged and cannot be read. {SAVE_AS}"

MACROS = "The sheet was left out: it is no worksheet, but one of macros. Orders on it are not read."


class PasswordNeededError(Exception):
    """The workbook is encrypted."""


class Parts(Protocol):
    """What the parts of a workbook tell beside the values."""

    @property
    def made_as(self) -> str: ...

    @property
    def plain(self) -> bytes:
        """A plain copy of the workbook, b"" where calamine reads it as it is."""

    @property
    def left_out(self) -> Collection[str]:
        """The sheets that are no worksheets and that calamine does not know."""

    def mark(self, worksheet: str, marks: Marks) -> None: ...

    def hidden_columns(self, worksheet: str) -> frozenset[int]:
        """Counted from 0."""


class Workbook:
    """An open workbook. Every method raises SheetError where the file is damaged.

    calamine reads a copy in the job's folder: what was looked into, hashed and read are the same bytes, or
    a plain copy of them.
    """

    def __init__(self, job: Job, kind: Kind) -> None:
        """Raises PasswordNeededError where the workbook is encrypted."""
        self.tick = job.tick
        self.parts = open_parts(job.data, kind, job.options.inflated)
        self.made_as = self.parts.made_as
        self.scanner = ThreadPoolExecutor(1)
        self.file = job.folder / f"workbook.{kind}"
        self.file.write_bytes(self.parts.plain or job.data)
        for name in self.parts.left_out:
            job.warn(name, ReadCode.WORKSHEET_LEFT_OUT, MACROS)
        with refusing_damage():
            self.book = calamine.CalamineWorkbook.from_path(self.file)

    def worksheets(self) -> Sequence[Listed]:
        return [
            Listed(sheet.name, sheet.visible == calamine.SheetVisibleEnum.Visible)
            for sheet in self.book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]

    def grid(self, name: str) -> Grid:
        """A worksheet. Its part is searched at the same time, since calamine needs no GIL meanwhile."""
        marks = Marks()
        marked = self.scanner.submit(self.parts.mark, name, marks)
        with refusing_damage(), self.progress(name, marks) as progress:
            sheet = self.book.get_sheet_by_name(name)
        merged = [
            (top + 1, bottom + 1, left) for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ()
        ]

        def complete() -> Marks:
            marked.result()
            marks.merged.extend(merged)
            return marks

        first_column = sheet.start[1] if sheet.start else 0
        hidden = self.parts.hidden_columns(name)
        return Grid(name, sheet.iter_rows(), complete, first_column, hidden, progress.share())

    def progress(self, name: str, marks: Marks) -> ParseProgress:
        """Only the parts of an xlsx workbook are counted while they are read."""
        span = self.parts.span(name) if isinstance(self.parts, XlsxParts) else (0, 0)
        return ParseProgress(self.file, span, lambda: marks.row_count, self.tick)


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Raises PasswordNeededError, and SheetError for whatever else calamine meets in a broken workbook."""
    try:
        yield
    except calamine.PasswordError as error:
        raise PasswordNeededError from error
    except BROKEN as error:
        raise SheetError(DAMAGED) from error
    except BaseException as error:
        # A panic in Rust is no Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise SheetError(DAMAGED) from None


def open_parts(data: bytes, kind: Kind, inflated: int) -> Parts:
    if kind is Kind.XLS:
        parts = XlsParts.open(data)
        if parts.encrypted:
            raise PasswordNeededError
        return parts
    archive = Archive(data, inflated)
    archive.check_xml()
    return XlsxParts(archive, inflated) if kind is Kind.XLSX else XlsbParts(archive)
