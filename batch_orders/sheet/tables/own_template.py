"""A template of our own making, filled in: its worksheets that explain it, known by what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from batch_orders.core.model import Field
from batch_orders.core.workbooks import COLUMNS_HEADERS, EXAMPLE_ROWS, EXAMPLE_TITLE
from batch_orders.sheet.tables.grid import Grid, Table
from batch_orders.sheet.tables.text import cell_text

TOP = 10
"""Rows from the top in which a title may stand: somebody may have put lines above it."""

NAMED = (Field.DOMAIN, Field.MAILBOX, Field.FORWARDING_DOMAIN, Field.CONTACT)
"""The columns of `EXAMPLE_ROWS`. The vendor is one that there was when the template was made."""


def top_rows(grid: Grid) -> tuple[list[list[str]], Grid]:
    """The text of the first rows, and the grid, which still has them."""
    rows = iter(grid.rows)
    top = list(islice(rows, TOP))
    return [[cell_text(cell).strip() for cell in cells] for cells in top], replace(
        grid, rows=chain(top, rows)
    )


def has_example_title(top: Sequence[Sequence[str]]) -> bool:
    return any(EXAMPLE_TITLE in cells for cells in top)


def is_legend(top: Sequence[Sequence[str]]) -> bool:
    """Whether it is the worksheet that explains the columns."""
    width = len(COLUMNS_HEADERS)
    return any(tuple(cells[at : at + width]) == COLUMNS_HEADERS for cells in top for at in range(len(cells)))


def without_examples(tables: Sequence[Table]) -> list[Table]:
    """The tables without those that hold nothing but rows of the example, where others hold more."""
    kept = [table for table in tables if not (table.row_count and filled_in(table) == 0)]
    return kept if any(table.row_count for table in kept) else list(tables)


def filled_in(table: Table) -> int:
    """How many rows are none of the example."""
    return table.row_count - sum(row in EXAMPLE_ROWS for row in first_rows(table, TOP))


def first_rows(table: Table, most: int) -> Iterator[tuple[str, ...]]:
    """As `EXAMPLE_ROWS` has them."""
    places = [1 + table.columns[name] for name in NAMED if name in table.columns]
    for batch in table.batches:
        first = batch.slice(0, most)
        most -= first.num_rows
        yield from zip(*(first.column(at).to_pylist() for at in places), strict=True)
