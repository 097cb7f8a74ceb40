"""What a file is, by its bytes. Its ending is only compared."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
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
)
GOOGLE = "a link to a Google sheet"
TEXT_FILES = (
    (re.compile(rb"ID;P[^\r\n]*[\r\n]+([BCEFOPW]|NN);"), "a SYLK file"),
    (
        re.compile(rb"mime-version:|from: <saved by|content-type: multipart/related", re.IGNORECASE),
        "a web archive (MHTML)",
    ),
    (re.compile(rb"\s*\{[^{}]*(docs\.google\.com|\"doc_id\")"), GOOGLE),
    (re.compile(rb"\s*(\{\s*\"|\[\s*[\[{])"), "a JSON file"),
    (re.compile(rb"\[(InternetShortcut|Desktop Entry)\]"), "a link"),
)
GOOGLE_LINK = (
    "this is only a link to a Google sheet. Open it, choose File > Download > Microsoft Excel (.xlsx) and hand "
    "that in."
)
OLD_WORKBOOKS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
"""How workbooks of Excel 2, 3 and 4 begin."""

NUMBERS_PARTS = {"index.zip", "index.apxl"}
SAVE_AS = "Save the sheet as .xlsx or .csv and hand that in."
NUMBERS = "Open it in Numbers, choose File > Export To > Excel and hand that in."
OPEN_AND_SAVE = "Open it in LibreOffice, save it as .ods or .xlsx and hand that in."
HEAD = 4096
LONG_HEAD = 1 << 20
"""Bytes among which a web page has its first table."""

SPREADSHEET = re.compile(
    rb"(spreadsheetml\.(sheet|template)|ms-excel\.(sheet|template|addin)\.macroenabled)\.main\+xml"
)
"""The type of the part that lists the worksheets, in an xlsx, xltx, xlsm, xltm or xlam file."""

HTML = re.compile(rb"<(!doctype html|html|head|body|table|meta|!--|style|div)")
TAG = re.compile(rb"<[a-z][a-z0-9]*[\s/>]")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; those of UTF-32 begin with those of UTF-16."""
SOMETHING = re.compile(rb"[^\0 \r\n\t\xef\xbb\xbf\xff\xfe]")
"""A byte that says more than blanks and byte order marks do."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def detect(data: bytes, name: str) -> Kind:
    """The kind of sheet. Raises SheetError, naming what it is instead, where it is none."""
    refuse_by_name(name)
    if not SOMETHING.search(data):
        raise SheetError("the file is empty. Save the sheet again and hand that in.")
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


def refuse_by_name(name: str) -> None:
    """Raises SheetError for what is known by its name alone."""
    program = "Excel" if name.startswith("~$") else "LibreOffice" if name.startswith(".~lock.") else ""
    if program:
        raise SheetError(
            f"this is the lock file that {program} makes while a sheet is open. Hand in the sheet itself."
        )
    if name.lower().endswith(".gsheet"):
        raise SheetError(GOOGLE_LINK)


def detect_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lower().lstrip("/") for name in archive.namelist()}
            types = content_types(archive)
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, RuntimeError, OSError) as error:
        raise SheetError(f"the workbook is damaged: its archive cannot be opened. {SAVE_AS}") from error
    if "content.xml" in names:
        return Kind.ODS
    if any(re.fullmatch(r"xl/workbook\d*\.bin", name) for name in names):
        return Kind.XLSB
    if SPREADSHEET.search(types) or ("[content_types].xml" in names and "xl/workbook.xml" in names):
        return Kind.XLSX
    what = zip_contents(names)
    if "Numbers" in what:
        raise SheetError(f"this is {what}, which is not read. {NUMBERS}")
    raise SheetError(f"this is {what}, not a sheet. {'Unpack it first.' if 'zip' in what else SAVE_AS}")


def content_types(archive: zipfile.ZipFile) -> bytes:
    """What a package says its parts are, in lower case; they may lie in any folder."""
    for info in archive.infolist():
        if info.filename.lower() == "[content_types].xml" and info.file_size <= LONG_HEAD:
            return archive.read(info).replace(b"\0", b"").lower()
    return b""


def zip_contents(names: set[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return "a Word document"
    if any(name.startswith("ppt/") for name in names):
        return "a presentation"
    if any(name.endswith(".iwa") or name in NUMBERS_PARTS for name in names):
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
    head = as_utf8(data[:LONG_HEAD])
    plain = head.lstrip().lower()
    if plain.startswith((b"<?xml", b"<workbook", b"<office:document")):
        return detect_xml(plain[:HEAD])
    if HTML.match(plain) or (TAG.match(plain) and b"<table" in plain):
        return Kind.HTML
    for beginning, what in TEXT_FILES:
        if beginning.match(head[:HEAD]):
            raise SheetError(GOOGLE_LINK if what is GOOGLE else f"this is {what}, not a sheet. {SAVE_AS}")
    if binary(head[: 16 * HEAD]):
        raise SheetError(f"this is not a sheet of any known kind. {SAVE_AS}")
    return Kind.CSV


def as_utf8(head: bytes) -> bytes:
    """The beginning of a text without its mark. A text without any is left as it is."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace").encode()
    return head


def detect_xml(head: bytes) -> Kind:
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return Kind.SPREADSHEETML
    if re.search(rb"<!doctype html|<html", head):
        return Kind.HTML
    if b"urn:oasis:names:tc:opendocument" in head:
        raise SheetError(f"this is a flat OpenDocument file (.fods), which is not read. {OPEN_AND_SAVE}")
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
