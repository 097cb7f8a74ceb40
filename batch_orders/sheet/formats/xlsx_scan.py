"""The search of one worksheet's XML for errors, formulas without a value, formats, struck text and hidden rows.

The part runs to hundreds of megabytes, so it is searched as bytes: for the few patterns that matter, each
with a literal beginning, and only the cell around a hit is looked into. Where rows or cells do not tell
their own position, or tags carry a prefix, every cell is looked at in its turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape
from typing import IO

from batch_orders.sheet.formats.number_format import Format
from batch_orders.sheet.formats.struck import LINE_THROUGH, STRIKE, Struck, runs_of, what_remains
from batch_orders.sheet.tables.grid import MOST_COLUMNS, Marks

PIECE = 1 << 20
LONGEST_HEAD = 4 << 20
"""Bytes before the first row that are searched for hidden columns."""

PREFIX = rb"(?:[\w.-]+:)?"
ROW = re.compile(rb"<" + PREFIX + rb"row(?=[\s>/])([^>]*)>")
CELL = re.compile(rb"<" + PREFIX + rb"c(?=[\s>/])([^>]*?)(?:/>|>(.*?)</" + PREFIX + rb"c>)", re.DOTALL)
VALUE = re.compile(rb"<" + PREFIX + rb"v(?:\s[^>]*)?>([^<]*)</")
FORMULA = re.compile(rb"<" + PREFIX + rb"f(?=[\s>/])")
ATTRIBUTE = re.compile(rb"""\s([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
TRUE = (b"1", b"true")

NO_VALUE = rb"\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
ALWAYS_SOUGHT = (
    re.compile(rb't="e"'),
    re.compile(rb"t='e'"),
    re.compile(rb"</f>" + NO_VALUE),
    re.compile(rb"<f\s[^>]*/>" + NO_VALUE),
)
HIDDEN = re.compile(rb"hidden=")
SHARED = re.compile(rb"""t=["']s["'][^>]*><v>(\d+)</v>""")
COLUMN = re.compile(rb"<" + PREFIX + rb"col(?=[\s>/])([^>]*)>")
NO_WIDTH = (b"0", b"0.0")


class UnnumberedError(Exception):
    """A row or cell does not tell its own position."""


class Scan:
    """One search; what it finds goes into `marks`. `formats` is by style number."""

    def __init__(self, formats: Mapping[int, Format], struck: Struck, marks: Marks) -> None:
        self.struck = struck
        self.struck_style = re.compile(
            rb""" s=["'](?:%b)["'][^>/]*>""" % (b"|".join(struck.styles) or b"none")
        )
        self.formats = {str(style).encode(): shown for style, shown in formats.items()}
        self.marks = marks
        styles = b"|".join(self.formats) or b"none"
        self.styled = re.compile(rb""" s=["'](?:%b)["'][^>/]*>""" % styles)
        self.styled_number = re.compile(
            rb"""<c r="([A-Z]{1,3})(\d+)" s="(%b)"(?: t="n")?><v>([^<]*)</v></c>""" % styles
        )

    def search(self, piece: bytes) -> None:
        """Look into the cells around the hits in a piece. Raises UnnumberedError."""
        for pattern in ALWAYS_SOUGHT:
            self.search_cells(pattern, piece)
        if self.formats:
            self.search_formats(piece)
        self.search_struck(piece)
        self.search_hidden_rows(piece)

    def search_struck(self, piece: bytes) -> None:
        if self.struck.styles:
            self.search_cells(self.struck_style, piece)
        if STRIKE in piece:
            self.search_cells(LINE_THROUGH, piece)
        if self.struck.texts:
            for hit in SHARED.finditer(piece):
                if hit.group(1) in self.struck.texts:
                    self.look_at_cell(piece, hit.start())

    def search_cells(self, pattern: re.Pattern[bytes], piece: bytes) -> None:
        for hit in pattern.finditer(piece):
            self.look_at_cell(piece, hit.start())

    def look_at_cell(self, piece: bytes, at: int) -> None:
        cell = CELL.match(piece, piece.rfind(b"<c ", 0, at + 1))
        if cell:
            told = attributes(cell.group(1))
            column, row = position(told.get(b"r", b""))
            self.mark_cell(row, column, told, cell.group(2) or b"")

    def search_formats(self, piece: bytes) -> None:
        """Whole columns have a format, so the usual shape of such a cell has a pattern of its own."""
        usual = self.styled_number.findall(piece)
        if len(usual) != len(self.styled.findall(piece)):
            self.search_cells(self.styled, piece)
            return
        for letters, row, style, raw in usual:
            self.mark_format(int(row), column_of(letters), style, raw.decode("latin-1"))

    def search_hidden_rows(self, piece: bytes) -> None:
        for hit in HIDDEN.finditer(piece):
            if row_tag := ROW.match(piece, piece.rfind(b"<", 0, hit.start())):
                told = attributes(row_tag.group(1))
                if told.get(b"hidden") in TRUE:
                    self.marks.hidden_rows.add(number(told.get(b"r", b"")))

    def search_in_turn(self, piece: bytes, row: int) -> int:
        """Look into every cell of a piece, whose first row comes after `row`. Returns its last row."""
        rows = list(ROW.finditer(piece))
        ends = [*(tag.start() for tag in rows[1:]), len(piece)][: len(rows)]
        for tag, end in zip(rows, ends, strict=True):
            told = attributes(tag.group(1))
            row = int(told[b"r"]) if told.get(b"r", b"").isdigit() else row + 1
            if told.get(b"hidden") in TRUE:
                self.marks.hidden_rows.add(row)
            column = -1
            for cell in CELL.finditer(piece, tag.end(), end):
                told = attributes(cell.group(1))
                column = position(told[b"r"])[0] if b"r" in told else column + 1
                self.mark_cell(row, column, told, cell.group(2) or b"")
        return row

    def mark_cell(self, row: int, column: int, told: Mapping[bytes, bytes], content: bytes) -> None:
        value = VALUE.search(content)
        text = unescape(value.group(1).decode("utf-8", "replace")).strip() if value else ""
        kind = told.get(b"t", b"n")
        if kind == b"e":
            self.marks.errors[column][row] = text or "#ERROR"
        elif not text and kind != b"str" and FORMULA.search(content):
            self.marks.valueless[column].add(row)
        elif kind == b"n" and text:
            self.mark_format(row, column, told.get(b"s", b""), text)
        self.mark_struck(row, column, told, content)

    def mark_struck(self, row: int, column: int, told: Mapping[bytes, bytes], content: bytes) -> None:
        whole = told.get(b"s", b"") in self.struck.styles
        if not whole and STRIKE not in content and told.get(b"t") != b"s":
            return
        value = VALUE.search(content) if told.get(b"t") == b"s" else None
        runs = self.struck.texts.get(value.group(1)) if value else runs_of(content)
        remains = what_remains(runs, whole) if runs else "" if whole else None
        if remains is not None:
            self.marks.struck[column][row] = remains

    def mark_format(self, row: int, column: int, style: bytes, raw: str) -> None:
        shown = self.formats.get(style)
        if shown and (text := shown(raw)) is not None:
            self.marks.formats[column][row] = text


def scan(part: IO[bytes], formats: Mapping[int, Format], struck: Struck, marks: Marks) -> None:
    """Search the part quickly. Raises UnnumberedError where only `scan_in_turn` can tell positions."""
    search = Scan(formats, struck, marks)
    for piece in pieces(part):
        if not plain(piece):
            raise UnnumberedError
        search.search(piece)
        marks.row_count += piece.count(b"<row ")


def scan_in_turn(part: IO[bytes], formats: Mapping[int, Format], struck: Struck, marks: Marks) -> None:
    search = Scan(formats, struck, marks)
    row = 0
    for piece in pieces(part):
        row = search.search_in_turn(piece, row)


def hidden_columns(part: IO[bytes]) -> frozenset[int]:
    """The columns that are hidden, counted from 0. What tells of them stands before the first row."""
    head = b""
    while b"sheetData" not in head and len(head) < LONGEST_HEAD and (read := part.read(PIECE >> 4)):
        head += read
    found: set[int] = set()
    for column in COLUMN.finditer(head):
        told = attributes(column.group(1))
        if told.get(b"hidden") in TRUE or told.get(b"width") in NO_WIDTH:
            first, last = (int(told.get(name, b"0")) for name in (b"min", b"max"))
            found.update(range(first - 1, min(last, MOST_COLUMNS)))
    return frozenset(found)


def plain(piece: bytes) -> bool:
    """Whether the first row of a piece, and its first cell, have no prefix and tell their position."""
    row = ROW.search(piece)
    if not row:
        return True
    cell = CELL.search(piece, row.end())
    return (
        row.group().startswith(b"<row ")
        and b"r" in attributes(row.group(1))
        and (not cell or (cell.group().startswith(b"<c ") and b"r" in attributes(cell.group(1))))
    )


def pieces(part: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that each end where a row begins."""
    tag = b""
    rest = b""
    while read := part.read(PIECE):
        piece = rest + read
        if not tag and (row := ROW.search(piece)):
            tag = row.group().partition(b"row")[0] + b"row"
        cut = max(piece.rfind(tag), 0) if tag else 0
        if cut:
            yield piece[:cut]
        rest = piece[cut:]
    yield rest


def attributes(tag: bytes) -> dict[bytes, bytes]:
    return {name: double or single for name, double, single in ATTRIBUTE.findall(tag)}


def position(reference: bytes) -> tuple[int, int]:
    """ "AB12" → column 27, counted from 0, and row 12."""
    letters = reference.rstrip(b"0123456789")
    return column_of(letters), number(reference[len(letters) :])


@lru_cache(maxsize=1 << 15)
def column_of(letters: bytes) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return column - 1


def number(digits: bytes) -> int:
    if not digits.isdigit():
        raise UnnumberedError
    return int(digits)
