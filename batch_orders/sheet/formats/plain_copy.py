"""An xlsx workbook in a form that spreadsheet programs read and python-calamine does not → a plain copy of it.

Few workbooks need one: a part that is not in UTF-8, a dimension that is no range of cells, a sheet that is
neither a worksheet nor a chart. Of all others nothing is copied.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

from lxml import etree

from batch_orders.sheet.formats.archive import BROKEN, PROLOG, Archive, damaged, is_read, plain_name
from batch_orders.sheet.formats.xml_parts import attribute, elements, parse

PIECE = 1 << 20
KNOWN_SHEETS = ("/worksheet", "/chartsheet", "/dialogsheet")
"""How the types of the relations end that calamine knows."""

DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
DIMENSION = re.compile(rb"<(?:[\w.-]+:)?dimension\b[^>]*?(?:/>|>\s*</[^>]*>)")
CELLS = re.compile(rb"""\bref\s*=\s*["'][A-Z]{1,3}[1-9]\d{0,6}(:[A-Z]{1,3}[1-9]\d{0,6})?["']""")


def plain_copy(archive: Archive, workbook: str, worksheets: Iterable[str], left_out: Iterable[str]) -> bytes:
    """The archive in plain form, b"" where it is plain already. `left_out` are relations of sheets that go.

    Raises SheetError where the archive is damaged.
    """
    unknown = set(left_out)
    odd = {plain_name(name) for name in worksheets if has_odd_dimension(archive, name)}
    if not (unknown or odd or archive.encodings):
        return b""
    copy = io.BytesIO()
    try:
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
            for name, info in archive.parts.items():
                if not is_read(name):
                    continue
                with (
                    archive.zip.open(info) as part,
                    target.open(info.filename, "w", force_zip64=True) as written,
                ):
                    content = in_utf8(part, archive.encodings.get(name, ""))
                    if name == plain_name(workbook) and unknown:
                        content = iter([without_sheets(b"".join(content), unknown)])
                    for number, piece in enumerate(content):
                        written.write(DIMENSION.sub(b"", piece, 1) if name in odd and not number else piece)
    except BROKEN as error:
        raise damaged(error) from error
    return copy.getvalue()


def has_odd_dimension(archive: Archive, name: str) -> bool:
    """Whether the worksheet tells its dimension in a way that calamine refuses. It does not count anyway."""
    info = archive.parts.get(plain_name(name))
    if not info:
        return False
    head = archive.head(info)
    if plain_name(name) in archive.encodings:
        head = head.replace(b"\0", b"")
    told = DIMENSION.search(head)
    return bool(told and not CELLS.search(told.group()))


def in_utf8(part: IO[bytes], encoding: str) -> Iterator[bytes]:
    """The part piece by piece; one in another encoding without its declaration."""
    if not encoding:
        while piece := part.read(PIECE):
            yield piece
        return
    text = io.TextIOWrapper(part, encoding, newline="")
    first = text.read(PROLOG).removeprefix("\ufeff")
    yield DECLARATION.sub("", first, count=1).encode()
    while more := text.read(PIECE):
        yield more.encode()


def without_sheets(workbook: bytes, relations: set[str]) -> bytes:
    """The part that lists the sheets, without those of the relations."""
    root = parse(workbook)
    if root is None:
        return workbook
    for sheet in list(elements(root, "sheet")):
        parent = sheet.getparent()
        if attribute(sheet, "id") in relations and parent is not None:
            parent.remove(sheet)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
