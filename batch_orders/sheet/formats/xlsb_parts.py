"""What the binary parts of an xlsb workbook ([MS-XLSB]) tell beyond its values."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator

from batch_orders.sheet.formats.archive import Archive
from batch_orders.sheet.formats.binary_values import error_value, rk_number
from batch_orders.sheet.formats.made_as import made_as_in_package
from batch_orders.sheet.formats.number_format import Format, format_of
from batch_orders.sheet.formats.xlsb_struck import FONT, Record, XlsbStruck
from batch_orders.sheet.formats.xlsx_parts import BUILT_IN_FORMATS
from batch_orders.sheet.formats.xml_parts import elements, join, parse
from batch_orders.sheet.tables.grid import MOST_COLUMNS, MOST_ROWS, Marks

ROW, CELL_RK, CELL_ERROR, CELL_REAL, FORMULA_NUMBER, FORMULA_ERROR = 0, 2, 3, 5, 9, 11
BUNDLE_SHEET, MERGED, WORKBOOK_PROPERTIES, FORMAT, XF, BEGIN_CELL_XFS, END_CELL_XFS = (
    156,
    176,
    153,
    44,
    47,
    617,
    618,
)
HIDDEN_FLAG = 0x10
COLUMNS, HIDDEN_COLUMN_FLAG = 60, 0x01


class XlsbParts:
    """The parts of an xlsb workbook, by worksheet name."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.targets: dict[str, str] = {}
        self.worksheets: dict[str, str] = {}
        self.formats: dict[int, Format] = {}
        self.struck = XlsbStruck()
        self.plain = b""
        self.left_out: Collection[str] = ()
        self.made_as = made_as_in_package(archive)
        for relation in elements(parse(archive.read("xl/_rels/workbook.bin.rels")), "Relationship"):
            self.targets[relation.get("Id", "")] = join("xl", relation.get("Target", ""))
        try:
            self.read_workbook()
        except (struct.error, IndexError):  # whether it can be read at all is for calamine to say
            self.worksheets = {}

    def read_workbook(self) -> None:
        dates_from_1904 = False
        for kind, body in records(self.archive.read("xl/workbook.bin")):
            if kind == BUNDLE_SHEET:
                relation, size = wide_text(body, 8)
                name, _ = wide_text(body, 8 + size)
                self.worksheets[name] = self.targets.get(relation, "")
            elif kind == WORKBOOK_PROPERTIES:
                dates_from_1904 = bool(body[0] & 1)
        self.read_styles(dates_from_1904)

    def read_styles(self, dates_from_1904: bool) -> None:
        codes = dict(BUILT_IN_FORMATS)
        styles: list[int] = []
        in_cell_styles = False
        for kind, body in records(self.archive.read("xl/styles.bin")):
            if kind == FORMAT:
                codes[struct.unpack_from("<H", body)[0]] = wide_text(body, 2)[0]
            elif kind in (BEGIN_CELL_XFS, END_CELL_XFS):
                in_cell_styles = kind == BEGIN_CELL_XFS
            elif kind == XF and in_cell_styles:
                styles.append(struct.unpack_from("<H", body, 2)[0])
                self.struck.take_style(body)
            elif kind == FONT:
                self.struck.take_font(body)
        for style, number in enumerate(styles):
            if shown := format_of(codes.get(number, ""), dates_from_1904):
                self.formats[style] = shown
        if self.struck.any:
            self.struck.take_texts(records(self.archive.read("xl/sharedStrings.bin")))

    def mark(self, worksheet: str, marks: Marks) -> None:
        """Add what the worksheet's part tells."""
        row = 0
        try:
            for kind, body in records(self.archive.read(self.worksheets.get(worksheet, ""))):
                row = self.mark_record(kind, body, row, marks)
                if self.struck.any:
                    self.struck.mark(kind, body, row, marks)
        except (struct.error, IndexError):  # a record that is too short
            pass

    def hidden_columns(self, worksheet: str) -> frozenset[int]:
        hidden: set[int] = set()
        try:
            for kind, body in records(self.archive.read(self.worksheets.get(worksheet, ""))):
                if kind == ROW:
                    break
                if kind == COLUMNS and body[16] & HIDDEN_COLUMN_FLAG:
                    first, last = struct.unpack_from("<II", body)
                    hidden.update(range(first, min(last + 1, MOST_COLUMNS)))
        except (struct.error, IndexError):  # a record that is too short
            pass
        return frozenset(hidden)

    def mark_record(self, kind: int, body: bytes, row: int, marks: Marks) -> int:
        """Take one record of the row `row`, counted from 1. Returns the row that the next one belongs to."""
        if kind == ROW:
            row = struct.unpack_from("<I", body)[0] + 1
            if body[11] & HIDDEN_FLAG:
                marks.hidden_rows.add(row)
        elif kind in (CELL_ERROR, FORMULA_ERROR):
            marks.errors[struct.unpack_from("<I", body)[0]][row] = error_value(body[8])
        elif kind == CELL_RK:
            self.mark_number(body, rk_number(struct.unpack_from("<I", body, 8)[0]), row, marks)
        elif kind in (CELL_REAL, FORMULA_NUMBER):
            self.mark_number(body, struct.unpack_from("<d", body, 8)[0], row, marks)
        elif kind == MERGED:
            top, bottom, left, _right = struct.unpack_from("<IIII", body)
            marks.merged.append((top + 1, min(bottom + 1, MOST_ROWS), left))
        return row

    def mark_number(self, body: bytes, value: float, row: int, marks: Marks) -> None:
        column, style = struct.unpack_from("<II", body)
        shown = self.formats.get(style & 0xFFFFFF)
        if shown and (text := shown(repr(value))) is not None:
            marks.formats[column][row] = text


def records(data: bytes) -> Iterator[Record]:
    """Kind and size are numbers of seven bits a byte, the top bit saying that there is more."""
    at = 0
    while at < len(data):
        kind, at = data[at], at + 1
        if kind & 0x80 and at < len(data):
            kind, at = (kind & 0x7F) | (data[at] & 0x7F) << 7, at + 1
        size, shift = 0, 0
        while at < len(data) and shift < 28:
            byte, at = data[at], at + 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, data[at : at + size]
        at += size


def wide_text(body: bytes, at: int) -> tuple[str, int]:
    """A text at `at`, and how many bytes it takes."""
    size = struct.unpack_from("<I", body, at)[0]
    return body[at + 4 : at + 4 + 2 * size].decode("utf-16-le", "replace"), 4 + 2 * size
