"""A sheet's own columns, one set for all its worksheets, and the rows under them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

import pandas as pd

from batch_orders.core.model import Sheet, Worksheet
from batch_orders.core.origins import own_columns
from batch_orders.core.workbooks import ROWS_HEADERS
from batch_orders.report.table import MOST_COLUMNS, sample_of

MOST_OWN_COLUMNS = MOST_COLUMNS - len(ROWS_HEADERS)
"""Further columns are left out of the report: it needs the first ones of a worksheet for itself."""

_CHUNK = 10_000

Line = Sequence[str]


class OwnColumns:
    """The union of the worksheets' headers, in order of appearance, without what a corrections workbook adds.

    Columns of two worksheets are one if they are matched to the same field, so that the Rows
    worksheet can be handed in again, or else if they have the same text, each repetition of
    a text (or of a blank) on its own.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        columns: dict[object, str] = {}
        for worksheet in sheet.worksheets:
            keys = _keys(worksheet)
            for own in own_columns(worksheet):
                columns.setdefault(keys[own], worksheet.headers[own])
        self.headers = tuple(columns.values())[:MOST_OWN_COLUMNS]
        self._at = {key: place for place, key in enumerate(islice(columns, MOST_OWN_COLUMNS))}

    def sources(self, worksheet: Worksheet) -> list[int | None]:
        """For each column of the union: the worksheet's own column, None where it has none."""
        sources: list[int | None] = [None] * len(self.headers)
        for own, key in enumerate(_keys(worksheet)):
            if key in self._at:
                sources[self._at[key]] = own
        return sources


def _keys(worksheet: Worksheet) -> list[object]:
    fields = {place: field for field, place in worksheet.columns.items()}
    seen: Counter[str] = Counter()
    keys: list[object] = []
    for place, header in enumerate(worksheet.headers):
        seen[header] += 1
        keys.append(fields.get(place, (header, seen[header])))
    return keys


def read_lines(own: OwnColumns) -> Iterator[Line]:
    """Every row of the sheet under the union's columns, in order."""
    for worksheet in own.sheet.worksheets:
        yield from lines_of(worksheet.cells, own.sources(worksheet))


def read_sample(own: OwnColumns) -> Iterator[tuple[int, Line]]:
    """Some rows of each worksheet with their positions, to measure."""
    start = 0
    for worksheet in own.sheet.worksheets:
        positions = sample_of(len(worksheet.cells))
        lines = lines_of(worksheet.cells.iloc[positions], own.sources(worksheet))
        yield from ((start + position, line) for position, line in zip(positions, lines, strict=True))
        start += len(worksheet.cells)


def lines_of(cells: pd.DataFrame, sources: Sequence[int | None]) -> Iterator[Line]:
    """The frame's rows as text; a column without a source is blank. A chunk at a time is in memory."""
    for start in range(0, len(cells), _CHUNK):
        chunk = cells.iloc[start : start + _CHUNK]
        blank = [""] * len(chunk)
        texts = [blank if source is None else chunk[source].tolist() for source in sources]
        yield from zip(*texts, strict=True)
