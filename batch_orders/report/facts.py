"""The foot of the first worksheet: what was paid, what it was, who approved it, and how the sheet was read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from batch_orders.core.accounts import show_account
from batch_orders.core.money import Cost, Prices
from batch_orders.core.records import Approval
from batch_orders.core.results import BatchResult, sum_prices
from batch_orders.core.to_do import prices_by_vendor
from batch_orders.core.vendors import name_vendor
from batch_orders.core.wording import counted
from batch_orders.report.bar import CELLS
from batch_orders.report.lines import BLANK, Line, Part
from batch_orders.report.style import BOLD, HEADING, LABEL, PLAIN, TOTAL, Look, money_look

LABEL_WIDTH = 8
NAME_WIDTH, AMOUNT_WIDTH = 12, 8
READING = "A row counts under the status of its order: one row with a mistake holds its whole order back."
MONEY = ("Placed", "At risk", "Planned")


def fact_lines(result: BatchResult) -> Iterator[Line]:
    yield from money_lines(result)
    yield (Part("About this batch", look=HEADING),)
    for label, text in facts(result):
        if text:
            yield (Part(label, LABEL_WIDTH, LABEL), Part(text, CELLS - LABEL_WIDTH))
    remarks = (*result.draft.remarks, *result.remarks)
    for heading, sentences in (
        ("What was said of it", tuple(dict.fromkeys(remarks))),
        ("How the sheet was read", (*result.sheet.assumptions, READING) if result.orders else ()),
    ):
        if sentences:
            yield BLANK
            yield (Part(heading, look=HEADING),)
            yield from ((Part(sentence),) for sentence in sentences)


def money_lines(result: BatchResult) -> Iterator[Line]:
    """What is placed, at risk (which may have been bought) and planned, by vendor and currency."""
    vendors = prices_by_vendor(result.orders)
    if not vendors:
        return
    yield (Part("Prices, as they were approved", look=HEADING),)
    heads = (Part(head, AMOUNT_WIDTH, Look(bold=True, align="right")) for head in MONEY)
    yield (Part("Vendor", NAME_WIDTH, BOLD), *heads)
    for vendor, prices in vendors.items():
        yield from amount_lines(name_vendor(vendor, result.draft.vendors.get(vendor)), prices, PLAIN)
    if len(vendors) > 1:
        yield from amount_lines("All", sum_prices(result.orders), TOTAL)
    yield BLANK


def amount_lines(name: str, prices: Prices, look: Look) -> Iterator[Line]:
    """One line for each currency."""
    sums = (prices.placed, prices.at_risk, prices.planned)
    for currency in sorted({each for amounts in sums for each in amounts}):
        known = (amounts.get(currency, "") for amounts in sums)
        amounts = (Part(amount, AMOUNT_WIDTH, money_look(currency, look)) for amount in known)
        yield (Part(name, NAME_WIDTH, look), *amounts)


def facts(result: BatchResult) -> Iterator[tuple[str, str]]:
    draft, rows = result.draft, result.rows
    yield "Sheet", f"{result.sheet.name} ({result.sheet.format})"
    yield "Batch", result.batch
    yield "Account", show_account(draft.account)
    yield "Environment", draft.environment
    yield "Started", with_zone(draft.started)
    yield "Finished", with_zone(result.finished)
    for approval in result.approvals:
        yield "Approved", tell_approval(approval)
    yield "Rows", f"{rows.total:,} in all, {rows.valid:,} valid, {rows.invalid:,} invalid"
    yield "Problems", f"{draft.problem_count:,}"
    yield "Plan checksum", draft.checksum
    yield "Prices", str(sum_prices(result.orders))


def tell_approval(approval: Approval) -> str:
    cost = f" for {Cost(approval.cost, approval.currency)}" if approval.cost is not None else ""
    what = f"{counted(approval.orders, 'order')}{cost}"
    return f"{what}, by {approval.actor} ({approval.door}), {with_zone(approval.at)}, checksum {approval.checksum}"


def with_zone(time: datetime) -> str:
    local = time.astimezone()
    offset = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:]} ({local.tzname()})"
