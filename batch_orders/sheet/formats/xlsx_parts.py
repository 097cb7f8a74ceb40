"""Where an xlsx workbook keeps the XML of each worksheet, and how its styles show numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import IO

from lxml import etree

from batch_orders.sheet.formats.archive import BROKEN, Archive, damaged
from batch_orders.sheet.formats.number_format import Format, format_of
from batch_orders.sheet.formats.xlsx_scan import UnnumberedError, scan, scan_in_turn
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


def parse(data: bytes) -> etree._Element | None:
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
