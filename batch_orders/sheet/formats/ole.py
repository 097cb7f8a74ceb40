"""OLE compound files, in which xls workbooks and encrypted ones are kept, through olefile."""

from __future__ import annotations

import io

import olefile  # type: ignore[import-untyped]


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
