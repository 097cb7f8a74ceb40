"""XML Spreadsheet 2003 (SpreadsheetML), often saved under the name .xls → grids."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from lxml import etree

from batch_orders.errors import SheetError
from batch_orders.sheet.formats.archive import check_prolog
from batch_orders.sheet.formats.detect import SAVE_AS
from batch_orders.sheet.formats.number_format import Format, format_of
from batch_orders.sheet.tables.grid import MOST_COLUMNS, MOST_ROWS, Parsed, ParsedBook
from batch_orders.sheet.tables.text import number_text

SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
HTML = "{http://www.w3.org/TR/REC-html40}"
EXCEL = "{urn:schemas-microsoft-com:office:excel}"


def read_spreadsheetml(data: bytes) -> ParsedBook:
    """Every worksheet. Raises SheetError where the XML is damaged or has a DTD."""
    check_prolog(data[: 1 << 16], "workbook")
    reading = XmlReading()
    try:
        for event, element in etree.iterparse(
            io.BytesIO(data), events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=True
        ):
            reading.take(event, element)
    except etree.XMLSyntaxError as error:
        raise SheetError(f"the file is damaged: line {error.lineno} is no valid XML. {SAVE_AS}") from error
    except (ValueError, OverflowError) as error:
        raise SheetError(f"the file is damaged: a number in it cannot be read. {SAVE_AS}") from error
    return ParsedBook(reading.worksheets)


@dataclass(slots=True)
class XmlReading:
    """Takes the elements of the file as they come."""

    worksheets: list[Parsed] = field(default_factory=list)
    formats: dict[str, Format] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)
    column: int = 0

    def take(self, event: str, element: etree._Element) -> None:
        if event == "start":
            if element.tag == f"{SS}Worksheet":
                self.worksheets.append(Parsed(element.get(f"{SS}Name", "")))
                self.column = 0
        elif element.tag == f"{SS}NumberFormat":
            self.take_format(element)
        elif element.tag == f"{SS}Font" and element.get(f"{SS}StrikeThrough") == "1":
            style = element.getparent()
            self.struck.add(style.get(f"{SS}ID", "") if style is not None else "")
        elif element.tag == f"{SS}Column" and self.worksheets:
            self.take_column(element)
        elif element.tag == f"{SS}Row" and self.worksheets:
            self.take_row(element)
            element.clear()
        elif element.tag == f"{EXCEL}Visible" and self.worksheets and element.text != "SheetVisible":
            last = self.worksheets[-1]
            self.worksheets[-1] = Parsed(last.name, False, last.rows, last.marks, last.hidden_columns)

    def take_column(self, element: etree._Element) -> None:
        first = int(element.get(f"{SS}Index", self.column + 1)) - 1
        self.column = min(first + int(element.get(f"{SS}Span", "0")) + 1, MOST_COLUMNS)
        if element.get(f"{SS}Hidden") == "1":
            self.worksheets[-1].hidden_columns.update(range(first, self.column))

    def take_format(self, element: etree._Element) -> None:
        style = element.getparent()
        if style is not None and (shown := format_of(element.get(f"{SS}Format", ""))):
            self.formats[style.get(f"{SS}ID", "")] = shown

    def take_row(self, element: etree._Element) -> None:
        worksheet = self.worksheets[-1]
        number = int(element.get(f"{SS}Index", len(worksheet.rows) + 1))
        if not len(worksheet.rows) < number <= MOST_ROWS:
            raise SheetError(f"the file is damaged: its rows are not in order. {SAVE_AS}")
        worksheet.rows.extend([()] * (number - 1 - len(worksheet.rows)))
        cells: list[str] = []
        for cell in element.iterchildren(f"{SS}Cell"):
            column = int(cell.get(f"{SS}Index", len(cells) + 1)) - 1
            across = int(cell.get(f"{SS}MergeAcross", "0"))
            if not len(cells) <= column + across < MOST_COLUMNS:
                raise SheetError(f"the file is damaged: its cells are not in order. {SAVE_AS}")
            cells += [""] * (column - len(cells)) + [self.cell_text(cell, number, column)] + [""] * across
        worksheet.rows.append(cells)
        if element.get(f"{SS}Hidden") == "1":
            worksheet.marks.hidden_rows.add(number)

    def cell_text(self, cell: etree._Element, row: int, column: int) -> str:
        """The text of a cell; what else is to be known of it is marked."""
        marks = self.worksheets[-1].marks
        if down := int(cell.get(f"{SS}MergeDown", "0")):
            marks.merged.append((row, min(row + down, MOST_ROWS), column))
        data = cell.find(f"{SS}Data")
        if data is None:
            if cell.get(f"{SS}Formula"):
                marks.valueless[column].add(row)
            return ""
        text = "".join(str(part) for part in data.itertext())
        if cell.get(f"{SS}StyleID", "") in self.struck:
            marks.struck[column][row] = ""
        elif next(data.iter(f"{HTML}S"), None) is not None:
            marks.struck[column][row] = text_without(data, f"{HTML}S").strip()
        kind = data.get(f"{SS}Type")
        if kind == "Error":
            marks.errors[column][row] = text or "#ERROR"
        return value_text(text, kind, self.formats.get(cell.get(f"{SS}StyleID", "")))


def text_without(element: etree._Element, tag: str) -> str:
    """The text of an element without that in elements of the tag."""
    parts = [element.text or ""]
    for child in element:
        parts.append("" if child.tag == tag else text_without(child, tag))
        parts.append(child.tail or "")
    return "".join(parts)


def value_text(text: str, kind: str | None, shown: Format | None) -> str:
    if kind == "Number":
        return (shown and shown(text)) or number_text(float(text))
    if kind == "Boolean":
        return "TRUE" if text.strip() == "1" else "FALSE"
    if kind == "DateTime":
        return text.removesuffix(".000").removesuffix("T00:00:00").replace("T", " ")
    return text
