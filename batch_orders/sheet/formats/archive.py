"""Guards on workbooks that are zip archives: their inflated size, passwords on their parts, and DTDs."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import IO

from batch_orders.errors import SheetError
from batch_orders.sheet.formats.detect import SAVE_AS
from batch_orders.sheet.options import MIB

MOST_PARTS = 20_000
PROLOG = 1 << 16
"""Bytes of a part in which its root element must have begun."""

ENCODINGS = {"utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "windows-1252"}
DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
DTD = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, OSError, EOFError)


class Archive:
    """An open archive. Names of parts are found whatever their case and slashes."""

    def __init__(self, data: bytes, inflated: int) -> None:
        """Raises SheetError where the parts inflate to more than `inflated` bytes, or are ambiguous."""
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN as error:
            raise damaged(error) from error
        self.parts = {plain_name(info.filename): info for info in self.zip.infolist()}
        check_size(self.zip.infolist(), inflated)
        if len(self.parts) < len(self.zip.infolist()):
            raise SheetError(f"the workbook is damaged: two of its parts have the same name. {SAVE_AS}")

    def check_xml(self) -> None:
        """Raises SheetError where a part of XML has a DTD."""
        for name, info in self.parts.items():
            if name.endswith((".xml", ".rels", ".vml")):
                check_prolog(self.head(info), info.filename)

    def head(self, info: zipfile.ZipInfo) -> bytes:
        try:
            with self.zip.open(info) as part:
                return part.read(PROLOG)
        except BROKEN as error:
            raise damaged(error) from error

    def has(self, name: str) -> bool:
        return plain_name(name) in self.parts

    def span(self, name: str) -> tuple[int, int]:
        """Where a part lies in the file: first byte and size, nothing where there is no such part."""
        info = self.parts.get(plain_name(name))
        return (info.header_offset, info.compress_size) if info else (0, 0)

    def open(self, name: str) -> IO[bytes]:
        """A part to read from, empty where there is none. Reading may raise any of BROKEN."""
        info = self.parts.get(plain_name(name))
        return self.zip.open(info) if info else io.BytesIO()

    def read(self, name: str) -> bytes:
        """A whole part. Raises SheetError where it is damaged."""
        try:
            with self.open(name) as part:
                return part.read()
        except BROKEN as error:
            raise damaged(error) from error


def plain_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def check_size(parts: list[zipfile.ZipInfo], inflated: int) -> None:
    if len(parts) > MOST_PARTS:
        raise SheetError(f"the workbook has {len(parts):,} parts, far more than any real one. {SAVE_AS}")
    if any(part.flag_bits & 1 for part in parts):
        raise SheetError(f"the archive is password-protected. {SAVE_AS}")
    size = sum(part.file_size for part in parts)
    if size > inflated:
        raise SheetError(
            f"the workbook inflates to {size // MIB:,} MiB, more than the {inflated // MIB:,} MiB allowed. "
            "Split the sheet into smaller ones."
        )


def check_prolog(head: bytes, name: str) -> None:
    """What stands before the root element: no DTD, and no encoding in which one could hide."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:4]:
        head = head.replace(b"\0", b"")
    declared = DECLARED.search(head[:500])
    encoding = declared.group(1).decode("latin-1").lower() if declared else "utf-8"
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if DTD.search(head):
        raise SheetError(f"the workbook's part {name} has a DTD, which is not read for safety. {SAVE_AS}")
    if encoding not in ENCODINGS or (text and not text.startswith(b"<")):
        raise SheetError(f"the workbook's part {name} is in an encoding that no spreadsheet uses. {SAVE_AS}")


def damaged(error: BaseException) -> SheetError:
    return SheetError(
        f"the workbook is damaged: its archive cannot be read ({type(error).__name__}). {SAVE_AS}"
    )
