"""Batches made by hand for the tests of the report, and how they are read back."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook

from batch_orders.core.model import Problem, Sheet, Worksheet
from batch_orders.core.results import BatchResult, Draft, OrderResult, Status
from tests.harness.workbooks import read_workbook

HEADERS = ("Domain", "Mailbox", "Vendor", "Forwarding domain", "Contact", "Note")
FIELDS = {"domain": 0, "mailbox": 1, "vendor": 2, "forwarding_domain": 3, "contact": 4}
START = datetime(2026, 11, 23, 4, 12, 5, tzinfo=UTC)
Line = tuple[str, ...]


def make_worksheet(
    lines: Sequence[Line],
    name: str = "Orders",
    headers: Line = HEADERS,
    first: int = 2,
    fields: Mapping[str, int] = FIELDS,
) -> Worksheet:
    index = pd.RangeIndex(first, first + len(lines), name="row")
    cells = pd.DataFrame(lines, columns=range(len(headers)), index=index, dtype="str")
    return Worksheet(name, first - 1, headers, fields, cells)


def make_lines(count: int) -> list[Line]:
    return [
        (f"shop-{n}.com", f"jane@shop-{n}.com", "1", "acmemail.org", "Jane", f"note {n}")
        for n in range(count)
    ]


def make_result(
    worksheets: Sequence[Worksheet],
    orders: Sequence[OrderResult] = (),
    problems: Sequence[Problem] = (),
    **more: Any,
) -> BatchResult:
    draft: dict[str, Any] = {
        "sheet": Sheet(
            Path("shops.xlsx"), "xlsx", "0" * 64, tuple(worksheets), (), more.pop("assumptions", ())
        ),
        "environment": "https://vendor.example",
        "started": START,
        "orders": tuple(orders),
        "problems": tuple(problems),
        "problem_count": len(problems),
        "rows_invalid": 0,
        "row_problems": {},
    }
    own = {field.name for field in fields(Draft)}
    drafted = Draft(**{**draft, **{name: more.pop(name) for name in list(more) if name in own}})
    finished = more.pop("finished", START + timedelta(minutes=3))
    return BatchResult(drafted, more.pop("batch", "batch-1"), finished, drafted.orders, **more)


def make_order(
    number: int, status: Status = Status.PLACED, rows: tuple[int, ...] | None = None, **more: Any
) -> OrderResult:
    more = {"to_send": status is Status.NOT_SUBMITTED, **more}
    return OrderResult(f"shop-{number}.com", status, (number,) if rows is None else rows, **more)


def one_of_each() -> BatchResult:
    orders = [make_order(n, status, message=f"It is {status}.") for n, status in enumerate(Status)]
    return make_result([make_worksheet(make_lines(len(orders)))], orders)


def read_report(path: Path) -> Workbook:
    return read_workbook(path)


def lines_of(worksheet: Any) -> list[list[Any]]:
    return [list(line) for line in worksheet.iter_rows(values_only=True)]


def texts_of(worksheet: Any) -> list[str]:
    return [str(value) for line in lines_of(worksheet) for value in line if value is not None]
