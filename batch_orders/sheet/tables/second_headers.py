"""A header further down: the same one again is passed over; below a different one nothing is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import Field, Problem, Severity
from batch_orders.core.wording import name_rows
from batch_orders.errors import SheetError
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.tables.cell_problems import MOST_PROBLEMS
from batch_orders.sheet.tables.foreign_headers import FOREIGN_FIELD_OF
from batch_orders.sheet.tables.grid import Table
from batch_orders.sheet.tables.header_names import (
    FIELD_OF,
    LABELS,
    LONGEST_HEADER,
    Names,
    match_columns,
    numbered_field,
    squeeze,
    without_ordinals,
)

LARGE = pa.large_string()


def read_below_headers(table: Table, names: Names) -> Table:
    """The table without repeated headers, and with an error in each row at and below a different header.

    Raises SheetError where these rows are too many to be held back one by one.
    """
    found = dict(second_headers(table, names))
    if not found:
        return table
    different = min((row for row, cells in found.items() if not is_same(table, cells, names)), default=None)
    again = [row for row in found if different is None or row < different]
    problems = [problem for problem in table.problems if problem.row not in again]
    if again:
        problems.append(tell_again(table, again))
    kept = [without_rows(batch, again) for batch in table.batches]
    if different is not None:
        problems += hold_back(table, kept, different, found[different], names)
    return replace(table, batches=kept, problems=problems)


def second_headers(table: Table, names: Names) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows in which at least two cells name fields, with their cells."""
    if not {Field.DOMAIN, Field.MAILBOX} <= table.columns.keys():
        return
    words = {*FIELD_OF, *FOREIGN_FIELD_OF, *map(squeeze, names.own)}
    own = [table.headers[at] for at in table.columns.values()]
    known = pc.unique(pa.concat_arrays([pa.array(sorted(words), LARGE), squeezed(pa.array(own, LARGE))]))
    header = pa.scalar(table.headers[table.columns[Field.DOMAIN]], LARGE)
    for batch in table.batches:
        domains = batch.column(1 + table.columns[Field.DOMAIN])
        odd = pc.or_(pc.invert(pc.match_substring(domains, ".")), pc.equal(domains, header))
        blank = pc.equal(domains, "")
        if pc.any(blank).as_py():
            named = pc.is_in(pc.utf8_lower(batch.column(1 + table.columns[Field.MAILBOX])), known)
            odd = pc.and_(odd, pc.or_(pc.invert(blank), named))
        if not pc.any(odd).as_py():
            continue
        rows = batch.filter(odd)
        named = [pc.is_in(squeezed(column), known).cast(pa.int32()) for column in rows.columns[1:]]
        for at in pc.indices_nonzero(pc.greater(reduce(pc.add, named), 1)).to_pylist():
            line = [column[at].as_py() for column in rows.columns]
            if len(fields_of(line[1:], names)) > 1:
                yield line[0], line[1:]


def fields_of(cells: Sequence[str], names: Names) -> dict[str, int]:
    """The field that each cell names, in this language or another, and where it first does."""
    matched = {
        name: at
        for at, cell in enumerate(cells)
        if (name := FOREIGN_FIELD_OF.get(squeeze(cell[:LONGEST_HEADER])))
    }
    return matched | {
        name: at for name, (at, *_) in match_columns(without_ordinals(cells, names), names).items()
    }


def squeezed(texts: pa.Array) -> pa.Array:
    return pc.utf8_lower(pc.replace_substring_regex(texts, r"[\s_*:-]+", ""))


def is_same(table: Table, cells: Sequence[str], names: Names) -> bool:
    """Whether the cells name the table's columns, further ones of mailboxes included."""
    filled = {name: at for name, at in table.columns.items() if cells[at].strip()}
    # The first column of mailboxes may be numbered, too.
    own = {table.columns.get(Field.MAILBOX, -1), *table.more_mailboxes}
    more = {
        at
        for at, cell in enumerate(without_ordinals(cells, names))
        if numbered_field(cell[:LONGEST_HEADER], names)
    }
    unnumbered = {name: at for name, at in filled.items() if at not in more}
    numbered = {at for at in table.more_mailboxes if cells[at].strip()}
    return fields_of(cells, names) == unnumbered and numbered <= more <= own


def without_rows(batch: pa.RecordBatch, rows: Sequence[int]) -> pa.RecordBatch:
    gone = pc.is_in(batch.column(0), pa.array(rows, pa.int64()))
    return batch.filter(pc.invert(gone)) if pc.any(gone).as_py() else batch


def tell_again(table: Table, rows: Sequence[int]) -> Problem:
    message = f"The header stands again in {name_rows(rows)}. It was passed over."
    return Problem(Severity.WARNING, table.name, None, "", str(len(rows)), ReadCode.HEADER_AGAIN, message)


def hold_back(
    table: Table, batches: Sequence[pa.RecordBatch], header: int, cells: Sequence[str], names: Names
) -> list[Problem]:
    rows = [row for batch in batches for row in batch.column(0).to_pylist() if row >= header]
    matched = fields_of(cells, names)
    said = ", ".join(cell.strip() for cell in cells if cell.strip())
    if len(rows) > MOST_PROBLEMS:
        raise SheetError(
            f"row {header} is another header ({said}), with {len(rows):,} rows below it. Put them on a worksheet or "
            "into a file of their own."
        )
    lacking = [LABELS[name] for name in Field if name in table.columns and name not in matched]
    lacks = f" It lacks {', '.join(lacking)}." if lacking else ""
    first = (
        f"This is another header ({said}), so the rows below it mean something else.{lacks} Put them on a worksheet "
        "or into a file of their own."
    )
    below = f"The row stands below another header, in row {header}. Put it on a worksheet or into a file of its own."
    return [
        Problem(
            Severity.ERROR, table.name, row, "", "", ReadCode.SECOND_HEADER, first if row == header else below
        )
        for row in rows
    ]
