"""A worksheet's rows → a table of text: header found, blank rows dropped, merged cells filled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.sheet.job import Tick
from batch_orders.sheet.tables.cell_problems import (
    cell_problems,
    hidden_columns_problem,
    left_out_problem,
    nameless_problems,
    struck_problems,
)
from batch_orders.sheet.tables.grid import Grid, Marks, Table, schema
from batch_orders.sheet.tables.header import HEADER_DEPTH, Header, find_header
from batch_orders.sheet.tables.header_names import Names
from batch_orders.sheet.tables.no_header import NoHeader
from batch_orders.sheet.tables.text import BLANKS, cell_text

BATCH_ROWS = 1 << 15
PIECE_ROWS = 1 << 10
"""Rows that are held as Python's values: many more do not fit into a processor's cache, and take twice as long."""


def read_table(grid: Grid, names: Names, header_row: int | None, tick: Tick) -> Table | NoHeader:
    """The table of a worksheet, or why it has no header. `tick` is told the rows of each batch."""
    rows = iter(grid.rows)
    above = list(islice(rows, header_row - 1)) if header_row else []
    top = list(islice(rows, 1 if header_row else HEADER_DEPTH))
    texts = numbered_texts(top, len(above) + 1)
    hidden = frozenset(column - grid.first_column for column in grid.hidden_columns)
    header = find_header(texts, names, hidden)
    if isinstance(header, NoHeader):
        seen = [*texts, *numbered_texts(above, 1)]
        blank = not any(cell.strip(BLANKS) for _, cells in seen for cell in cells)
        return replace(header, blank=blank and next(rows, None) is None)
    first, header = trim_header(header)
    below = top[header.row - len(above) :]
    return Filling(grid, header, first, grid.marks()).table(chain(below, rows), tick)


def numbered_texts(rows: Sequence[Sequence[object]], first: int) -> list[tuple[int, list[str]]]:
    return [(number, [cell_text(cell) for cell in cells]) for number, cells in enumerate(rows, first)]


def trim_header(header: Header) -> tuple[int, Header]:
    """The position of the first header, and the header without the blank ends of its row."""
    used = [i for i, text in enumerate(header.headers) if text.strip(BLANKS)]
    first, last = used[0], used[-1]
    columns = {name: position - first for name, position in header.columns.items()}
    more = tuple(position - first for position in header.more_mailboxes)
    return first, Header(header.row, header.headers[first : last + 1], columns, more)


@dataclass(frozen=True, slots=True)
class Filling:
    """The making of one table; `first` is where the header begins in the grid's rows."""

    grid: Grid
    header: Header
    first: int
    marks: Marks

    def table(self, rows: Iterator[Sequence[object]], tick: Tick) -> Table:
        """`rows` are those below the header."""
        parts: list[Part] = []
        merged = Merged(self.marks)
        read = told = 0
        for numbers, arrays in batches(self.pieces(rows)):
            parts.append(self.part(numbers, arrays, merged))
            read += len(numbers)
            due = round(read * (1 - self.grid.told)) - told
            tick(due)
            told += due
        return self.finish(parts)

    def pieces(self, rows: Iterator[Sequence[object]]) -> Iterator[Piece]:
        """The rows, and those behind the last value, which hold nothing but marked cells."""
        at = self.header.row + 1
        while chunk := list(islice(rows, PIECE_ROWS)):
            yield self.piece(at, chunk)
            at += len(chunk)
        blank = [""] * (self.first + self.width)
        marked = (blank for _ in range(at, self.marks.last_row() + 1))
        while chunk := list(islice(marked, PIECE_ROWS)):
            yield self.piece(at, chunk)
            at += len(chunk)

    def piece(self, first: int, rows: Sequence[Sequence[object]]) -> Piece:
        numbers = range(first, first + len(rows))
        return Piece(
            numbers, [self.text_array(numbers, i, column) for i, column in enumerate(columns_of(rows))]
        )

    def part(self, numbers: range, arrays: Sequence[pa.Array], merged: Merged | None = None) -> Part:
        """The rows `numbers`, of which `arrays` holds every cell, without the blank ones."""
        inside = slice(self.first, self.first + self.width)
        ours = list(arrays[inside])
        ours += [pa.repeat(pa.scalar("", pa.large_string()), len(numbers))] * (self.width - len(ours))
        keep = pc.invert(blank_rows(ours, len(numbers)))
        if valueless := {row for rows in self.marks.valueless.values() for row in rows if row in numbers}:
            keep = pc.or_(keep, pa.array([number in valueless for number in numbers]))
        if merged:
            ours = [merged.fill(numbers, self.first_column + i, array) for i, array in enumerate(ours)]
        counted = pa.arange(numbers.start, numbers.stop)
        batch = pa.record_batch([counted, *ours], schema=schema(self.width))
        beside = [*arrays[: inside.start], *arrays[inside.stop :]]
        outside = len(numbers) - pc.sum(blank_rows(beside, len(numbers))).as_py() if beside else 0
        return Part(batch if pc.all(keep).as_py() else batch.filter(keep), outside)

    def finish(self, parts: Sequence[Part]) -> Table:
        batches = [part.batch for part in parts]
        header = self.header
        table = Table(
            self.grid.name,
            header.row,
            header.headers,
            header.columns,
            batches,
            more_mailboxes=header.more_mailboxes,
        )
        problems = cell_problems(table, self.marks, self.first_column)
        problems += nameless_problems(table)
        problems += struck_problems(table, self.marks, self.first_column)
        problems += hidden_columns_problem(
            table, {column - self.first_column for column in self.grid.hidden_columns}
        )
        if outside := self.marks.outside + sum(part.outside for part in parts):
            problems.append(left_out_problem(table, outside))
        return replace(table, problems=problems)

    @property
    def first_column(self) -> int:
        return self.grid.first_column + self.first

    @property
    def width(self) -> int:
        return len(self.header.headers)

    def text_array(self, numbers: range, position: int, column: Sequence[object]) -> pa.Array:
        marked = self.grid.first_column + position
        shown = self.marks.formats.get(marked, {}) | self.marks.errors.get(marked, {})
        if shown:
            column = [shown.get(row, cell) for row, cell in zip(numbers, column, strict=True)]
        return text_array(column)


