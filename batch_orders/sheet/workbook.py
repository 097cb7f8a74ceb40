"""Workbooks through python-calamine: xlsx, xlsm, xlsb and xls → grids."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import python_calamine as calamine

from batch_orders.errors import SheetError
from batch_orders.sheet.archive import Archive
from batch_orders.sheet.detect import SAVE_AS, Kind
from batch_orders.sheet.grid import Grid, Listed, Marks

FindMarks = Callable[[str], Marks]


class PasswordNeededError(Exception):
    """The workbook is encrypted."""


class Workbook:
    """An open workbook. Every method raises SheetError where the file is damaged."""

    def __init__(self, data: bytes, kind: Kind, inflated: int) -> None:
        """Raises PasswordNeededError where the workbook is encrypted."""
        self.find_marks = mark_reader(data, kind, inflated)
        self.scanner = ThreadPoolExecutor(1)
        try:
            self.book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        except calamine.CalamineError as error:
            raise SheetError(DAMAGED) from error

    def worksheets(self) -> Sequence[Listed]:
        return [
            Listed(sheet.name, sheet.visible == calamine.SheetVisibleEnum.Visible)
            for sheet in self.book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]

    def grid(self, name: str) -> Grid:
        """A worksheet. What else its part tells is read at the same time: calamine needs no GIL meanwhile."""
        marks = self.scanner.submit(self.find_marks, name)
        try:
            sheet = self.book.get_sheet_by_name(name)
        except calamine.CalamineError as error:
            raise SheetError(DAMAGED) from error
        merged = [
            (top + 1, bottom + 1, left) for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ()
        ]

        def joined() -> Marks:
            found = marks.result()
            found.merged += merged
            return found

        return Grid(name, sheet.iter_rows(), joined, sheet.start[1] if sheet.start else 0)


def mark_reader(data: bytes, kind: Kind, inflated: int) -> FindMarks:
    """What finds the marks of a worksheet in this kind of workbook."""
    if kind is Kind.XLS:
        from batch_orders.sheet.xls_parts import XlsParts

        parts = XlsParts.open(data)
        if parts.encrypted:
            raise PasswordNeededError
        return parts.marks
    archive = Archive(data, inflated)
    archive.check_xml()
    if kind is Kind.XLSX:
        from batch_orders.sheet.xlsx_parts import XlsxParts

        return XlsxParts(archive).marks
    from batch_orders.sheet.xlsb_parts import XlsbParts

    return XlsbParts(archive).marks


DAMAGED = f"the workbook is damaged and cannot be read. {SAVE_AS}"
