"""OLE compound files, in which xls workbooks and encrypted ones are kept, through olefile."""

from __future__ import annotations

import io
import struct

import olefile  # type: ignore[import-untyped]

SECTOR = 4096
FREE, CHAIN_END, TABLE_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


class DamagedOleError(Exception):
    """The compound file cannot be read."""


def stream_names(data: bytes) -> set[str]:
    """The names of the outermost streams and folders, in lower case. Raises DamagedOleError."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return {path[0].lower() for path in ole.listdir()}
    except MemoryError:
        raise
    except Exception as error:  # olefile promises no exception of its own for damaged files
        raise DamagedOleError from error


def read_stream(data: bytes, *names: str) -> bytes:
    """The first stream there is of those names, b"" where there is none. Raises DamagedOleError."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            name = next(filter(ole.exists, names), "")
            return bytes(ole.openstream(name).read()) if name else b""
    except MemoryError:
        raise
    except Exception as error:
        raise DamagedOleError from error


def one_stream(name: str, data: bytes) -> bytes:
    """A compound file of version 4 ([MS-CFB]) with one stream. Short streams end in zeros.

    The root must have a sector of its own: calamine takes a file without it for an empty one.
    """
    sectors = max(-(-len(data) // SECTOR), 1)
    tables = next(count for count in range(1, 110) if count * SECTOR // 4 >= count + 2 + sectors)
    first = tables + 2
    chain = [*range(first + 1, first + sectors), CHAIN_END]
    table = [*[TABLE_SECTOR] * tables, CHAIN_END, CHAIN_END, *chain]
    table += [FREE] * (tables * SECTOR // 4 - len(table))
    header = struct.pack("<8s16x5H6x", olefile.MAGIC, 0x3E, 4, 0xFFFE, 12, 6)
    header += struct.pack("<9I", 1, tables, tables, 0, SECTOR, CHAIN_END, 0, CHAIN_END, 0)
    header += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    folder = entry("Root Entry", 5, 1, tables + 1, 0) + entry(name, 2, FREE, first, sectors * SECTOR)
    parts = (header, struct.pack(f"<{len(table)}I", *table), folder, bytes(SECTOR), data)
    return b"".join(part + bytes(-len(part) % SECTOR) for part in parts)


def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<64sH2B3I", text, len(text), kind, 1, FREE, FREE, child)
    return links + bytes(36) + struct.pack("<IQ", start, size)
