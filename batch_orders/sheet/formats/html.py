"""HTML tables, as web systems export them under the name .xls → grids: one worksheet for each table."""

from __future__ import annotations

import re

from lxml import etree

from batch_orders.errors import SheetError
from batch_orders.sheet.csv.text import Decoded, decode
from batch_orders.sheet.formats.detect import SAVE_AS
from batch_orders.sheet.tables.grid import MOST_COLUMNS, MOST_ROWS, Marks, Parsed, ParsedBook

SPACES = re.compile(r"[ \t\r\n\f]+")
CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)", re.IGNORECASE)
LINE_THROUGH = re.compile(r"text-decoration[^;]*:[^;]*line-through", re.IGNORECASE)
STRUCK = {"s", "strike", "del"}
UNSEEN = {"script", "style", "template", "head"}


def read_html(data: bytes, encoding: str) -> tuple[ParsedBook, Decoded]:
    """Every table with rows of its own, and the encoding of the page. Raises SheetError where there is none."""
    decoded = decode_page(data, encoding)
    root = etree.fromstring(decoded.data, etree.HTMLParser(encoding="utf-8", no_network=True))
    tables = list(root.iter("table")) if root is not None else []
    parsed = [parse_table(f"Table {number}", table) for number, table in enumerate(tables, 1)]
    if not parsed:
        raise SheetError(f"this is a web page without a table. {SAVE_AS}")
    return ParsedBook(parsed), decoded


def decode_page(data: bytes, encoding: str) -> Decoded:
    """By the encoding that is told, or else the one that the page names."""
    charset = CHARSET.search(data[:4096])
    if encoding or not charset:
        return decode(data, encoding)
    try:
        return decode(data, charset.group(1).decode())
    except SheetError:  # the page may name another encoding than it is in
        return decode(data)


def parse_table(name: str, table: etree._Element) -> Parsed:
    """The rows of a table, without those of tables within it."""
    marks = Marks()
    rows: list[list[str]] = []
    taken: dict[int, int] = {}  # column → the last row that a cell from above reaches into
    own = (row for row in table.iter("tr") if next(row.iterancestors("table")) is table)
    for number, row in enumerate(own, 1):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            column = len(cells)
            while taken.get(column, 0) >= number:
                column += 1
            across, down = span(cell, "colspan", MOST_COLUMNS), span(cell, "rowspan", MOST_ROWS)
            text = shown_text(cell)
            cells += [""] * (column - len(cells)) + [text] + [""] * (across - 1)
            remains = "" if is_struck(row) or is_struck(cell) else shown_text(cell, struck=False)
            if remains != text:
                marks.struck[column][number] = remains.strip()
            if len(cells) > MOST_COLUMNS:
                raise SheetError(f"a table of the page is wider than any sheet. {SAVE_AS}")
            if down > 1:
                marks.merged.append((number, number + down - 1, column))
                taken.update(dict.fromkeys(range(column, column + across), number + down - 1))
        if not_shown(row):
            marks.hidden_rows.add(number)
        rows.append(cells)
    return Parsed(name, True, list(rows), marks)


def span(cell: etree._Element, name: str, most: int) -> int:
    told = (cell.get(name) or "1").strip()
    return min(max(1, int(told)), most) if told.isascii() and told.isdigit() else 1


def not_shown(element: etree._Element) -> bool:
    return "hidden" in element.attrib or bool(NOT_SHOWN.search(element.get("style", "")))


def is_struck(element: etree._Element) -> bool:
    return element.tag in STRUCK or bool(LINE_THROUGH.search(element.get("style", "")))


def shown_text(cell: etree._Element, struck: bool = True) -> str:
    """The text of a cell: white space as a browser shows it, a line for each <br>, <p> and <div>.

    Without `struck` what is struck through is left out.
    """
    parts: list[str] = []
    walk = etree.iterwalk(cell, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start" and not struck and is_struck(element):
            walk.skip_subtree()
        elif event in ("comment", "pi"):
            parts.append(element.tail or "")
        elif event == "start":
            parts += ["\v"] if element.tag == "br" else []
            parts.append("" if element.tag in UNSEEN else element.text or "")
        elif element is not cell:
            parts += ["\v"] if element.tag in ("p", "div") and element.getnext() is not None else []
            parts.append(element.tail or "")
    lines = SPACES.sub(" ", "".join(parts)).split("\v")
    return "\n".join(line.strip(" ") for line in lines).strip("\n")
