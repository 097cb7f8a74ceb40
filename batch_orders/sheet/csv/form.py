"""How a CSV file is written, for those who hand its lines back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from batch_orders.core.model import CsvForm
from batch_orders.sheet.csv.layout import SEP_LINE, Layout
from batch_orders.sheet.csv.rows import has_spaced_quotes, records
from batch_orders.sheet.csv.text import Decoded, transcode
from batch_orders.sheet.formats.detect import MARKS

WITHOUT_BOM = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}
"""Python's own names for these put a BOM before every text that they encode."""


def csv_form(data: bytes, decoded: Decoded, layout: Layout) -> CsvForm | None:
    """How these bytes are written, None where their text cannot be written back as it is."""
    encoding = WITHOUT_BOM.get(decoded.encoding, decoded.encoding)
    bom = next((bom for bom, marked in MARKS if marked == encoding and data.startswith(bom)), b"")
    if not survives(data[len(bom) :], encoding):
        return None
    header = layout.header
    return CsvForm(encoding, bom, layout.delimiter, header.row, len(header.headers))


def survives(data: bytes, encoding: str) -> bool:
    """Whether text is the same bytes again after it was decoded. UTF-8 that can be decoded always is."""
    if encoding == "utf-8":
        return True
    try:
        return data.decode(encoding).encode(encoding) == data
    except UnicodeError:
        return False


@dataclass(frozen=True, slots=True)
class CsvLines:
    """The lines of a CSV file: `text` has its own line ends, `utf8` those that reading counts by."""

    text: str = field(repr=False)
    utf8: bytes = field(repr=False)
    delimiter: str

    @classmethod
    def of(cls, data: bytes, form: CsvForm) -> CsvLines:
        """The lines of the file's bytes. Raises SheetError where they are not in its encoding."""
        own = data[len(form.bom) :]
        utf8 = transcode(own, form.encoding).data
        return cls(own.decode(form.encoding), utf8, form.delimiter)

    @property
    def sep_line(self) -> str:
        """The first line, line end and all, where it only names the delimiter; else ""."""
        return self._lines().readline() if SEP_LINE.match(self.utf8) else ""

    def rows(self) -> Iterator[tuple[list[str], str]]:
        """The cells of each row, row 1 first, and its very own text, line ends and all.

        The sep= line is no row; blank lines are. Rows are counted as in the Sheet.
        """
        lines = self._lines()
        above = SEP_LINE.match(self.utf8)
        if above:
            lines.readline()
        spaced = has_spaced_quotes(self.utf8, self.delimiter)
        for record in records(self.utf8[above.end() if above else 0 :], self.delimiter, spaced=spaced):
            own = [lines.readline() for _ in range(record.line, record.end + 1)]
            yield record.cells, "".join(own)

    def _lines(self) -> io.StringIO:
        """Ends of lines are found, and kept, as `records` finds them."""
        return io.StringIO(self.text, newline="")
