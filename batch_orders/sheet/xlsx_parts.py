"""What an xlsx workbook's XML tells beyond its values: errors, formulas without one, formats, hidden rows.

The parts run to hundreds of megabytes, so they are searched as bytes, a piece of whole rows at a time, and a
row is looked into only where a piece shows that there is something to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from html import unescape
from typing import IO

from lxml import etree

from batch_orders.sheet.archive import BROKEN, Archive, damaged
from batch_orders.sheet.grid import Marks
from batch_orders.sheet.number_format import Format, format_of

PIECE = 1 << 20

BUILT_IN_FORMATS = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    48: "##0.0E+0",
    49: "@",
}
"""ECMA-376 part 1, 18.8.30, without dates: those follow the language of the person's own program."""


class XlsxParts:
    """The parts of an xlsx workbook, by worksheet name."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        workbook = self.target_of_type("_rels/.rels", "", "/officeDocument") or "xl/workbook.xml"
        self.folder, _, name = workbook.rpartition("/")
        self.rels = f"{self.folder}/_rels/{name}.rels"
        self.root = parse(archive.read(workbook))
        self.worksheets = self.find_worksheets()
        self.formats = self.find_formats()

    def target_of_type(self, rels: str, folder: str, kind: str) -> str:
        for relation in elements(parse(self.archive.read(rels)), "Relationship"):
            if relation.get("Type", "").endswith(kind):
                return join(folder, relation.get("Target", ""))
        return ""

    def find_worksheets(self) -> dict[str, str]:
        targets = {
            relation.get("Id"): join(self.folder, relation.get("Target", ""))
            for relation in elements(parse(self.archive.read(self.rels)), "Relationship")
        }
        return {
            sheet.get("name", ""): targets.get(attribute(sheet, "id"), "")
            for sheet in elements(self.root, "sheet")
        }

    def find_formats(self) -> dict[int, Format]:
        styles = parse(self.archive.read(self.target_of_type(self.rels, self.folder, "/styles")))
        codes = BUILT_IN_FORMATS | {
            number(each.get("numFmtId")): each.get("formatCode", "") for each in elements(styles, "numFmt")
        }
        dates_from_1904 = any(
            each.get("date1904") in ("1", "true") for each in elements(self.root, "workbookPr")
        )
        cell_styles = next(elements(styles, "cellXfs"), None)
        formats = {}
        for style, each in enumerate(cell_styles if cell_styles is not None else ()):
            code = codes.get(number(each.get("numFmtId")), "")
            if shown := format_of(code, dates_from_1904):
                formats[style] = shown
        return formats

    def marks(self, worksheet: str, marks: Marks) -> Marks:
        """`marks` with what the worksheet's part tells added."""
        try:
            part = self.archive.open(self.worksheets.get(worksheet, ""))
            if part:
                with part:
                    Scan(self.formats, marks).read(part)
        except BROKEN as error:
            raise damaged(error) from error
        return marks


def parse(data: bytes | None) -> etree._Element | None:
    """The root of a small part. None where there is none, or where it is no XML: calamine judges that."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        return etree.fromstring(data, parser) if data else None
    except etree.XMLSyntaxError:
        return None


def elements(root: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return root.iter(f"{{*}}{name}") if root is not None else iter(())


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute in whatever namespace, since strict and transitional files differ in it."""
    return next((str(value) for key, value in element.items() if str(key).endswith("}" + name)), None)


