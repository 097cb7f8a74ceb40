"""xls workbooks (BIFF8) made record by record, in forms that no library writes."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from batch_orders.sheet.formats.ole import one_stream


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def label(row: int, column: int, text: str) -> bytes:
    return record(0x0204, struct.pack("<HHHHB", row - 1, column, 0, len(text), 1) + text.encode("utf-16-le"))


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with a number for its result, under the record number that is told."""

    kind: int
    result: float

    def at(self, row: int, column: int) -> bytes:
        tail = struct.pack("<HIH", 0, 0, 3) + b"\x1e\x01\x00"
        return record(self.kind, struct.pack("<HHHd", row - 1, column, 0, self.result) + tail)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A number in the format of the workbook."""

    value: float

    def at(self, row: int, column: int) -> bytes:
        return record(0x0203, struct.pack("<HHHd", row - 1, column, 1, self.value))


Cell = str | Formula | Formatted


def cell(row: int, column: int, value: Cell) -> bytes:
    return label(row, column, value) if isinstance(value, str) else value.at(row, column)


def lines(*rows: Sequence[Cell]) -> bytes:
    return b"".join(
        cell(row, column, value) for row, cells in enumerate(rows, 1) for column, value in enumerate(cells)
    )


def xls(
    cells: bytes,
    number_format: str = "General",
    code_page: int = 1200,
    dimensions: bytes = b"",
    fonts: bytes = b"",
    texts: bytes = b"",
) -> bytes:
    """A workbook with the records `cells` in its worksheet Orders. Its style 0 has font 0, its style 1 font 1."""

    def opening(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))

    code = struct.pack("<HHB", 200, len(number_format), 0) + number_format.encode("latin-1")
    styles = b"".join(
        record(0x00E0, struct.pack("<HH", at, number) + bytes(16)) for at, number in ((0, 0), (1, 200))
    )
    head = opening(5) + record(0x0042, struct.pack("<H", code_page)) + fonts + record(0x041E, code) + styles
    head += texts
    listed = struct.pack("<HBB", 0, 6, 0) + b"Orders"
    start = len(head) + 4 + 4 + len(listed) + 4
    globals_ = head + record(0x0085, struct.pack("<I", start) + listed) + record(0x000A)
    worksheet = opening(16) + record(0x0200, dimensions or bytes(14)) + cells + record(0x000A)
    return one_stream("Workbook", globals_ + worksheet)
