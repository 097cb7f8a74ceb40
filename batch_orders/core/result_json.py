"""What programs are told of a result: the one object of --json, which the page answers as well. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from batch_orders.core.money import Prices
from batch_orders.core.plan import PROBLEM_CODES
from batch_orders.core.results import (
    BatchResult,
    Kind,
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
