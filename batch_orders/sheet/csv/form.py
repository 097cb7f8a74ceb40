"""How a CSV file is written, for those who hand its lines back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from batch_orders.core.model import Field
from batch_orders.errors import SheetError
from batch_orders.sheet.csv.layout import SEP_LINE, find_layout
from batch_orders.sheet.csv.rows import records
from batch_orders.sheet.csv.text import BOMS, decode
from batch_orders.sheet.options import ReadOptions
from batch_orders.sheet.tables.header import Names, NoHeader

WITHOUT_BOM = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}
"""Python's own names for these put a BOM before every text that they encode."""


@dataclass(frozen=True, slots=True)
class CsvForm:
    """`bom` are the bytes before the text. The header is row `header_row` and has `width` cells."""

    encoding: str
    bom: bytes
    delimiter: str
    header_row: int
    width: int
    text: str = field(repr=False)
    decoded: bytes = field(repr=False)

    @property
    def sep_line(self) -> str:
        """The first line, line end and all, where it only names the delimiter; else ""."""
        return self._lines().readline() if SEP_LINE.match(self.decoded) else ""

    def rows(self) -> Iterator[tuple[list[str], str]]:
        """The cells of each row, row 1 first, and its very own text, line ends and all.

        The sep= line is no row; blank lines are. Rows are counted as in the Sheet.
        """
        lines = self._lines()
        above = SEP_LINE.match(self.decoded)
        if above:
            lines.readline()
        for record in records(self.decoded[above.end() if above else 0 :], self.delimiter):
            own = [lines.readline() for _ in range(record.line, record.end + 1)]
            yield record.cells, "".join(own)

    def _lines(self) -> io.StringIO:
        """Ends of lines are found, and kept, as csv_rows finds them."""
        return io.StringIO(self.text, newline="")


def read_csv_form(data: bytes, options: ReadOptions) -> CsvForm:
    """What reading took these bytes for. Raises SheetError where they cannot be written back as they are."""
    decoded = decode(data, options.encoding)
    names = Names(options.columns, frozenset(Field) - options.optional)
    layout = find_layout(decoded.data, names, options.delimiter, options.header_row)
    if isinstance(layout, NoHeader):
        raise SheetError(f"no line has all required columns: {layout.sentence()}.")
    encoding = WITHOUT_BOM.get(decoded.encoding, decoded.encoding)
    bom = next((bom for bom, marked in BOMS if marked == encoding and data.startswith(bom)), b"")
    text = data[len(bom) :].decode(encoding, "replace")
    if text.encode(encoding, "replace") != data[len(bom) :]:
        raise SheetError(f"its text is not the same after a way through {decoded.label}.")
    header = layout.header
    return CsvForm(encoding, bom, layout.delimiter, header.row, len(header.headers), text, decoded.data)
