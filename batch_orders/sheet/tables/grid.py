"""The middle value: one worksheet's rows as a reader hands them over, and the table made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from batch_orders.core.model import Problem
from batch_orders.core.workbooks import added_headers

MOST_ROWS, MOST_COLUMNS = 1 << 20, 1 << 14
"""What Excel and LibreOffice allow."""

Span = tuple[int, int, int]
"""A merged range: first row, last row, column. Rows count from 1, columns from 0."""


@dataclass(slots=True)
class Marks:
    """What a reader's cell values do not tell: column → row → text, and rows. Counted as in `Span`.

    `struck` has what remains of each text without what is struck through in it, "" where that is all of it.
    `outside` counts rows with cells that were left out because they are far beside any table.
    """

    errors: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    valueless: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    formats: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    struck: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    hidden_rows: set[int] = field(default_factory=set)
    merged: list[Span] = field(default_factory=list)
    row_count: int = 0
    outside: int = 0

    def last_row(self) -> int:
        """The last row with an error or a formula without a value."""
        marked = (*self.errors.values(), *self.valueless.values())
        return min(max((max(rows) for rows in marked if rows), default=0), MOST_ROWS)

    def clear(self) -> None:
        for found in (self.errors, self.valueless, self.formats, self.struck, self.hidden_rows, self.merged):
            found.clear()
        self.row_count = self.outside = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A worksheet that a workbook lists."""

    name: str
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Grid:
    """One worksheet before its header is known.

    `rows` gives every row from row 1 on, blank ones too, each cell as a value for `text.cell_text`;
    the first cell of each stands in `first_column`; `hidden_columns` count like it. `marks` is asked
    for only after all rows were taken from a recognised worksheet, because finding them costs time.
    `told` is the share of the work on them, from 0 to 1, that progress was told of already.
    """

    name: str
    rows: Iterable[Sequence[object]]
    marks: Callable[[], Marks] = Marks
    first_column: int = 0
    hidden_columns: frozenset[int] = frozenset()
    told: float = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A recognised worksheet: text columns "0", "1" … and the row numbers as column "row"."""

    name: str
    header_row: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]
    batches: Sequence[pa.RecordBatch]
    problems: Sequence[Problem] = ()
    more_mailboxes: tuple[int, ...] = ()

    @property
    def unread_places(self) -> list[int]:
        """The columns that mean no field, and are kept for the report only."""
        read = {*self.columns.values(), *self.more_mailboxes}
        added = added_headers(self.headers)
        return [
            at
            for at, text in enumerate(self.headers)
            if text.strip() and at not in read and text not in added
        ]

    @property
    def unread_columns(self) -> list[str]:
        return [self.headers[at].strip() for at in self.unread_places]

    @property
    def row_count(self) -> int:
        return sum(batch.num_rows for batch in self.batches)


def schema(width: int) -> pa.Schema:
    """64-bit text, because that is what pandas takes over without copying."""
    return pa.schema([("row", pa.int64()), *((str(i), pa.large_string()) for i in range(width))])


@dataclass(frozen=True, slots=True)
class Parsed:
    """A worksheet of a format that is read whole, row 1 first. Rows may be of different lengths."""

    name: str
    visible: bool = True
    rows: list[Sequence[object]] = field(default_factory=list, repr=False)
    marks: Marks = field(default_factory=Marks, repr=False)
    hidden_columns: set[int] = field(default_factory=set)

    def grid(self) -> Grid:
        return Grid(self.name, self.rows, lambda: self.marks, hidden_columns=frozenset(self.hidden_columns))


class ParsedBook:
    """A workbook of a format that is read whole."""

    def __init__(self, parsed: Sequence[Parsed], made_as: str = "") -> None:
        self.parsed = {each.name: each for each in parsed}
        self.made_as = made_as

    def worksheets(self) -> Sequence[Listed]:
        return [Listed(each.name, each.visible) for each in self.parsed.values()]

    def grid(self, name: str) -> Grid:
        return self.parsed[name].grid()
