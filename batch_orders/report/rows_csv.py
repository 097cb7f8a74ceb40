"""The result CSV of a sheet that is no CSV file: its rows in their own columns, and what became of each."""

from __future__ import annotations

import csv
from io import TextIOWrapper
from pathlib import Path

from batch_orders.core.results import BatchResult
from batch_orders.core.workbooks import ROW_HEADERS
from batch_orders.report.columns import OwnColumns, read_lines
from batch_orders.report.file import replace_file
from batch_orders.report.result_csv import without_formula
from batch_orders.report.rows import tell_fate
from batch_orders.report.workbook import order_of_rows


def write_rows_csv(result: BatchResult, path: Path) -> None:
    """Write every row as text, with its status, order id and reason behind the sheet's own columns.

    UTF-8 with a BOM, commas, every cell quoted and on one line, and none can turn into a formula. `path` holds
    the old file or the whole new one. Raises ReportError.
    """
    own = OwnColumns(result.sheet)
    order_of = order_of_rows(result.orders, sum(len(sheet.cells) for sheet in result.sheet.worksheets))
    with replace_file(path, "result CSV") as stream:
        text = TextIOWrapper(stream, "utf-8-sig", errors="replace", newline="")
        lines = csv.writer(text, quoting=csv.QUOTE_ALL)
        lines.writerow(map(without_formula, (*own.headers, *ROW_HEADERS)))
        for position, cells in enumerate(read_lines(own)):
            lines.writerow(map(without_formula, (*cells, *tell_fate(result, order_of, position))))
        text.flush()
        text.detach()
