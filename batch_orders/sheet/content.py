"""One file → its content: what it is, opened, and each of its worksheets read or left out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath

from batch_orders.errors import SheetError
from batch_orders.model import Field, Problem, Severity
from batch_orders.sheet.codes import ReadCode
from batch_orders.sheet.csv_layout import DELIMITERS, Layout, find_layout
from batch_orders.sheet.csv_table import read_csv_table
from batch_orders.sheet.csv_text import Decoded, decode
from batch_orders.sheet.detect import Kind, detect, wrong_ending
from batch_orders.sheet.grid import Table
from batch_orders.sheet.handover import Content
from batch_orders.sheet.header import Names, NoHeader
from batch_orders.sheet.options import ReadOptions
from batch_orders.sheet.table import Tick, read_table


def read_content(path: Path, options: ReadOptions, tick: Tick) -> Content:
    """Raises SheetError for whatever cannot be read, and MemoryError past the cap."""
    data = path.read_bytes()
    kind = detect(data, path.name)
    names = Names(options.columns, frozenset(Field) - options.optional)
    read = read_csv if kind is Kind.CSV else read_workbook
    content = read(data, kind, path, names, options, tick)
    return content


def read_csv(data: bytes, kind: Kind, path: Path, names: Names, options: ReadOptions, tick: Tick) -> Content:
    sha256 = hashlib.sha256(data).hexdigest()
    decoded = decode(data, options.encoding)
    layout = find_layout(decoded.data, names, options.delimiter, options.header_row)
    if isinstance(layout, NoHeader):
        raise SheetError(f"{layout.sentence()}")
    table = read_csv_table(decoded.data, path.stem, layout, tick)
    return Content(kind, sha256, [table])


def read_workbook(
    data: bytes, kind: Kind, path: Path, names: Names, options: ReadOptions, tick: Tick
) -> Content:
    from batch_orders.sheet.workbook import Workbook

    book = Workbook(data)
    tables = []
    for listed in book.worksheets():
        if not listed.visible:
            continue
        t = read_table(book.grid(listed.name), names, options.header_row, tick)
        if isinstance(t, NoHeader):
            continue
        tables.append(t)
    if not tables:
        raise SheetError("nothing")
    return Content(kind, hashlib.sha256(data).hexdigest(), tables)
