"""Records of an xls workbook that Excel reads and python-calamine misreads, written in the way it knows."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from batch_orders.sheet.tables.header import HEADER_DEPTH

Record = tuple[int, int, bytes]
"""Its kind, its place in the stream, and what it holds."""

BIFF8 = b"\x00\x06"
UTF_16 = b"\xb0\x04"

CODE_PAGE, DIMENSIONS, BLANK = 0x0042, 0x0200, 0x0201
CELLS = frozenset({0x00FD, 0x0204, 0x00D6, 0x0203, 0x027E, 0x00BD, 0x0205, 0x0006})
"""Records of cells with a value: text, numbers, booleans and errors, formulas."""

LARGEST_AREA = 1 << 22
"""Cells. calamine keeps a value for every cell between the first and the last one, 32 bytes each, twice."""

MOST_STRAYS = 1000


@dataclass(slots=True)
class Patches:
    """Bytes to be set in the workbook stream, by place. No record changes its length."""

    found: list[tuple[int, bytes]] = field(default_factory=list)

    def set_kind(self, at: int, kind: int) -> None:
        self.found.append((at, struct.pack("<H", kind)))

    def set_code_page(self, at: int, body: bytes) -> None:
        """All text of BIFF8 is Unicode, whatever code page the file names. calamine believes it."""
        if len(body) == 2 and body != UTF_16:
            self.found.append((at + 4, UTF_16))

    def applied(self, stream: bytes) -> bytes:
        """The stream with the patches, b"" where there are none."""
        if not self.found:
            return b""
        patched = bytearray(stream)
        for at, data in self.found:
            patched[at : at + len(data)] = data
        return bytes(patched)


@dataclass(slots=True)
class Extent:
    """The area of the cells of one worksheet; `headed` is the last column in the rows of a header."""

    last_row: int = 0
    last_column: int = 0
    headed: int = 0

    def add(self, body: bytes) -> None:
        """Take a record of a cell."""
        row, column = struct.unpack_from("<HH", body)
        self.last_row = max(self.last_row, row)
        if column > self.last_column:
            self.last_column = column
        if row < HEADER_DEPTH and column > self.headed:
            self.headed = column

    @property
    def sprawls(self) -> bool:
        return (self.last_row + 1) * (self.last_column + 1) > LARGEST_AREA


def stray_cells(cells: Iterable[Record], extent: Extent) -> Sequence[tuple[int, int]]:
    """Place and row of the few cells that make a worksheet sprawl, in columns that can have no header."""
    found: list[tuple[int, int]] = []
    for kind, at, body in cells:
        if kind in CELLS:
            row, column = struct.unpack_from("<HH", body)
            if column > extent.headed:
                found.append((at, row))
        if len(found) > MOST_STRAYS:
            return ()
    return found