def join(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") or not folder else f"{folder}/{target}"


def number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


class Scan:
    """The search of one worksheet's part. Tags may carry a prefix, attributes either kind of quote."""

    ROW = re.compile(rb"<(?:[\w.-]+:)?row(?=[\s>/])([^>]*)>")
    CELL = re.compile(rb"<(?:[\w.-]+:)?c(?=[\s>/])([^>]*?)(?:/>|>(.*?)</(?:[\w.-]+:)?c>)", re.DOTALL)
    VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^>]*)?>([^<]*)</")
    FORMULA = re.compile(rb"<(?:[\w.-]+:)?f(?=[\s>/])")
    ATTRIBUTE = re.compile(rb"""\s([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
    VALUELESS = (
        rb"(?:</(?:[\w.-]+:)?f>|<(?:[\w.-]+:)?f\s[^>]*/>)\s*(?:<(?:[\w.-]+:)?v\s*(?:/>|></[^>]*>)\s*)?</"
    )
    TRUE = (b"1", b"true")

    def __init__(self, formats: Mapping[int, Format], marks: Marks) -> None:
        self.formats = {str(style).encode(): shown for style, shown in formats.items()}
        self.marks = marks
        styles = b"|".join(self.formats) or b"none"
        self.interesting = re.compile(
            rb"""\st=["']e["']|\shidden=|\ss=["'](?:""" + styles + rb""")["']|""" + self.VALUELESS
        )
        self.row = 0

    def read(self, part: IO[bytes]) -> None:
        for piece in pieces(part):
            if self.interesting.search(piece):
                self.search(piece)
            else:
                self.pass_over(piece)

    def pass_over(self, piece: bytes) -> None:
        """Keep count of the rows."""
        last = piece.rfind(b"row ")
        numbered = self.ROW.search(piece, max(0, piece.rfind(b"<", 0, last))) if last >= 0 else None
        told = self.attributes(numbered.group(1)).get(b"r") if numbered else None
        if told and told.isdigit():
            self.row = int(told)
        else:
            self.row += sum(1 for _ in self.ROW.finditer(piece))

    def search(self, piece: bytes) -> None:
        rows = list(self.ROW.finditer(piece))
        ends = [row.start() for row in rows[1:]] + [len(piece)]
        for row, end in zip(rows, ends, strict=True):
            told = self.attributes(row.group(1))
            self.row = int(told[b"r"]) if told.get(b"r", b"").isdigit() else self.row + 1
            if told.get(b"hidden") in self.TRUE:
                self.marks.hidden_rows.add(self.row)
            if self.interesting.search(piece, row.end(), end):
                self.search_row(piece, row.end(), end)

    def search_row(self, piece: bytes, start: int, end: int) -> None:
        column = -1
        for cell in self.CELL.finditer(piece, start, end):
            told = self.attributes(cell.group(1))
            column = column_of(told[b"r"]) if b"r" in told else column + 1
            self.mark_cell(column, told, cell.group(2) or b"")

    def mark_cell(self, column: int, told: Mapping[bytes, bytes], content: bytes) -> None:
        value = self.VALUE.search(content)
        text = unescape(value.group(1).decode("utf-8", "replace")).strip() if value else ""
        kind = told.get(b"t", b"n")
        if kind == b"e":
            self.marks.errors[column][self.row] = text or "#ERROR"
        elif not text and kind != b"str" and self.FORMULA.search(content):
            self.marks.valueless[column].add(self.row)
        elif kind == b"n" and text and (shown := self.formats.get(told.get(b"s", b""))):
            if (formatted := shown(text)) is not None:
                self.marks.formats[column][self.row] = formatted

    def attributes(self, tag: bytes) -> dict[bytes, bytes]:
        return {name: double or single for name, double, single in self.ATTRIBUTE.findall(tag)}


def pieces(part: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that each end before a row begins."""
    rest = b""
    while read := part.read(PIECE):
        piece = rest + read
        cut = last_row(piece)
        if cut <= 0:
            rest = piece
            continue
        yield piece[:cut]
        rest = piece[cut:]
    yield rest


def last_row(piece: bytes) -> int:
    """Where the last row tag of a piece begins, -1 where there is none."""
    found = max(piece.rfind(b"row "), piece.rfind(b"row>"))
    return piece.rfind(b"<", 0, found) if found >= 0 else -1


def column_of(reference: bytes) -> int:
    """ "AB12" → 27: columns count from 0."""
    column = 0
    for letter in reference.rstrip(b"0123456789").upper():
        column = column * 26 + letter - 64
    return column - 1
