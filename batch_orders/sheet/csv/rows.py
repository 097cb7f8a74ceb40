"""The careful reader of CSV: lines → records, in the strict sense, with the line on which each begins."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from batch_orders.errors import SheetError

csv.field_size_limit(2**31 - 1)


class UnclosedQuoteError(SheetError):
    """A quote opens and is never properly closed: where rows end cannot be told."""


@dataclass(slots=True)
class Lines:
    """Lines of text, their ends kept. Remembers the last one and counts those taken."""

    source: Iterator[str]
    taken: int = 0
    last: str = field(default="", repr=False)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.last = next(self.source)
        self.taken += 1
        return self.last


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a CSV file, from the physical line `line` (counted from 1) to the line `end`."""

    line: int
    end: int
    cells: list[str]
    misplaced_quote: bool = False


def has_spaced_quotes(data: bytes, delimiter: str) -> bool:
    """Whether a quote opens behind a delimiter and blanks, as in `"a", "b"`."""
    return re.search(re.escape(delimiter.encode()) + rb' +"', data) is not None


def records(data: bytes, delimiter: str, taken: int = 0, spaced: bool = False) -> Iterator[Record]:
    """Every record of the UTF-8 `data`, blank lines too: their count is the row that a spreadsheet shows.

    `taken` lines came before `data`. Where the file has spaced quotes, blanks before a cell are no part of it.
    Raises UnclosedQuoteError.
    """
    lines = Lines(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline=""), taken)
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=spaced)
    while True:
        line = lines.taken + 1
        try:
            cells = next(reader)
            yield Record(line, lines.taken, cells)
        except StopIteration:
            return
        except csv.Error as error:
            if lines.taken > line or "unexpected end" in str(error):
                raise UnclosedQuoteError(
                    f"the quote that opens in line {line} is never properly closed, so the rows after it "
                    "cannot be told apart. Correct that line."
                ) from None
            cells = next(csv.reader([lines.last], delimiter=delimiter, skipinitialspace=spaced))
            yield Record(line, line, cells, misplaced_quote=True)
            reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=spaced)
