"""The commands for orders that were sent: `reconcile`, `resolve`, `track`."""

from __future__ import annotations

from dataclasses import dataclass

import click
from rich.text import Text

from batch_orders.cli.exits import Exit
from batch_orders.cli.options import PlaceOptions
from batch_orders.cli.show import make_table, open_console
from batch_orders.cli.workspace import SANDBOX, open_ledger, open_vendor, ordered_name
from batch_orders.core.outcomes import NotTaken, Placed
from batch_orders.errors import ConfigurationError, LedgerConflict, LookUpError
from batch_orders.ledger import Ledger
from batch_orders.service.submission import Pace, Rate
from batch_orders.smart_senders import Environment

ENDED = frozenset({"completed", "failed", "cancelled"})
"""What a vendor says of an order that will not change any more, in lower case."""


def reconcile_orders(place: PlaceOptions) -> int:
    with (
        open_ledger(place.ledger) as ledger,
        open_vendor(place) as (environment, vendor),
        ledger.submitting(environment.name) as submitter,
    ):
        submitter.recover()
        unconfirmed = submitter.unconfirmed()
        found = submitter.reconcile(vendor.list_domains().order_ids) if unconfirmed else ()
    click.echo(f"{len(unconfirmed):,} unconfirmed, {len(found):,} found with the vendor and so placed.")
    for domain in unconfirmed:
        click.echo(
            f"  {domain}: {'placed' if domain in found else 'not listed, which proves nothing; unconfirmed'}"
        )
    return Exit.DONE if len(found) == len(unconfirmed) else Exit.ATTENTION


def track_orders(place: PlaceOptions) -> int:
    console = open_console(aside=False)
    pace, rate = Pace(), Rate(10, 2.0)
    table = make_table("Domain", "Order ID", "Vendor status")
    failed = ""
    with open_ledger(place.ledger) as ledger, open_vendor(place) as (environment, vendor):
        for order in ledger.trackable(environment.name):
            status = order.vendor_status
            if status.lower() not in ENDED:
                pace.keep(rate)
                try:
                    status = vendor.order_status(order.order_id)
                    ledger.note_vendor_status(order.id, status)
                except LookUpError as error:
                    failed = str(error)
            table.add_row(Text(order.domain), Text(order.order_id), Text(status or "not known"))
    if not table.row_count:
        console.print("No placed order has an order id to ask for.")
        return Exit.DONE
    console.print(table)
    if failed:
        console.print(Text(f"Not every order could be asked for. The last: {failed}", style="yellow"))
    return Exit.ATTENTION if failed else Exit.DONE


@dataclass(frozen=True, slots=True)
class ResolveOptions:
    domain: str
    placed: bool
    order_id: str
    not_bought: bool
    reason: str
    sandbox: bool
    base_url: str | None
    ledger: str | None


def resolve_order(words: ResolveOptions) -> int:
    decision = read_decision(words)
    domain = ordered_name(words.domain)
    with open_ledger(words.ledger) as ledger:
        environment = find_environment(ledger, words, domain)
        with ledger.submitting(environment) as submitter:
            submitter.recover()
            try:
                submitter.resolve(domain, decision)
            except LedgerConflict as error:
                raise ConfigurationError(f"{error} See: batch-orders status {domain}") from None
    freed = "It may be sent again: hand its sheet in again." if words.not_bought else "It is not sent again."
    click.echo(f"{domain}: recorded as {'not bought' if words.not_bought else 'placed'}. {freed}")
    return Exit.DONE


def read_decision(words: ResolveOptions) -> Placed | NotTaken:
    if words.placed == words.not_bought:
        raise ConfigurationError("Say what you found out: either --placed or --not-bought.")
    if words.not_bought and not words.reason.strip():
        raise ConfigurationError("Say how you know that it was not bought, with --reason.")
    if words.not_bought and words.order_id:
        raise ConfigurationError("--order-id goes with --placed.")
    said = words.reason.strip()
    if words.placed:
        return Placed(words.order_id.strip(), f"Resolved by a person: placed. {said}".strip())
    return NotTaken(f"Resolved by a person: not bought. {said}", again=True)


def find_environment(ledger: Ledger, words: ResolveOptions, domain: str) -> str:
    """Where the order went: as the words say, or the only place where one is unconfirmed."""
    if words.sandbox:
        return SANDBOX
    if words.base_url:
        return Environment.at(words.base_url).name
    places = ledger.environments(domain)
    if len(places) > 1:
        raise ConfigurationError(
            f"{domain} is unconfirmed at {' and '.join(places)}. Name one with --base-url."
        )
    if not places:
        raise ConfigurationError(f"No order for {domain} is unconfirmed. See: batch-orders status {domain}")
    return places[0]
