"""Where an xlsx workbook keeps the XML of each worksheet, and how its styles show numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO

from batch_orders.sheet.formats.archive import BROKEN, Archive, damaged
from batch_orders.sheet.formats.made_as import made_as_in_package
from batch_orders.sheet.formats.number_format import Format, format_of
from batch_orders.sheet.formats.plain_copy import KNOWN_SHEETS, plain_copy
from batch_orders.sheet.formats.xlsx_scan import UnnumberedError, scan, scan_in_turn
from batch_orders.sheet.formats.xml_parts import attribute, elements, join, parse, target_of_type
from batch_orders.sheet.tables.grid import Marks

ScanPart = Callable[[IO[bytes], Mapping[int, Format], Marks], None]

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
        self.formats = self.find_formats()
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

    def find_formats(self) -> dict[int, Format]:
        styles = parse(self.archive.read(target_of_type(self.archive, self.rels, self.folder, "/styles")))
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

    def span(self, worksheet: str) -> tuple[int, int]:
        """Where the worksheet's part lies in the file: first byte and size."""
        return self.archive.span(self.worksheets.get(worksheet, ""))

    def scan(self, name: str, scan_part: ScanPart, marks: Marks) -> None:
        try:
            with self.archive.open(name) as part:
                scan_part(part, self.formats, marks)
        except BROKEN as error:
            raise damaged(error) from error


def number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
