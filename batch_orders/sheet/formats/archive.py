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

UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii"}
ENCODINGS = UTF_8 | {"utf-16", "iso-8859-1", "windows-1252"}
NOT_READ = ("__macosx/", "docprops/", "customxml/", "xl/media/")
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
        infos = [info for info in self.zip.infolist() if is_read(plain_name(info.filename))]
        self.parts = {plain_name(info.filename): info for info in self.zip.infolist()}
        self.encodings: dict[str, str] = {}
        check_size(self.zip.infolist(), inflated)
        if len({plain_name(info.filename) for info in infos}) < len(infos):
            raise SheetError(f"the workbook is damaged: two of its parts have the same name. {SAVE_AS}")

    def check_xml(self) -> None:
        """Notes the parts of XML that are not in UTF-8. Raises SheetError where one has a DTD."""
        for name, info in self.parts.items():
            if name.endswith((".xml", ".rels", ".vml")) and is_read(name):
                encoding = check_prolog(self.head(info), info.filename)
                if encoding:
                    self.encodings[name] = encoding

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


def is_read(name: str) -> bool:
    """Whether anything is read from a part: not from what a Mac adds, and not from what is said of the workbook."""
    return not name.startswith(NOT_READ) and not name.rpartition("/")[2].startswith("._")


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


def check_prolog(head: bytes, name: str) -> str:
    """What stands before the root element: no DTD, and no encoding in which one could hide.

    Returns the encoding, or "" where it is UTF-8 and says no other.
    """
    wide = wide_encoding(head)
    if wide:
        head = head.replace(b"\0", b"")
    declared = DECLARED.search(head[:500])
    encoding = declared.group(1).decode("latin-1").lower() if declared else "utf-8"
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if DTD.search(head):
        raise SheetError(f"the workbook's part {name} has a DTD, which is not read for safety. {SAVE_AS}")
    if encoding not in ENCODINGS or (text and not text.startswith(b"<")):
        raise SheetError(f"the workbook's part {name} is in an encoding that no spreadsheet uses. {SAVE_AS}")
    if wide or encoding in UTF_8:
        return wide
    # Some programs say UTF-16 of a text that they then write in UTF-8.
    return "utf-8" if encoding == "utf-16" else encoding


def wide_encoding(head: bytes) -> str:
    """The kind of UTF-16, "" where each letter of the markup is one byte."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" not in head[:4]:
        return ""
    return "utf-16-be" if head.startswith(b"\0") else "utf-16-le"


def damaged(error: BaseException) -> SheetError:
    return SheetError(
        f"the workbook is damaged: its archive cannot be read ({type(error).__name__}). {SAVE_AS}"
    )
