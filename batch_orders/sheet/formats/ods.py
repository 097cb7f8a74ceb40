"""OpenDocument spreadsheets: content.xml → grids. A cell's text is what the file says it shows."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from lxml import etree

from batch_orders.errors import SheetError
from batch_orders.sheet.formats.archive import BROKEN, Archive, damaged
from batch_orders.sheet.formats.detect import SAVE_AS
from batch_orders.sheet.formats.made_as import made_as_in_ods
from batch_orders.sheet.tables.grid import MOST_COLUMNS, MOST_ROWS, Parsed, ParsedBook
from batch_orders.sheet.tables.text import number_text

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"

SPACES = re.compile(r"[ \t\r\n]+")
ERROR = re.compile(r"#[A-Z/0]+[!?]?(/[A-Z0]+[!?]?)?|Err:\d+")

LONGEST_COUNT = 9
"""Digits. A number with more of them is far beyond any worksheet in its first nine already."""

PROTECTED = (
    "the workbook is password-protected, and passwords of OpenDocument files cannot be opened here. "
    "Save it without a password."
)


def read_ods(data: bytes, inflated: int) -> ParsedBook:
    """Every worksheet. Raises SheetError where the file is damaged, encrypted or too large."""
    archive = Archive(data, inflated)
    if b"encryption-data" in archive.read("META-INF/manifest.xml") or archive.has("encrypted-package"):
        raise SheetError(PROTECTED)
    archive.check_xml()
    reading = OdsReading()
    try:
        with archive.open("content.xml") as part:
            for event, element in etree.iterparse(
                part, events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=True
            ):
                reading.take(event, element)
    except BROKEN as error:
        raise damaged(error) from error
    except etree.XMLSyntaxError as error:
        raise SheetError(f"the workbook is damaged: its content is no valid XML. {SAVE_AS}") from error
    return ParsedBook(reading.worksheets, made_as_in_ods(archive))


@dataclass(slots=True)
class OdsReading:
    """Takes the elements of content.xml as they come. `blank` counts blank rows held back."""

    worksheets: list[Parsed] = field(default_factory=list)
    hidden_styles: set[str] = field(default_factory=set)
    struck_styles: set[str] = field(default_factory=set)
    column_styles: list[str] = field(default_factory=list)
    blank: int = 0

    def take(self, event: str, element: etree._Element) -> None:
        tag = element.tag
        if event == "start" and tag == f"{TABLE}table":
            visible = element.get(f"{TABLE}style-name", "") not in self.hidden_styles
            self.worksheets.append(Parsed(element.get(f"{TABLE}name", ""), visible))
            self.blank = 0
            self.column_styles = []
        elif event == "end" and tag == f"{STYLE}style":
            self.take_style(element)
        elif event == "end" and tag == f"{TABLE}table-column" and self.worksheets:
            self.take_column(element)
        elif event == "end" and tag == f"{TABLE}table-row" and self.worksheets:
            self.take_row(element)
            element.clear()
            parent = element.getparent()
            while parent is not None and parent[0] is not element:
                del parent[0]

    def take_style(self, element: etree._Element) -> None:
        name = element.get(f"{STYLE}name", "")
        properties = element.find(f"{STYLE}table-properties")
        if properties is not None and properties.get(f"{TABLE}display") == "false":
            self.hidden_styles.add(name)
        letters = element.find(f"{STYLE}text-properties")
        through = letters.get(f"{STYLE}text-line-through-style") if letters is not None else None
        inherited = through is None and element.get(f"{STYLE}parent-style-name") in self.struck_styles
        if inherited or through not in (None, "none"):
            self.struck_styles.add(name)

    def take_column(self, element: etree._Element) -> None:
        first, count = len(self.column_styles), min(repeated(element, "columns"), MOST_COLUMNS)
        self.column_styles += [element.get(f"{TABLE}default-cell-style-name", "")] * count
        if element.get(f"{TABLE}visibility", "visible") != "visible":
            self.worksheets[-1].hidden_columns.update(range(first, first + count))

    def take_row(self, element: etree._Element) -> None:
        worksheet = self.worksheets[-1]
        first = len(worksheet.rows) + self.blank + 1
        count = repeated(element, "rows")
        cells = self.take_cells(element, first)
        if not cells:
            self.blank += count
            return
        if first + count - 1 > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise SheetError(
                f'worksheet "{worksheet.name}" claims more cells than a spreadsheet has. {SAVE_AS}'
            )
        worksheet.rows.extend([()] * self.blank)
        self.blank = 0
        worksheet.rows.extend([cells] * count)
        if element.get(f"{TABLE}visibility", "visible") != "visible":
            worksheet.marks.hidden_rows.update(range(first, first + count))

    def take_cells(self, row: etree._Element, number: int) -> Sequence[str]:
        """The texts of a row, without the blank cells at its end."""
        marks = self.worksheets[-1].marks
        cells: list[str] = []
        column = filled = 0
        for cell in row:
            if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                continue
            count = repeated(cell, "columns")
            text = cell_text_of(cell)
            spanned = int(cell.get(f"{TABLE}number-rows-spanned", "1"))
            if spanned > 1:
                marks.merged.append((number, min(number + spanned - 1, MOST_ROWS), column))
            if cell.get(f"{TABLE}formula"):
                self.mark_formula(cell, text, number, column)
                filled = column + 1
            if text and column > MOST_COLUMNS:
                raise SheetError(f"a row of the workbook is wider than any sheet. {SAVE_AS}")
            if text:
                filled = column + min(count, MOST_COLUMNS)
                self.mark_struck(cell, number, range(column, filled))
                cells += [""] * (column - len(cells)) + [text] * min(count, MOST_COLUMNS)
            column += count
        return cells + [""] * (min(filled, MOST_COLUMNS) - len(cells))

    def mark_struck(self, cell: etree._Element, row: int, columns: range) -> None:
        if not self.struck_styles:
            return
        style = cell.get(f"{TABLE}style-name") or (
            self.column_styles[columns.start] if columns.start < len(self.column_styles) else ""
        )
        whole = style in self.struck_styles
        remains = "" if whole else cell_text_of(cell, self.struck_styles)
        if whole or remains != cell_text_of(cell):
            for column in columns:
                self.worksheets[-1].marks.struck[column][row] = remains.strip()

    def mark_formula(self, cell: etree._Element, text: str, row: int, column: int) -> None:
        marks = self.worksheets[-1].marks
        if cell.get(f"{CALCEXT}value-type") == "error" or ERROR.fullmatch(text):
            marks.errors[column][row] = text or "#ERROR"
        elif not text and not cell.get(f"{OFFICE}value-type"):
            marks.valueless[column].add(row)


def repeated(element: etree._Element, what: str) -> int:
    told = element.get(f"{TABLE}number-{what}-repeated", "1")
    return min(max(1, int(told[:LONGEST_COUNT])), 2 * MOST_ROWS) if told.isdecimal() else 1


def cell_text_of(cell: etree._Element, without: Container[str] = ()) -> str:
    """The paragraphs of a cell, or its value where it shows none. Text in the styles `without` is left out."""
    paragraphs = [paragraph_text(child, without) for child in cell if child.tag == f"{TEXT}p"]
    if paragraphs:
        return "\n".join(paragraphs)
    match cell.get(f"{OFFICE}value-type"):
        case "string":
            return cell.get(f"{OFFICE}string-value", "")
        case "float" | "percentage" | "currency":
            return value_text(cell.get(f"{OFFICE}value", ""))
        case "boolean":
            return cell.get(f"{OFFICE}boolean-value", "").upper()
        case "date" | "time" as kind:
            return cell.get(f"{OFFICE}{kind}-value", "").replace("T", " ")
    return ""


def value_text(value: str) -> str:
    try:
        return number_text(float(value))
    except (ValueError, OverflowError):
        return value


def paragraph_text(element: etree._Element, without: Container[str] = ()) -> str:
    """ODF collapses white space in text and writes what it means as elements (part 3, 6.1.2)."""
    parts = [SPACES.sub(" ", element.text or "")]
    for child in element:
        match child.tag:
            case tag if tag == f"{TEXT}s":
                parts.append(" " * min(int(child.get(f"{TEXT}c", "1")), 1000))
            case tag if tag == f"{TEXT}tab":
                parts.append("\t")
            case tag if tag == f"{TEXT}line-break":
                parts.append("\n")
            case tag if isinstance(tag, str) and tag != f"{OFFICE}annotation":
                if child.get(f"{TEXT}style-name") not in without:
                    parts.append(paragraph_text(child, without))
        parts.append(SPACES.sub(" ", child.tail or ""))
    return "".join(parts)
