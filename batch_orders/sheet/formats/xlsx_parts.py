"""Where an xlsx workbook keeps the XML of each worksheet, and how its styles show numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO

from lxml import etree

from batch_orders.sheet.formats.archive import BROKEN, Archive, damaged
from batch_orders.sheet.formats.made_as import made_as_in_package
from batch_orders.sheet.formats.number_format import Format, format_of
from batch_orders.sheet.formats.plain_copy import KNOWN_SHEETS, plain_copy
from batch_orders.sheet.formats.struck import Struck, struck_texts
from batch_orders.sheet.formats.xlsx_scan import UnnumberedError, hidden_columns, scan, scan_in_turn
from batch_orders.sheet.formats.xml_parts import attribute, elements, join, parse, target_of_type
from batch_orders.sheet.tables.grid import Marks

ScanPart = Callable[[IO[bytes], Mapping[int, Format], Struck, Marks], None]

BUILT_IN_FORMATS = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    48: "##0.0E+0",
    49: "@",
}
"""ECMA-376 part 1, 18.8.30, without 14 and 22, whose order of day and month follows the person's own system."""


class XlsxParts:
    """The parts of an xlsx workbook, by worksheet name.

    `plain` is a plain copy of the workbook, where calamine needs one, and `left_out` the sheets that it lacks.
    """

    def __init__(self, archive: Archive, inflated: int) -> None:
        self.archive = archive
        workbook = target_of_type(archive, "_rels/.rels", "", "/officeDocument") or "xl/workbook.xml"
        self.folder, _, name = workbook.rpartition("/")
        self.rels = f"{self.folder}/_rels/{name}.rels"
        self.root = parse(archive.read(workbook))
        self.worksheets, self.left_out = self.find_sheets()
        styles = parse(archive.read(target_of_type(archive, self.rels, self.folder, "/styles")))
        self.formats = self.find_formats(styles)
        self.struck_styles = find_struck_styles(styles)
        self.struck: Struck | None = None
        self.made_as = made_as_in_package(archive)
        self.plain = plain_copy(archive, workbook, self.worksheets.values(), self.left_out.values())
        if self.plain:
            self.archive = Archive(self.plain, inflated)

    def find_sheets(self) -> tuple[dict[str, str], dict[str, str]]:
        """The parts of the sheets by name, and the relations of those that calamine does not know."""
        relations = list(elements(parse(self.archive.read(self.rels)), "Relationship"))
        targets = {each.get("Id"): join(self.folder, each.get("Target", "")) for each in relations}
        types = {each.get("Id"): each.get("Type", "") for each in relations}
        known, unknown = {}, {}
        for sheet in elements(self.root, "sheet"):
            name, relation = sheet.get("name", ""), attribute(sheet, "id")
            if types.get(relation, KNOWN_SHEETS[0]).endswith(KNOWN_SHEETS):
                known[name] = targets.get(relation, "")
            else:
                unknown[name] = relation or ""
        return known, unknown

    def find_formats(self, styles: etree._Element | None) -> dict[int, Format]:
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

    def mark(self, worksheet: str, marks: Marks) -> None:
        """Add what the worksheet's part tells. Raises SheetError where it is damaged."""
        name = self.worksheets.get(worksheet, "")
        try:
            self.scan(name, scan, marks)
        except UnnumberedError:
            marks.clear()
            self.scan(name, scan_in_turn, marks)

    def hidden_columns(self, worksheet: str) -> frozenset[int]:
        try:
            with self.archive.open(self.worksheets.get(worksheet, "")) as part:
                return hidden_columns(part)
        except BROKEN as error:
            raise damaged(error) from error

    def find_struck(self) -> Struck:
        """What is struck through; the shared texts are searched when they are first asked for."""
        if self.struck is None:
            name = target_of_type(self.archive, self.rels, self.folder, "/sharedStrings")
            with self.archive.open(name) as part:
                texts = struck_texts(part)
            self.struck = Struck(self.struck_styles, texts)
        return self.struck

    def span(self, worksheet: str) -> tuple[int, int]:
        """Where the worksheet's part lies in the file: first byte and size."""
        return self.archive.span(self.worksheets.get(worksheet, ""))

    def scan(self, name: str, scan_part: ScanPart, marks: Marks) -> None:
        try:
            with self.archive.open(name) as part:
                scan_part(part, self.formats, self.find_struck(), marks)
        except BROKEN as error:
            raise damaged(error) from error


def number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def find_struck_styles(styles: etree._Element | None) -> frozenset[bytes]:
    """The numbers of the cell styles whose font is struck through."""
    fonts, cell_styles = next(elements(styles, "fonts"), None), next(elements(styles, "cellXfs"), None)
    struck = {
        str(place)
        for place, font in enumerate(fonts if fonts is not None else ())
        if any(each.get("val") not in ("0", "false") for each in elements(font, "strike"))
    }
    return frozenset(
        str(style).encode()
        for style, each in enumerate(cell_styles if cell_styles is not None else ())
        if each.get("fontId", "0") in struck
    )
