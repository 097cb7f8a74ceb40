"""What a table's cells show of errors, formulas without a value, struck text and what is hidden, as problems."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import Field, Problem, Severity
from batch_orders.core.wording import counted, name_rows
from batch_orders.core.workbooks import FOLDED_HEADERS, TEMPLATE_HEADERS
from batch_orders.errors import SheetError
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.formats.binary_values import ERROR_VALUES
from batch_orders.sheet.tables.grid import Marks, Span, Table

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
    values = {*ERROR_VALUES.values(), *(text for rows in marks.errors.values() for text in rows.values())}
    errors = pa.array(sorted(values), pa.large_string())
    for position, header in enumerate(table.headers):
        field = position in table.columns.values()
        shown = rows_that_show(table, position, errors)
        problems += column_problems(table.name, header, field, ReadCode.ERROR_VALUE, shown)
        valueless = covered(
            marks.valueless.get(first_column + position), first_column + position, marks.merged
        )
        kept = rows_kept(table, valueless)
        problems += column_problems(table.name, header, field, ReadCode.FORMULA_WITHOUT_VALUE, kept)
    if len(problems) > MOST_PROBLEMS:
        raise SheetError(
            f'{len(problems):,} cells of worksheet "{table.name}" show an error or hold a formula without '
            f"its result, the first in row {problems[0].row}. Correct the formulas and save the sheet again."
        )
    return [*problems, *hidden_rows_problem(table, marks.hidden_rows)]


def rows_that_show(table: Table, position: int, errors: pa.Array) -> Iterator[tuple[int, str]]:
    """Rows whose cell shows an error, and which: also as text, which is how a CSV file carries it."""
    for batch in table.batches:
        wrong = pc.is_in(batch.column(1 + position), errors)
        if pc.any(wrong).as_py():
            rows = batch.filter(wrong)
            yield from zip(rows.column(0).to_pylist(), rows.column(1 + position).to_pylist(), strict=True)


def covered(rows: set[int] | None, column: int, merged: Iterable[Span]) -> set[int]:
    """The rows, and those that a merged cell beginning in one of them covers."""
    if not rows:
        return set()
    spans = [
        range(top, bottom + 1) for top, bottom, in_column in merged if in_column == column and top in rows
    ]
    return rows.union(*spans)


def rows_kept(table: Table, rows: set[int]) -> Iterator[tuple[int, str]]:
    """Those of the rows that the table has, with an empty text for each."""
    if rows:
        for batch in table.batches:
            yield from ((row, "") for row in batch.column(0).to_pylist() if row in rows)


def column_problems(
    worksheet: str, header: str, field: bool, code: ReadCode, cells: Iterator[tuple[int, str]]
) -> list[Problem]:
    """One error for each cell of an order's field; one warning in all for another column."""
    if field:
        return [
            Problem(Severity.ERROR, worksheet, row, header, text, code, ADVICE[code]) for row, text in cells
        ]
    found = list(cells)
    if not found:
        return []
    row, text = found[0]
    message = f"{code.meaning} So it is in {len(found):,} cells of this column, which is no part of an order."
    return [Problem(Severity.WARNING, worksheet, row, header, text, code, message)]


def hidden_rows_problem(table: Table, hidden: set[int]) -> list[Problem]:
    found = [row for row, _ in rows_kept(table, hidden)]
    if not found:
        return []
    message = (
        f"{counted(len(found), 'row')} {'is' if len(found) == 1 else 'are'} hidden or filtered out, and read like all "
        f"others: {name_rows(found)}. Delete what is not to be ordered."
    )
    return [warning(table, ReadCode.HIDDEN_ROWS, message, str(len(found)))]


def hidden_columns_problem(table: Table, hidden: Container[int]) -> list[Problem]:
    """One that holds nothing is not spoken of, nor one that our own template comes with folded."""
    folded = FOLDED_HEADERS if table.headers[: len(TEMPLATE_HEADERS)] == TEMPLATE_HEADERS else ()
    headed = [
        at
        for at, text in enumerate(table.headers)
        if text.strip() and text not in folded and at in hidden and holds_something(table, at)
    ]
    if not headed:
        return []
    read = {*table.columns.values(), *table.more_mailboxes}
    said = ", ".join(f"{table.headers[at].strip()} ({'read' if at in read else 'not read'})" for at in headed)
    message = (
        f"{counted(len(headed), 'column')} {'is' if len(headed) == 1 else 'are'} hidden: {said}. Look whether "
        f"{'it holds' if len(headed) == 1 else 'they hold'} what is to be ordered, and delete what is not."
    )
    return [warning(table, ReadCode.HIDDEN_COLUMNS, message, str(len(headed)))]


