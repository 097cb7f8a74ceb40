"""What programs are told of a result: the one object of --json, which the page answers as well. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from batch_orders.core.model import Problem, Sheet
from batch_orders.core.money import Cost, Prices
from batch_orders.core.plan import PROBLEM_CODES
from batch_orders.core.results import (
    BatchResult,
    Kind,
    OrderResult,
    RowCounts,
    SheetOutcome,
    Status,
    sum_prices,
)

REFUSED = frozenset(PROBLEM_CODES.values())
IN_JSON: Mapping[Status, Status] = {Status.BOUGHT_ELSEWHERE: Status.INVALID}
"""Programs know six words: what counts as which. `codes` tells those apart that count as invalid."""


def describe_outcome(outcome: SheetOutcome) -> dict[str, Any]:
    """One sheet as --json tells of it. `batch` and `report` are null where there is none."""
    report = outcome.files.get(Kind.REPORT, "")
    told = describe_sheet(outcome.name, outcome.rows, outcome.orders, outcome.batch, report)
    return {**told, **tell_more(outcome.result)} if outcome.result else told


def tell_more(result: BatchResult) -> dict[str, Any]:
    """What the six words do not tell, where there is any: how many orders are held back for what was bought or
    asked for elsewhere, by code, and how many were placed, then failed, by the vendor's word."""
    codes = Counter(problem.code for problem in result.draft.problems if problem.code in REFUSED)
    failed = Counter(order.vendor_status for order in result.orders if order.has_failed)
    told = {"codes": codes, "vendor_statuses": failed}
    more = {name: counts for name, counts in told.items() if counts}
    return {**more, "prices": describe_prices(sum_prices(result.orders))}


def describe_prices(prices: Prices) -> dict[str, dict[str, str]]:
    """Amounts as texts, by currency: a number in JSON may be taken for a binary fraction."""
    told = {"planned": prices.planned, "placed": prices.placed, "at_risk": prices.at_risk}
    return {
        what: {currency: f"{amount:f}" for currency, amount in sums.items()} for what, sums in told.items()
    }


def describe_sheet(
    sheet: str,
    rows: RowCounts,
    orders: Mapping[Status, int],
    batch: str = "",
    report: str = "",
) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "batch": batch or None,
        "rows": {"total": rows.total, "valid": rows.valid, "invalid": rows.invalid},
        "orders": count_words(orders),
        "report": report or None,
    }


def count_words(orders: Mapping[Status, int]) -> Mapping[str, int]:
    """The counts by the six words, zeros included."""
    counts = {status.value: 0 for status in Status if status not in IN_JSON}
    for status, count in orders.items():
        counts[IN_JSON.get(status, status).value] += count
    return counts


def describe_details(outcome: SheetOutcome) -> dict[str, Any] | None:
    """What --json tells of a sheet beside `describe_outcome`: every order and problem, where the rows to correct are.

    None where it could not be read. It holds what the sheet's cells say, contact details included: for whoever
    asked for the sheet alone.
    """
    result = outcome.result
    if result is None:
        return None
    rows = rows_by_position(result.sheet)
    return {
        "orders": [describe_order(order, rows) for order in result.orders],
        **describe_problems(result.draft.problems, result.draft.problem_count),
        "corrections": outcome.files.get(Kind.CORRECTIONS) or None,
        "stop": result.stop.sentence if result.stop else None,
    }


def describe_problems(problems: Sequence[Problem], count: int) -> dict[str, Any]:
    return {"problems": [describe_problem(problem) for problem in problems], "problem_count": count}


def rows_by_position(sheet: Sheet) -> list[dict[str, Any]]:
    """Where each row of a sheet stands: its worksheet, and the number that the spreadsheet program shows."""
    return [
        {"worksheet": worksheet.name, "row": number}
        for worksheet in sheet.worksheets
        for number in worksheet.cells.index.tolist()
    ]


def describe_order(order: OrderResult, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "domain": order.domain,
        "status": order.status.value,
        "price": describe_cost(order.cost),
        "order_id": order.vendor_order_id or None,
        "vendor_status": order.vendor_status or None,
        "reason": order.message or None,
        "rows": [rows[position] for position in order.rows],
    }


def describe_cost(cost: Cost) -> dict[str, str] | None:
    return None if cost.amount is None else {"amount": f"{cost.amount:f}", "currency": cost.currency}


def describe_problem(problem: Problem) -> dict[str, Any]:
    return {
        "severity": problem.severity.value,
        "worksheet": problem.worksheet,
        "row": problem.row,
        "column": problem.column or None,
        "value": problem.value,
        "code": str(problem.code),
        "message": problem.message,
        "suggestion": problem.suggestion or None,
    }