class Piece(NamedTuple):
    """Rows that follow each other, and every column of them."""

    numbers: range
    arrays: Sequence[pa.Array]


def batches(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The same rows in larger pieces."""
    while several := list(islice(pieces, BATCH_ROWS // PIECE_ROWS)):
        yield Piece(range(several[0].numbers.start, several[-1].numbers.stop), join(several))


def columns_of(rows: Sequence[Sequence[object]]) -> Sequence[Sequence[object]]:
    width = max(map(len, rows))
    cells = list(chain.from_iterable(rows))
    if len(cells) == width * len(rows):
        return [cells[at::width] for at in range(width)]
    return list(zip_longest(*rows, fillvalue=""))


def join(pieces: Sequence[Piece]) -> list[pa.Array]:
    """Every column of the pieces. One may have more of them than another."""
    width = max(len(piece.arrays) for piece in pieces)
    columns = zip(*(pad(piece, width) for piece in pieces), strict=True)
    return [pa.concat_arrays(column) for column in columns]


def pad(piece: Piece, width: int) -> list[pa.Array]:
    blank = pa.repeat(pa.scalar("", pa.large_string()), len(piece.numbers))
    return [*piece.arrays, *[blank] * (width - len(piece.arrays))]


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table, and how many of the rows have cells beside it."""

    batch: pa.RecordBatch
    outside: int


class Merged:
    """Fills merged cells downwards, across batches."""

    def __init__(self, marks: Marks) -> None:
        self.spans: dict[int, list[tuple[int, int]]] = {}
        self.values: dict[tuple[int, int], str] = {}
        for top, bottom, column in marks.merged:
            if bottom > top:
                self.spans.setdefault(column, []).append((top, bottom))

    def fill(self, numbers: range, column: int, array: pa.Array) -> pa.Array:
        """`array` with the value of each merged cell in every row that it covers."""
        spans = [
            span for span in self.spans.get(column, ()) if span[0] < numbers.stop and span[1] >= numbers.start
        ]
        if not spans:
            return array
        texts = array.to_pylist()
        for top, bottom in spans:
            if top in numbers:
                self.values[top, column] = texts[top - numbers.start]
            first, last = max(top, numbers.start), min(bottom + 1, numbers.stop)
            value = self.values.get((top, column))
            if value is not None:
                texts[first - numbers.start : last - numbers.start] = [value] * (last - first)
        return pa.array(texts, pa.large_string())


def text_array(column: Sequence[object]) -> pa.Array:
    try:
        return pa.array(column, pa.large_string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array(texts_of(column), pa.large_string())


def texts_of(column: Sequence[object]) -> list[str]:
    if bool in set(map(type, column)):
        return [cell_text(cell) for cell in column]
    # Without booleans, which equal numbers, equal cells have equal texts; and numbers repeat a lot.
    texts = {cell: cell_text(cell) for cell in set(column)}
    return [texts[cell] for cell in column]


def blank_rows(arrays: Sequence[pa.Array], count: int) -> pa.Array:
    """A mask of the rows in which every cell is blank."""
    blank = pa.repeat(True, count)
    for array in arrays:
        blank = pc.and_(blank, pc.equal(pc.utf8_trim(array, characters=BLANKS), ""))
        if not pc.any(blank).as_py():
            break
    return blank
