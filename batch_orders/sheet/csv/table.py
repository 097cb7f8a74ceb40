"""A CSV file → a table.

The rule for lines that do not fit the header: a missing or an additional delimiter moves cells under another
header, and would order the wrong thing. So a line with more cells than the header is an error, and one that
lacks the cell of a field that every order needs. Excel leaves out the delimiters at the end of lines whose
last cells are blank: a line that lacks only other cells is taken as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa

from batch_orders.core.model import CsvForm, Field, Problem, Severity
from batch_orders.errors import ColumnsError, SheetError
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.csv.fast import chunks, plain, proven_quotes, read_chunk
from batch_orders.sheet.csv.form import csv_form
from batch_orders.sheet.csv.guessed import mark_guess
from batch_orders.sheet.csv.layout import DELIMITERS, Layout, find_layout
from batch_orders.sheet.csv.rows import Record, has_spaced_quotes, records
from batch_orders.sheet.csv.text import decode
from batch_orders.sheet.job import Job, Tick
from batch_orders.sheet.tables.cell_problems import MOST_PROBLEMS
from batch_orders.sheet.tables.grid import Grid, Marks, Table
from batch_orders.sheet.tables.no_header import NoHeader
from batch_orders.sheet.tables.table import PIECE_ROWS, Filling, Part, Piece, batches, text_array, trim_header

if TYPE_CHECKING:
    from batch_orders.sheet.csv.fast import Quotes

NOT_THE_SAME = (
    "There can be no result CSV: the file's text is not the same after a way through {}. See the report."
)


def read_csv_job(job: Job) -> tuple[Table, CsvForm | None]:
    """The one table of a CSV file and how the file is written; what was assumed is noted.

    Raises SheetError where it has no header.
    """
    options = job.options
    decoded = decode(job.data, options.encoding)
    layout = find_layout(decoded.data, job.names, options.delimiter, options.header_row)
    if isinstance(layout, NoHeader):
        raise ColumnsError(f"no line has all required columns: {layout.sentence()}.", layout.columns)
    delimiter = DELIMITERS.get(layout.delimiter, layout.delimiter)
    job.assumptions.append(f"Encoding: {decoded.label}{' (guessed)' if decoded.guessed else ''}.")
    job.assumptions.append(f"Delimiter: {delimiter}{' (guessed)' if layout.guessed else ''}.")
    if options.worksheet:
        job.assumptions.append("A CSV file has no worksheets, so the worksheet asked for was not looked for.")
    if layout.guessed:
        message = f"The delimiter was guessed to be the {delimiter}. Name the delimiter to be sure."
        job.warn("", ReadCode.DELIMITER_GUESSED, message, delimiter)
    form = csv_form(job.data, decoded, layout)
    if form is None:
        job.assumptions.append(NOT_THE_SAME.format(decoded.label))
    table = read_csv_table(decoded.data, job.path.stem, layout, job.tick)
    return mark_guess(table, decoded, job), form


def read_csv_table(data: bytes, name: str, layout: Layout, tick: Tick) -> Table:
    """The rows of `data` below the header. Raises SheetError where a quote is never closed."""
    reading = CsvReading.begin(name, layout)
    quotes = proven_quotes(data, layout.delimiter, layout.body) if plain(data, layout.body) else None
    if quotes is None:
        reading.spaced = has_spaced_quotes(data, layout.delimiter)
        parts = list(reading.careful_parts(data[layout.body :], tick))
    else:
        parts = list(reading.fast_parts(data, layout.body, quotes, tick))
    table = reading.filling.finish(parts)
    return replace(table, problems=[*reading.problems, *table.problems])


@dataclass(slots=True)
class CsvReading:
    """The state of reading one file: `row` and `line` are the last ones that were taken.

    `spaced` is for `records`.
    """

    filling: Filling
    delimiter: str
    width: int
    needed: int
    row: int
    line: int
    spaced: bool = False
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def begin(cls, name: str, layout: Layout) -> CsvReading:
        first, header = trim_header(layout.header)
        needed = 1 + max(layout.header.columns[name] for name in Field if name in layout.header.columns)
        filling = Filling(Grid(name, ()), header, first, Marks())
        width = len(layout.header.headers)
        return cls(filling, layout.delimiter, width, needed, header.row, layout.line)

    def fast_parts(self, data: bytes, start: int, quotes: Quotes, tick: Tick) -> Iterator[Part]:
        quoted, buffer = len(quotes) > 0, pa.py_buffer(data)
        for chunk in chunks(data, quotes, start):
            arrays = read_chunk(buffer[chunk], self.delimiter, self.width, quoted)
            if arrays is None:
                yield from self.careful_parts(data[chunk], tick)
                continue
            count = len(arrays[0])
            yield self.filling.part(range(self.row + 1, self.row + 1 + count), arrays)
            self.row += count
            self.line += data.count(b"\n", chunk.start, chunk.stop) if quoted else count
            tick(count)

    def careful_parts(self, body: bytes, tick: Tick) -> Iterator[Part]:
        for numbers, arrays in batches(self.careful_pieces(body)):
            yield self.filling.part(numbers, arrays)
            tick(len(numbers))

    def careful_pieces(self, body: bytes) -> Iterator[Piece]:
        nul = b"\0" in body
        found = records(body, self.delimiter, self.line, self.spaced)
        while several := list(islice(found, PIECE_ROWS)):
            numbers = range(self.row + 1, self.row + 1 + len(several))
            rows = [self.fitted(row, record, nul) for row, record in zip(numbers, several, strict=True)]
            yield Piece(numbers, [text_array(column) for column in zip(*rows, strict=True)])
            self.row += len(several)
            self.line = several[-1].end

    def fitted(self, row: int, record: Record, nul: bool) -> list[str]:
        """The record's cells, as many as the header has; what is wrong with them is noted."""
        cells = record.cells
        if len(cells) != self.width:
            cells = self.cut(row, record) if any(map(str.strip, cells)) else []
        if record.misplaced_quote:
            self.note(
                row,
                record,
                ReadCode.MISPLACED_QUOTE,
                "has a quote amid a cell. Quote the whole cell, "
                "double the quotes within it, or delete the quote.",
            )
        if nul and any("\0" in cell for cell in cells):
            self.note(
                row,
                record,
                ReadCode.NUL_BYTE,
                "holds a NUL byte, so the file is damaged there. Type the line again.",
            )
        return cells + [""] * (self.width - len(cells))

    def cut(self, row: int, record: Record) -> list[str]:
        beyond = [cell for cell in record.cells[self.width :] if cell.strip()]
        if beyond or len(record.cells) < self.needed:
            self.note(
                row,
                record,
                ReadCode.RAGGED_LINE,
                f"has {len(record.cells)} cells where the header has {self.width}, so cells may stand under "
                "the wrong header. Look for a missing or additional delimiter, or quote the cell with it.",
                self.delimiter.join(beyond),
            )
        return record.cells[: self.width]

    def note(self, row: int, record: Record, code: ReadCode, message: str, value: str = "") -> None:
        what = "The row" if record.line == row else f"The row (line {record.line} of the file)"
        self.problems.append(
            Problem(Severity.ERROR, self.filling.grid.name, row, "", value, code, f"{what} {message}")
        )
        if len(self.problems) > MOST_PROBLEMS:
            raise SheetError(
                f"more than {MOST_PROBLEMS:,} lines do not fit the header, the first is line "
                f"{self.problems[0].row}. Save the sheet again as .xlsx or as CSV, or name its delimiter.",
                "delimiter",
            )
