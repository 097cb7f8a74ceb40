"""Workbooks through python-calamine: xlsx, xlsm, xlsb, xls and ods → grids."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import python_calamine as calamine

from batch_orders.errors import SheetError
from batch_orders.sheet.detect import SAVE_AS
from batch_orders.sheet.grid import Grid, Marks


@dataclass(frozen=True, slots=True)
class Listed:
    """A worksheet that a workbook lists."""

    name: str
    visible: bool


class Workbook:
    """An open workbook. Every method raises SheetError where the file is damaged."""

    def __init__(self, data: bytes) -> None:
        try:
            self.book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        except calamine.PasswordError as error:
            raise SheetError("the workbook is password-protected.") from error
        except calamine.CalamineError as error:
            raise damaged(error) from error

    def worksheets(self) -> list[Listed]:
        return [
            Listed(sheet.name, sheet.visible == calamine.SheetVisibleEnum.Visible)
            for sheet in self.book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]

    def grid(self, name: str) -> Grid:
        try:
            sheet = self.book.get_sheet_by_name(name)
        except calamine.CalamineError as error:
            raise damaged(error) from error
        merged = [
            (top + 1, bottom + 1, left) for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ()
        ]
        first_column = sheet.start[1] if sheet.start else 0
        return Grid(name, sheet.iter_rows(), lambda: Marks(merged=merged), first_column)


def damaged(error: calamine.CalamineError) -> SheetError:
    return SheetError(f"the workbook is damaged ({error}). {SAVE_AS}")
