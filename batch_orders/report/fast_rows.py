"""A worksheet that takes whole rows as XML: openpyxl makes an object of every cell, which costs most of the time.

It hands everything but rows to openpyxl, and looks into it in two places, which tests hold: where a row's values
become cells, and where a row is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from lxml.etree import fromstring
from openpyxl import Workbook
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet


class RowWriter(WorksheetWriter):
    def write_row(self, xf: Any, row: Any, row_idx: int) -> None:
        if isinstance(row, str):
            xf.write(fromstring(row))
        else:
            super().write_row(xf, row, row_idx)


class RowsWorksheet(WriteOnlyWorksheet):
    """Appends lines of cells as any other, and a tuple of one text as the XML of a row."""

    _writer: Any

    def _get_writer(self) -> None:
        if self._writer is None:
            self._writer = RowWriter(cast(Any, self))
            self._writer.write_top()

    def _values_to_row(self, values: Iterable[Any], row_idx: int) -> Any:
        if isinstance(values, tuple):
            return values[0]
        return cast(Any, super())._values_to_row(values, row_idx)


def new_worksheet(book: Workbook, title: str) -> Worksheet:
    """Add a worksheet to a write-only workbook. It has what the writer needs of a Worksheet."""
    worksheet = RowsWorksheet(book, title)
    cast(Any, book)._add_sheet(worksheet)
    return cast(Worksheet, worksheet)
