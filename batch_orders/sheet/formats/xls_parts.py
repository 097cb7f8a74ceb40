"""What the records of an xls workbook (BIFF5 and BIFF8, [MS-XLS]) tell beyond its values."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from batch_orders.sheet.formats.binary_values import error_value, rk_number
from batch_orders.sheet.formats.made_as import made_as_in_ole
from batch_orders.sheet.formats.number_format import Format, format_of
from batch_orders.sheet.formats.ole import DamagedOleError, one_stream, read_stream
from batch_orders.sheet.formats.xls_patches import (
    BIFF8,
    BLANK,
    CELLS,
    CODE_PAGE,
    DIMENSIONS,
    Extent,
    Patches,
    Record,
    stray_cells,
)
from batch_orders.sheet.formats.xls_struck import XlsStruck
from batch_orders.sheet.formats.xlsx_parts import BUILT_IN_FORMATS
from batch_orders.sheet.tables.grid import MOST_COLUMNS, Marks

BOUND_SHEET, XF, FORMAT, DATE_1904, FILE_PASS = 0x0085, 0x00E0, 0x041E, 0x0022, 0x002F
ROW, BOOL_OR_ERROR, FORMULA, NUMBER, RK, MUL_RK, EOF = 0x0208, 0x0205, 0x0006, 0x0203, 0x027E, 0x00BD, 0x000A
OTHER_FORMULAS = (0x0206, 0x0406)
"""Formulas under the numbers that older Excels gave them; some programs still do."""

HIDDEN_FLAG = 0x20
COLUMNS, HIDDEN_COLUMN_FLAG = 0x007D, 0x01


@dataclass(slots=True)
class XlsParts:
    """The workbook stream of an xls file, and what its worksheets' records tell.

    `plain` is a plain copy of the workbook where calamine needs one.
    """

    stream: bytes = field(repr=False)
    offsets: dict[str, int] = field(default_factory=dict)
    formats: dict[int, Format] = field(default_factory=dict)
    struck: XlsStruck = field(default_factory=XlsStruck, repr=False)
    marks: dict[str, Marks] = field(default_factory=dict, repr=False)
    hidden: dict[str, set[int]] = field(default_factory=dict)
    encrypted: bool = False
    made_as: str = ""
    plain: bytes = field(default=b"", repr=False)
    left_out: Collection[str] = ()

    @classmethod
    def open(cls, data: bytes) -> XlsParts:
        """Damaged files give no parts: whether they can be read at all is for calamine to say."""
        parts = cls(workbook_stream(data), made_as=made_as_in_ole(data))
        patches = Patches()
        try:
            parts.read_globals(patches)
        except (struct.error, IndexError):
            parts.offsets = {}
        for name in parts.offsets:
            parts.marks[name] = parts.read_worksheet(name, patches)
        if stream := patches.applied(parts.stream):
            parts.plain = one_stream("Workbook" if parts.stream[4:6] == BIFF8 else "Book", stream)
        return parts

    def read_globals(self, patches: Patches) -> None:
        codes = dict(BUILT_IN_FORMATS)
        styles: list[int] = []
        dates_from_1904 = False
        for kind, at, body in records(self.stream, 0):
            if kind == FILE_PASS:
                self.encrypted = True
                self.offsets = {}
                return
            if kind == BOUND_SHEET:
                name, offset = bound_sheet(body)
                self.offsets[name] = offset
            elif kind == XF:
                styles.append(struct.unpack_from("<H", body, 2)[0])
                self.struck.styles.append(struct.unpack_from("<H", body)[0])
            elif kind == FORMAT:
                codes[struct.unpack_from("<H", body)[0]] = long_text(body[2:])
            elif kind == DATE_1904:
                dates_from_1904 = body[:1] == b"\1"
            elif kind == CODE_PAGE and self.stream[4:6] == BIFF8:
                patches.set_code_page(at, body)
            else:
                self.struck.take(kind, body)
        self.struck.finish()
        for style, number in enumerate(styles):
            if shown := format_of(codes.get(number, ""), dates_from_1904):
                self.formats[style] = shown

    def mark(self, worksheet: str, marks: Marks) -> None:
        """Add what the worksheet's records tell."""
        if found := self.marks.get(worksheet):
            marks.errors, marks.formats, marks.hidden_rows = found.errors, found.formats, found.hidden_rows
            marks.struck, marks.outside = found.struck, found.outside

    def hidden_columns(self, worksheet: str) -> frozenset[int]:
        return frozenset(self.hidden.get(worksheet, ()))

    def read_worksheet(self, name: str, patches: Patches) -> Marks:
        marks, extent = Marks(), Extent()
        try:
            for kind, at, body in records(self.stream, self.offsets[name]):
                if kind in OTHER_FORMULAS:
                    patches.set_kind(at, FORMULA)
                    kind = FORMULA
                if kind in CELLS:
                    extent.add(body)
                self.mark_record(kind, body, marks)
                if self.struck.any:
                    self.struck.mark(kind, body, marks)
                if kind == COLUMNS:
                    first, last, flags = struct.unpack_from("<HH4xH", body)
                    hidden = range(first, min(last + 1, MOST_COLUMNS)) if flags & HIDDEN_COLUMN_FLAG else ()
                    self.hidden.setdefault(name, set()).update(hidden)
            if extent.sprawls:
                marks.outside = self.leave_out_strays(name, extent, patches)
        except struct.error:  # a record that is too short: the rest is as unreadable to calamine
            pass
        return marks

    def leave_out_strays(self, name: str, extent: Extent, patches: Patches) -> int:
        """Make stray cells blank, and the worksheet forget its dimensions. Returns how many rows they are in."""
        strays = stray_cells(records(self.stream, self.offsets[name]), extent)
        dimensions = [at for kind, at, _ in records(self.stream, self.offsets[name]) if kind == DIMENSIONS]
        for at in (*(at for at, _ in strays), *(dimensions if strays else ())):
            patches.set_kind(at, BLANK)
        return len({row for _, row in strays})

    def mark_record(self, kind: int, body: bytes, marks: Marks) -> None:
        if kind == ROW:
            row, flags = struct.unpack_from("<H10xH", body)
            if flags & HIDDEN_FLAG:
                marks.hidden_rows.add(row + 1)
        elif kind == BOOL_OR_ERROR:
            row, column, _style, code, is_error = struct.unpack_from("<HHHBB", body)
            if is_error:
                marks.errors[column][row + 1] = error_value(code)
        elif kind == FORMULA:
            self.mark_formula(body, marks)
        elif kind == NUMBER:
            row, column, style, value = struct.unpack_from("<HHHd", body)
            self.mark_number(row, column, style, value, marks)
        elif kind == RK:
            row, column, style, packed = struct.unpack_from("<HHHI", body)
            self.mark_number(row, column, style, rk_number(packed), marks)
        elif kind == MUL_RK:
            row, first = struct.unpack_from("<HH", body)
            for i in range((len(body) - 6) // 6):
                style, packed = struct.unpack_from("<HI", body, 4 + 6 * i)
                self.mark_number(row, first + i, style, rk_number(packed), marks)

    def mark_formula(self, body: bytes, marks: Marks) -> None:
        row, column, style = struct.unpack_from("<HHH", body)
        result = body[6:14]
        if result[6:] != b"\xff\xff":
            self.mark_number(row, column, style, struct.unpack("<d", result)[0], marks)
        elif result[0] == 2:
            marks.errors[column][row + 1] = error_value(result[2])

    def mark_number(self, row: int, column: int, style: int, value: float, marks: Marks) -> None:
        shown = self.formats.get(style)
        if shown and (text := shown(repr(value))) is not None:
            marks.formats[column][row + 1] = text


def workbook_stream(data: bytes) -> bytes:
    try:
        return read_stream(data, "Workbook", "Book")
    except DamagedOleError:
        return b""


def records(stream: bytes, start: int) -> Iterator[Record]:
    """The records of one substream with their places, without those of charts embedded in it."""
    depth = 0
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        if kind in (0x0809, 0x0409, 0x0209, 0x0009):
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, start, stream[start + 4 : start + 4 + size]
        start += 4 + size


def bound_sheet(body: bytes) -> tuple[str, int]:
    offset = struct.unpack_from("<I", body)[0]
    size = body[6]
    text = body[7:]
    # BIFF8 has a byte of flags before the letters, BIFF5 has not.
    if len(text) == size + 1 or len(text) == 2 * size + 1:
        return letters(text[1:], size, wide=bool(text[0] & 1)), offset
    return letters(text, size, wide=False), offset


def long_text(body: bytes) -> str:
    """A text with its length: BIFF8 in two bytes and flags, BIFF5 in one byte."""
    size = struct.unpack_from("<H", body)[0]
    if len(body) >= 3 and len(body) - 3 in (size, 2 * size):
        return letters(body[3:], size, wide=bool(body[2] & 1))
    return letters(body[1:], body[0], wide=False)


def letters(data: bytes, size: int, wide: bool) -> str:
    return data[: 2 * size].decode("utf-16-le", "replace") if wide else data[:size].decode("latin-1")
