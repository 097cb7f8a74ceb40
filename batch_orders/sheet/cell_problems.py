"""What a table's cells show of errors, formulas without a value and hidden rows, as problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.errors import SheetError
from batch_orders.model import Problem, Severity
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.grid import Marks, Span, Table

MOST_PROBLEMS = 100_000
"""More faulty cells than this, and the sheet is refused: every one is kept, since each holds a row back."""

ADVICE = {
    ReadCode.ERROR_VALUE: "The cell shows an error. Correct its formula or type the value.",
    ReadCode.FORMULA_WITHOUT_VALUE: "The cell's formula was saved without its result. "
    "Open the sheet in a spreadsheet program and save it again.",
}


def cell_problems(table: Table, marks: Marks, first_column: int) -> list[Problem]:
    """Problems at the cells of the rows that were kept. Raises SheetError where they are too many."""
    problems: list[Problem] = []
    if marks.errors or marks.valueless:
        kept = {row for batch in table.batches for row in batch.column(0).to_pylist()}
        for position, header in enumerate(table.headers):
            column = first_column + position
            errors = spread(marks.errors.get(column, {}), column, marks.merged, kept)
            valueless = dict.fromkeys(marks.valueless.get(column, ()), "")
            valueless = spread(valueless, column, marks.merged, kept)
            field = position in table.columns.values()
            problems += column_problems(table.name, header, field, ReadCode.ERROR_VALUE, errors)
            problems += column_problems(table.name, header, field, ReadCode.FORMULA_WITHOUT_VALUE, valueless)
    if len(problems) > MOST_PROBLEMS:
        raise SheetError(
            f'{len(problems):,} cells of worksheet "{table.name}" show an error or hold a formula without its '
            f"result, the first in row {problems[0].row}. Correct the formulas and save the sheet again."
        )
    return [*problems, *hidden_rows_problem(table, marks.hidden_rows)]


def spread(marked: Mapping[int, str], column: int, merged: Iterable[Span], kept: set[int]) -> dict[int, str]:
    """The marked rows, and the rows that a marked merged cell covers, as far as they were kept."""
    if not marked:
        return {}
    covered = {
        row: marked[top]
        for top, bottom, merged_column in merged
        if merged_column == column and top in marked
        for row in range(top, bottom + 1)
    }
    return {row: text for row, text in sorted((covered | dict(marked)).items()) if row in kept}


def column_problems(
    worksheet: str, header: str, field: bool, code: ReadCode, marked: Mapping[int, str]
) -> list[Problem]:
    """One error for each cell of an order's field; one warning in all for another column."""
    if field:
        return [
            Problem(Severity.ERROR, worksheet, row, header, text, code, ADVICE[code])
            for row, text in marked.items()
        ]
    if not marked:
        return []
    row, text = next(iter(marked.items()))
    message = (
        f"{code.meaning} So it is in {len(marked):,} cells of this column, which is no part of an order."
    )
    return [Problem(Severity.WARNING, worksheet, row, header, text, code, message)]


def hidden_rows_problem(table: Table, hidden: set[int]) -> list[Problem]:
    if not hidden:
        return []
    rows = pa.array(sorted(hidden), pa.int64())
    count = sum(pc.sum(pc.is_in(batch.column(0), rows)).as_py() or 0 for batch in table.batches)
    if not count:
        return []
    message = (
        f"{count:,} rows are hidden or filtered out. They were read like all others: "
        "delete them from the sheet if they are not to be ordered."
    )
    code = ReadCode.HIDDEN_ROWS
    return [Problem(Severity.WARNING, table.name, None, "", str(count), code, message)]


def left_out_problem(table: Table, count: int) -> Problem:
    message = f"{count:,} rows have cells beside the table, in columns without a header. They are left out."
    code = ReadCode.CELLS_WITHOUT_HEADER
    return Problem(Severity.WARNING, table.name, None, "", str(count), code, message)
