"""Text that is struck through, in an xlsb workbook: by a cell's font, or by the font of a part of its text."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from batch_orders.sheet.formats.struck import Runs, what_remains
from batch_orders.sheet.tables.grid import Marks

Record = tuple[int, bytes]

FONT, SHARED_TEXT, RICH_CELL, SHARED_CELL = 43, 19, 62, 7
CELLS = range(2, 12)
"""Records of one cell with a value: column and style come first."""

STRIKE_FLAG, RICH_FLAG = 0x08, 0x01


@dataclass(slots=True)
class XlsbStruck:
    """Which fonts, cell styles and shared texts are struck through. Styles and texts are told by their numbers."""

    fonts: list[bool] = field(default_factory=list)
    styles: list[bool] = field(default_factory=list)
    texts: dict[int, Runs] = field(default_factory=dict)

    def take_font(self, body: bytes) -> None:
        self.fonts.append(bool(struct.unpack_from("<H", body, 2)[0] & STRIKE_FLAG))

    def take_style(self, body: bytes) -> None:
        """The body of a cell style; fonts come before it."""
        self.styles.append(self.is_struck(struct.unpack_from("<H", body, 4)[0]))

    def is_struck(self, font: int) -> bool:
        return font < len(self.fonts) and self.fonts[font]

    def take_texts(self, records: Iterable[Record]) -> None:
        texts = (body for kind, body in records if kind == SHARED_TEXT)
        with suppress(struct.error, IndexError):  # a record that is too short
            self.texts.update(
                (number, runs) for number, body in enumerate(texts) if (runs := self.runs_of(body))
            )

    def runs_of(self, body: bytes) -> Runs:
        """The parts of a rich text of which one is struck through, or none."""
        if not body[0] & RICH_FLAG:
            return ()
        letters = struct.unpack_from("<I", body, 1)[0]
        data, at = body[5 : 5 + 2 * letters], 5 + 2 * letters
        count = struct.unpack_from("<I", body, at)[0]
        found = [struct.unpack_from("<HH", body, at + 4 + 4 * number) for number in range(count)]
        if not any(self.is_struck(font) for _, font in found):
            return ()
        return self.parts(data, found)

    def parts(self, data: bytes, runs: Sequence[tuple[int, ...]]) -> Runs:
        """A part ends where the next one begins; what stands before the first is as its cell is."""
        begins = [0, *(begin for begin, _ in runs)]
        ends = [*begins[1:], len(data) // 2]
        looks = [None, *(self.is_struck(font) for _, font in runs)]
        return [
            (data[2 * begin : 2 * end].decode("utf-16-le", "replace"), look)
            for begin, end, look in zip(begins, ends, looks, strict=True)
        ]

    def mark(self, kind: int, body: bytes, row: int, marks: Marks) -> None:
        """Mark the cell of one record of the row `row`, counted from 1."""
        if kind not in CELLS and kind != RICH_CELL:
            return
        column, style = struct.unpack_from("<II", body)
        style &= 0xFFFFFF
        whole = style < len(self.styles) and self.styles[style]
        runs: Runs = ()
        if kind == RICH_CELL:
            runs = self.runs_of(body[8:])
        elif kind == SHARED_CELL:
            runs = self.texts.get(struct.unpack_from("<I", body, 8)[0], ())
        remains = what_remains(runs, whole) if runs else "" if whole else None
        if remains is not None:
            marks.struck[column][row] = remains

    @property
    def any(self) -> bool:
        return any(self.fonts)
