"""The command `export`: the orders of a time on standard output, for a spreadsheet or a program."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import click

from batch_orders.cli.exits import Exit
from batch_orders.cli.next import SEE_LEDGER, Line, show_next
from batch_orders.cli.show import open_console
from batch_orders.cli.workspace import existing_place
from batch_orders.core.accounts import show_account
from batch_orders.core.order_json import order_from_json
from batch_orders.core.records import SentOrder
from batch_orders.report.result_csv import without_formula
from batch_orders.service.context import open_ledger

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """`since` and `until` are moments on this computer's clock; `account` None is every account."""

    ledger: str | None
    since: datetime
    until: datetime | None
    account: str | None
    form: str


def export_orders(options: ExportOptions) -> int:
    with open_ledger(existing_place(options.ledger)) as ledger:
        told = [describe(sent) for sent in ledger.sent(options.since, options.until, options.account)]
    if options.form == "json":
        click.echo(json.dumps({"exit_code": int(Exit.DONE), "orders": told}))
    else:
        click.echo(write_csv(told), nl=False)
    batch = told[-1]["batch"] if told else ""
    latest = Line("The report of the latest of these:", ("report", str(batch)))
    show_next(open_console(aside=True), latest if batch else SEE_LEDGER)
    return Exit.DONE


def describe(sent: SentOrder) -> Mapping[str, Cell]:
    """Without the contact, which is nobody's business who adds up prices."""
    order, asked = sent.order, order_from_json(sent.order.content)
    return {
        "sent_at": sent.submitted_at,
        "account": show_account(order.account),
        "environment": order.environment,
        "batch": order.batch,
        "sheet": sent.sheet,
        "domain": order.domain,
        "status": order.state.value,
        "order_id": order.vendor_order_id or None,
        "price": None if order.price is None else f"{order.price:f}",
        "currency": order.currency or None,
        "vendor": asked.vendor,
        "mailboxes": len(asked.mailboxes),
        "attempts": order.attempts,
        "vendor_status": order.vendor_status or None,
        "message": order.message or None,
    }


HEADERS: Mapping[str, str] = {
    "sent_at": "Sent",
    "account": "Account",
    "environment": "Environment",
    "batch": "Batch",
    "sheet": "Sheet",
    "domain": "Domain",
    "status": "Status",
    "order_id": "Order ID",
    "price": "Price",
    "currency": "Currency",
    "vendor": "Vendor",
    "mailboxes": "Mailboxes",
    "attempts": "Attempts",
    "vendor_status": "Vendor status",
    "message": "Message",
}


def write_csv(orders: Iterable[Mapping[str, Cell]]) -> str:
    """As text with commas, no cell of which can turn into a formula."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(HEADERS.values())
    for order in orders:
        cells = ("" if order[name] is None else str(order[name]) for name in HEADERS)
        lines.writerow(map(without_formula, cells))
    return text.getvalue()
