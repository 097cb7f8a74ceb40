"""Sheets for tests: as the values that reading hands on, and as files that people hand in."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from batch_orders.core.model import Field, Problem, Sheet, Worksheet
from batch_orders.core.results import BatchResult, Draft, OrderResult
from batch_orders.core.stops import Stop

HEADERS: Mapping[str, str] = {
    Field.DOMAIN: "Domain",
    Field.MAILBOX: "Mailbox",
    Field.VENDOR: "Vendor",
    Field.FORWARDING_DOMAIN: "Forwarding domain",
    Field.CONTACT: "Contact",
}

Row = Mapping[str, str]
"""Field name → the cell's text."""


def row(
    domain: str = "acmemail.com",
    mailbox: str = "jane",
    vendor: str = "1",
    forwarding_domain: str = "acmemail.org",
    contact: str = "Jane Doe",
    **more: str,
) -> Row:
    """A good row. `more` are contact fields, such as contact_email."""
    return {
        "domain": domain,
        "mailbox": mailbox,
        "vendor": vendor,
        "forwarding_domain": forwarding_domain,
        "contact": contact,
        **more,
    }


def header_of(name: str) -> str:
    return HEADERS.get(name, name.replace("_", " ").capitalize())


def make_worksheet(rows: Sequence[Row], name: str = "Orders", numbers: Sequence[int] = ()) -> Worksheet:
    """A worksheet as reading hands it on. `numbers` are its row numbers; without them 2, 3, 4 …"""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = pd.DataFrame(
        [[row.get(name, "") for name in names] for row in rows],
        index=list(numbers) or range(2, 2 + len(rows)),
        columns=range(len(names)),
        dtype="str",
    )
    columns = {name: position for position, name in enumerate(names)}
    return Worksheet(name, 1, tuple(map(header_of, names)), columns, cells)


def make_sheet(*worksheets: Worksheet, problems: Sequence[Problem] = ()) -> Sheet:
    return Sheet(Path("orders.xlsx"), "xlsx", "00", worksheets, tuple(problems))


def sheet_of(*rows: Row) -> Sheet:
    return make_sheet(make_worksheet(rows))


def table_of(rows: Sequence[Row]) -> list[list[str]]:
    """Header and rows as a file has them."""
    names = list(dict.fromkeys(name for row in rows for name in row)) or list(HEADERS)
    return [[header_of(name) for name in names], *([row.get(name, "") for name in names] for row in rows)]


def write_csv(path: Path, *rows: Row) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(table_of(rows))
    return path


def write_workbook(path: Path, *rows: Row) -> Path:
    book = Workbook()
    worksheet = book.worksheets[0]
    for line in table_of(rows):
        worksheet.append(line)
    book.save(path)
    return path


def make_result(
    sheet: Sheet,
    *orders: OrderResult,
    problems: Sequence[Problem] = (),
    row_problems: Mapping[int, str] | None = None,
    stop: Stop | None = None,
) -> BatchResult:
    """A result in which these orders stand, and nothing else that matters."""
    now = datetime.now(UTC)
    draft = Draft(
        sheet=sheet,
        environment="sandbox",
        started=now,
        orders=orders,
        problems=tuple(problems),
        problem_count=len(problems),
        rows_invalid=len(row_problems or {}),
        row_problems=row_problems or {},
    )
    return BatchResult(draft, "b", now, orders, stop)