NAME = r"^[\pL][\w.'-]*(?:@\S+)?$"
NO_NAMES = frozenset(["x", "y", "n", "yes", "no", "ok", "true", "false", "done", "new", "ja", "nein"])


def nameless_problems(table: Table) -> list[Problem]:
    """A warning for each column within the table that holds something and has no header.

    Raises SheetError where it stands right of the mailboxes and holds what may be more of them.
    """
    problems: list[Problem] = []
    mailboxes = {table.columns.get(Field.MAILBOX, -1), *table.more_mailboxes}
    for at, header in enumerate(table.headers):
        if header.strip() or not holds_something(table, at):
            continue
        left = next(place for place in reversed(range(at)) if table.headers[place].strip())
        values = pc.unique(pa.chunked_array([batch.column(str(at)) for batch in table.batches]))
        texts = [text for text in pc.utf8_trim_whitespace(values).to_pylist() if text]
        where = f'the column right of "{table.headers[left].strip()}" has no header and holds values such as {texts[0]}'
        named = pc.match_substring_regex(pa.array(texts, pa.large_string()), NAME)
        if left in mailboxes and pc.all(named).as_py() and NO_NAMES.isdisjoint(map(str.casefold, texts)):
            raise SheetError(f"{where}. Call it Mailbox 2 if these are mailboxes, or give it another header.")
        message = f"{where[0].upper()}{where[1:]}. It is not read."
        problems.append(warning(table, ReadCode.CELLS_WITHOUT_HEADER, message, texts[0]))
    return problems


def holds_something(table: Table, column: int) -> bool:
    texts = (batch.column(str(column)) for batch in table.batches)
    return any(pc.any(pc.not_equal(pc.utf8_trim_whitespace(text), "")).as_py() for text in texts)


def struck_problems(table: Table, marks: Marks, first_column: int) -> list[Problem]:
    """An error at each cell of an order's field of which a part is struck through; one warning for all else."""
    problems: list[Problem] = []
    rows: set[int] = set()
    headers: list[str] = []
    fields = {*table.columns.values(), *table.more_mailboxes}
    for position, header in enumerate(table.headers):
        column = first_column + position
        found = dict(marks.struck.get(column, {}))
        for top, bottom, in_column in marks.merged:
            if in_column == column and top in found:
                found |= dict.fromkeys(range(top, bottom + 1), found[top])
        if table.header_row in found:
            headers.append(header.strip())
        for row, text in texts_of_rows(table, position, found.keys()):
            if found[row] and position in fields:
                problems.append(struck_in_part(table, row, header, text, found[row]))
            elif text.strip():
                rows.add(row)
    if rows:
        message = (
            f"{counted(len(rows), 'row')} {'has' if len(rows) == 1 else 'have'} cells that are struck through, and "
            f"{'is' if len(rows) == 1 else 'are'} read like all others: {name_rows(sorted(rows))}. Delete what is not "
            "to be ordered."
        )
        problems.append(warning(table, ReadCode.STRUCK, message, str(len(rows))))
    if headers:
        message = (
            f"{'The header' if len(headers) == 1 else 'The headers'} {', '.join(headers)} "
            f"{'is' if len(headers) == 1 else 'are'} struck through, and the columns are read like all others. Delete "
            "what is not to be ordered."
        )
        problems.append(warning(table, ReadCode.STRUCK, message, str(len(headers))))
    return problems


def struck_in_part(table: Table, row: int, header: str, text: str, remains: str) -> Problem:
    message = f'A part of this is struck through; what remains is "{remains}". Write what is meant.'
    code = ReadCode.STRUCK_IN_PART
    return Problem(Severity.ERROR, table.name, row, header, text, code, message, remains)


def texts_of_rows(table: Table, position: int, rows: Collection[int]) -> Iterator[tuple[int, str]]:
    if rows:
        for batch in table.batches:
            kept = batch.filter(pc.is_in(batch.column(0), pa.array(sorted(rows), pa.int64())))
            yield from zip(kept.column(0).to_pylist(), kept.column(1 + position).to_pylist(), strict=True)


def warning(table: Table, code: ReadCode, message: str, value: str) -> Problem:
    return Problem(Severity.WARNING, table.name, None, "", value, code, message)


def left_out_problem(table: Table, count: int) -> Problem:
    message = (
        f"{count:,} {'row has' if count == 1 else 'rows have'} cells in columns without a header beside the "
        "table. They are left out."
    )
    return warning(table, ReadCode.CELLS_WITHOUT_HEADER, message, str(count))
