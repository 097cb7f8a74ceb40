"""What a file is, by its bytes. Its ending is only compared."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import PurePath

from batch_orders.errors import SheetError
from batch_orders.sheet.formats.ole import DamagedOleError, stream_names


class Kind(StrEnum):
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    HTML = "html"
    SPREADSHEETML = "SpreadsheetML"
    CSV = "csv"
    ENCRYPTED = "encrypted workbook"


ENDINGS = {
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".xltx": Kind.XLSX,
    ".xltm": Kind.XLSX,
    ".xlsb": Kind.XLSB,
    ".xls": Kind.XLS,
    ".xlt": Kind.XLS,
    ".ods": Kind.ODS,
    ".ots": Kind.ODS,
    ".htm": Kind.HTML,
    ".html": Kind.HTML,
    ".xml": Kind.SPREADSHEETML,
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".tab": Kind.CSV,
    ".txt": Kind.CSV,
}

OTHER_FILES = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "an RTF document"),
    (b"ID;P", "a SYLK file"),
)
OLD_WORKBOOKS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
"""How workbooks of Excel 2, 3 and 4 begin."""

SAVE_AS = "Save the sheet as .xlsx or .csv and hand that in."
HEAD = 4096
SOMETHING = re.compile(rb"[^\0 \r\n\t\xef\xbb\xbf\xff\xfe]")
"""A byte that says more than blanks and byte order marks do."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def detect(data: bytes, name: str) -> Kind:
    """The kind of sheet. Raises SheetError, naming what it is instead, where it is none."""
    if not SOMETHING.search(data):
        raise SheetError("the file is empty. Save the sheet again and hand that in.")
    if name.startswith("~$"):
        raise SheetError(
            "this is the lock file that Excel makes while a sheet is open. Hand in the sheet itself."
        )
    for magic, what in OTHER_FILES:
        if data.startswith(magic):
            advice = "Unpack it and hand in the sheet." if "archive" in what else SAVE_AS
            raise SheetError(f"this is {what}, not a sheet. {advice}")
    if data.startswith(b"BM") and data[6:10] == b"\0\0\0\0":
        raise SheetError(f"this is a picture, not a sheet. {SAVE_AS}")
    if data.startswith(OLD_WORKBOOKS):
        raise SheetError(f"this is a workbook of Excel 2, 3 or 4, too old to be read. {SAVE_AS}")
    if data.startswith(b"PK"):
        return detect_zip(data)
    if data.startswith(OLE):
        return detect_ole(data)
    return detect_text(data)


def detect_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise SheetError(f"the workbook is damaged: its archive cannot be opened. {SAVE_AS}") from error
    if "content.xml" in names:
        return Kind.ODS
    if any(re.fullmatch(r"xl/workbook\d*\.bin", name) for name in names):
        return Kind.XLSB
    if "[content_types].xml" in names and any(name.startswith("xl/") for name in names):
        return Kind.XLSX
    what = zip_contents(names)
    raise SheetError(f"this is {what}, not a sheet. {'Unpack it first.' if 'zip' in what else SAVE_AS}")


def zip_contents(names: set[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return "a Word document"
    if any(name.startswith("ppt/") for name in names):
        return "a presentation"
    if any(name.endswith(".iwa") or name.startswith("index/") for name in names):
        return "an Apple Numbers document"
    return "a zip archive" if names else "an empty archive"


def detect_ole(data: bytes) -> Kind:
    try:
        streams = stream_names(data)
    except DamagedOleError as error:
        raise SheetError(f"the workbook is damaged: its parts cannot be found. {SAVE_AS}") from error
    if "encryptedpackage" in streams:
        return Kind.ENCRYPTED
    if "workbook" in streams or "book" in streams:
        return Kind.XLS
    what = "a Word document" if "worddocument" in streams else "an Office file of another kind"
    raise SheetError(f"this is {what}, not a sheet. {SAVE_AS}")


def detect_text(data: bytes) -> Kind:
    head = data[:HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if plain.startswith((b"<?xml", b"<workbook")):
        return detect_xml(plain)
    if re.match(rb"<(!doctype html|html|head|body|table|meta|!--|style|div)", plain):
        return Kind.HTML
    if binary(data[: 16 * HEAD]):
        raise SheetError(f"this is not a sheet of any known kind. {SAVE_AS}")
    return Kind.CSV


def detect_xml(head: bytes) -> Kind:
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return Kind.SPREADSHEETML
    if re.search(rb"<!doctype html|<html", head):
        return Kind.HTML
    raise SheetError(f"this is an XML file, not a sheet. {SAVE_AS}")


def binary(head: bytes) -> bool:
    """Whether it holds too many control characters for a text, even for UTF-16 or with a stray NUL."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > 0.3 * len(head) / 2 and min(even, odd) < 0.05 * len(head) / 2:
        return False
    controls = sum(head.count(code) for code in range(32) if code not in (9, 10, 12, 13, 26, 27))
    return controls > 0.05 * len(head)


def wrong_ending(kind: Kind, name: str) -> str:
    """The ending, where it promises another kind of file than this is; else ""."""
    ending = PurePath(name).suffix.lower()
    return ending if ENDINGS.get(ending, kind) is not kind else ""
