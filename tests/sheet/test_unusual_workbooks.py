"""xlsx workbooks in forms that Excel or LibreOffice reads: every cell is read, or what is left out is said."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl.worksheet.pagebreak import Break

from batch_orders.errors import SheetError
from tests.sheet.made import HEADER, ROW, Make, Read, found, rows_of

pytestmark = pytest.mark.long

PART = "xl/worksheets/sheet1.xml"
ACCENTED = (*ROW[:4], "Zoë Łuk 李")

Change = Callable[[str, bytes], tuple[str, bytes]]


def changed(path: Path, change: Change, extra: dict[str, bytes] | None = None) -> Path:
    """A copy of a workbook in which each part went through `change`, and some were added."""
    target = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            copy.writestr(*change(name, source.read(name)))
        for name, data in (extra or {}).items():
            copy.writestr(name, data)
    return target


def replacing(part: str, old: str, new: str) -> Change:
    return lambda name, data: (name, re.sub(old, new, data.decode()).encode() if name == part else data)


def untouched(name: str, data: bytes) -> tuple[str, bytes]:
    return name, data


def in_encoding(encoding: str, declared: str, *parts: str) -> Change:
    def change(name: str, data: bytes) -> tuple[str, bytes]:
        if not name.endswith(parts):
            return name, data
        text = re.sub(r"<\?xml[^>]*\?>", "", data.decode())
        return name, f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(encoding)

    return change


def test_prefixed_tags_with_a_page_break(make: Make, read: Read) -> None:
    path = make(
        [HEADER, ROW, ACCENTED],
        lambda worksheet: worksheet.row_breaks.append(Break(id=2)),
    )
    tags = replacing(PART, r"<(/?)(?=[a-zA-Z])", r"<\1x:")
    declared = changed(path, tags)
    path = changed(declared, replacing(PART, r"<x:worksheet xmlns=", "<x:worksheet xmlns:x="))
    assert rows_of(read(path)) == {2: list(ROW), 3: list(ACCENTED)}


@pytest.mark.parametrize(
    "reference",
    [
        "1:4",
        "A:E",
        "",
        "A0",
        "#REF!",
        "A1:B2:C3",
        "$A$1:$E$2",
        "R1C1",
        "A1:XFD1048576",
        "C3",
        "B2:A1",
        "XFD1048576",
    ],
)
def test_the_dimension_does_not_count(make: Make, read: Read, reference: str) -> None:
    path = changed(
        make([HEADER, ROW]), replacing(PART, 'dimension ref="[^"]*"', f'dimension ref="{reference}"')
    )
    assert rows_of(read(path)) == {2: list(ROW)}


@pytest.mark.parametrize("folder", ["book/", "a/b/", ""])
def test_the_parts_may_lie_in_any_folder(make: Make, read: Read, folder: str) -> None:
    def move(name: str, data: bytes) -> tuple[str, bytes]:
        return name.replace("xl/", folder), data.replace(b"/xl/", f"/{folder}".encode()).replace(
            b'"xl/', f'"{folder}'.encode()
        )

    sheet = read(changed(make([HEADER, ("#N/A", *ROW[1:])]), move))
    assert found(sheet) == [("error-value", 2, "Domain")]


RELATIONS = "xl/_rels/workbook.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MACROS = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"


@pytest.mark.parametrize(
    "kind", [MACROS, "http://schemas.microsoft.com/office/2006/relationships/xlIntlMacrosheet"]
)
def test_a_macro_sheet_is_left_out_and_said(make: Make, read: Read, kind: str) -> None:
    path = make([HEADER, ROW])
    listed = f'<sheet xmlns:r="{OFFICE}" name="Macro1" sheetId="99" state="visible" r:id="rIdM"/></sheets>'
    path = changed(path, replacing("xl/workbook.xml", "</sheets>", listed))
    relation = f'<Relationship Id="rIdM" Type="{kind}" Target="macrosheets/sheet1.xml"/></Relationships>'
    path = changed(
        path,
        replacing(RELATIONS, "</Relationships>", relation),
        {"xl/macrosheets/sheet1.xml": b"<macrosheet/>"},
    )
    sheet = read(path)
    assert rows_of(sheet) == {2: list(ROW)}
    assert [(each.code, each.worksheet) for each in sheet.problems] == [("worksheet-left-out", "Macro1")]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-8", "utf-16"),
        ("utf-8-sig", "utf-8"),
    ],
)
@pytest.mark.parametrize(
    "part", ["sheet1.xml", "sharedStrings.xml", "workbook.xml", "workbook.xml.rels", "styles.xml"]
)
def test_a_part_may_be_in_utf16(make: Make, read: Read, encoding: str, declared: str, part: str) -> None:
    path = changed(make([HEADER, ("#N/A", *ACCENTED[1:])]), in_encoding(encoding, declared, f"/{part}"))
    sheet = read(path)
    assert rows_of(sheet)[2][4] == ACCENTED[4]
    assert found(sheet) == [("error-value", 2, "Domain")]


def test_a_part_may_be_in_windows_1252(make: Make, read: Read) -> None:
    change = in_encoding("cp1252", "windows-1252", "/sharedStrings.xml", "/sheet1.xml")
    assert rows_of(read(changed(make([HEADER, (*ROW[:4], "Zoë")]), change)))[2][4] == "Zoë"


@pytest.mark.parametrize(
    "name",
    [
        "__MACOSX/xl/._workbook.xml",
        "__MACOSX/._x.rels",
        "xl/worksheets/._sheet1.xml",
        "customXml/item1.xml",
        ".DS_Store",
    ],
)
def test_parts_that_nothing_is_read_from_do_not_count(make: Make, read: Read, name: str) -> None:
    path = changed(
        make([HEADER, ROW]), untouched, {name: b"\0\5\x16\7\0\2\0\0Mac OS X" + b'<?xml encoding="x"?>'}
    )
    assert rows_of(read(path)) == {2: list(ROW)}


def test_a_dtd_in_another_encoding_is_refused_still(make: Make, read: Read) -> None:
    path = changed(make([HEADER, ROW]), replacing(PART, "<worksheet", "<!DOCTYPE x><worksheet"))
    with pytest.raises(SheetError, match="DTD"):
        read(changed(path, in_encoding("utf-16", "utf-16", "/sheet1.xml")))
