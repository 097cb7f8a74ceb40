"""Text that is struck through, in an xls workbook: by a cell's font, or by the font of a part of its text."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from batch_orders.sheet.formats.struck import Runs, what_remains
from batch_orders.sheet.tables.grid import Marks

FONT, TEXTS, CONTINUED, SHARED_TEXT = 0x0031, 0x00FC, 0x003C, 0x00FD
SINGLE = frozenset({SHARED_TEXT, 0x0204, 0x00D6, 0x0203, 0x027E, 0x0205, 0x0006})
"""Records of one cell with a value: row, column and style come first."""

SEVERAL = 0x00BD
STRIKE_FLAG = 0x08
WIDE, FAR_EAST, RICH = 0x01, 0x04, 0x08
NO_SUCH_FONT = 4
"""This number is left out: the fonts behind it are counted one further ([MS-XLS] 2.5.129)."""


@dataclass(slots=True)
class XlsStruck:
    """What the workbook's own records tell, and what is made of it: the struck styles and shared texts."""

    fonts: list[bool] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    segments: list[bytes] = field(default_factory=list)
    struck_styles: frozenset[int] = frozenset()
    texts: Mapping[int, Runs] = field(default_factory=dict)

    def take(self, kind: int, body: bytes) -> None:
        """Take a record of the workbook's own."""
        if kind == FONT:
            self.fonts.append(bool(struct.unpack_from("<H", body, 2)[0] & STRIKE_FLAG))
        elif kind == TEXTS or (kind == CONTINUED and self.segments):
            self.segments.append(body)

    def finish(self) -> None:
        """After the last of these records."""
        self.struck_styles = frozenset(
            style for style, number in enumerate(self.styles) if self.is_struck(number)
        )
        if any(self.fonts):
            self.texts = self.find_texts()
        self.segments = []

    def is_struck(self, number: int) -> bool:
        place = number - (number > NO_SUCH_FONT)
        return place < len(self.fonts) and self.fonts[place]

    def find_texts(self) -> dict[int, Runs]:
        found: dict[int, Runs] = {}
        reading = Segments(self.segments)
        try:
            _, count = struct.unpack("<II", reading.take(8))
            for number in range(count):
                text, runs = reading.text()
                if any(self.is_struck(font) for _, font in runs):
                    found[number] = self.parts(text, runs)
        except (struct.error, IndexError):  # what is damaged is for calamine to say
            pass
        return found

    def parts(self, text: str, runs: Sequence[tuple[int, int]]) -> Runs:
        starts = [start for start, _ in runs]
        ends = [*starts[1:], len(text)]
        parts = [
            (text[start:end], self.is_struck(font)) for (start, font), end in zip(runs, ends, strict=True)
        ]
        return [(text[: starts[0]], None), *parts]

    def mark(self, kind: int, body: bytes, marks: Marks) -> None:
        """Mark the cells of one record of a worksheet."""
        if kind in SINGLE:
            row, column, style = struct.unpack_from("<HHH", body)
            number = struct.unpack_from("<I", body, 6)[0] if kind == SHARED_TEXT else -1
            self.mark_cell(row, column, style, number, marks)
        elif kind == SEVERAL:
            row, first = struct.unpack_from("<HH", body)
            for at in range((len(body) - 6) // 6):
                self.mark_cell(row, first + at, struct.unpack_from("<H", body, 4 + 6 * at)[0], -1, marks)

    def mark_cell(self, row: int, column: int, style: int, text: int, marks: Marks) -> None:
        whole = style in self.struck_styles
        runs = self.texts.get(text)
        remains = what_remains(runs, whole) if runs else "" if whole else None
        if remains is not None:
            marks.struck[column][row + 1] = remains

    @property
    def any(self) -> bool:
        return bool(self.struck_styles or self.texts)


@dataclass(slots=True)
class Segments:
    """The shared texts, which go on over the ends of records."""

    segments: Sequence[bytes]
    number: int = 0
    at: int = 0

    def take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            self.go_on()
            piece = self.segments[self.number][self.at : self.at + size - len(taken)]
            self.at += len(piece)
            taken += piece
        return taken

    def go_on(self) -> bool:
        """To the next record where this one has ended."""
        if self.at < len(self.segments[self.number]):
            return False
        self.number, self.at = self.number + 1, 0
        return True

    def text(self) -> tuple[str, list[tuple[int, int]]]:
        """A text, and the place and the font of each of its parts."""
        count, flags = struct.unpack("<HB", self.take(3))
        runs = struct.unpack("<H", self.take(2))[0] if flags & RICH else 0
        more = struct.unpack("<I", self.take(4))[0] if flags & FAR_EAST else 0
        text = self.letters(count, bool(flags & WIDE))
        found = [struct.unpack("<HH", self.take(4)) for _ in range(runs)]
        self.take(more)
        return text, found

    def letters(self, count: int, wide: bool) -> str:
        """A record that begins amid a text says anew whether its letters are wide."""
        text = ""
        while len(text) < count:
            if self.go_on():
                wide = bool(self.take(1)[0] & WIDE)
            size = 2 if wide else 1
            left = (len(self.segments[self.number]) - self.at) // size
            data = self.take(size * min(count - len(text), left))
            text += data.decode("utf-16-le" if wide else "latin-1", "replace")
            if not left:
                raise IndexError
        return text
