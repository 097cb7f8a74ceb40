"""The commands for orders that were sent: `reconcile`, `resolve`, `track`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from batch_orders.cli.exits import Exit
from batch_orders.cli.json_out import say_object
from batch_orders.cli.next import SEE_LEDGER, Line, lines_of, show_next
from batch_orders.cli.show import open_console
from batch_orders.cli.tables import make_table
from batch_orders.cli.workspace import existing_place, open_to_ask, ordered_name
from batch_orders.core.actions import Author
from batch_orders.core.base_url import SANDBOX
from batch_orders.core.next_steps import HOW_YOU_KNOW, ask_vendor, settle_unconfirmed
from batch_orders.core.outcomes import NotTaken, Placed
from batch_orders.core.states import UNPROVEN, State, has_failed
from batch_orders.errors import ConfigurationError
from batch_orders.ledger import Ledger, this_process
from batch_orders.service.context import open_context, open_ledger
from batch_orders.service.followup import Tracked, TrackedStatus, free, reconcile, resolve, track
from batch_orders.settings import Settings
from batch_orders.smart_senders import Environment

MOST_TOLD = 50
NOT_LISTED = "not listed, so we cannot tell whether it was bought"


def reconcile_orders(settings: Settings) -> int:
    console = open_console(aside=settings.reporting.json)
    with open_context(open_to_ask(settings.place)) as context:
        reconciled = reconcile(context)
    unconfirmed, found, others = reconciled.unconfirmed, reconciled.matched.found, reconciled.matched.others
    told = f"{len(unconfirmed):,} unconfirmed, {len(found):,} found with the vendor and so placed."
    console.print(Text(told))
    why = {domain: others.get(domain, NOT_LISTED) for domain in unconfirmed if domain not in found}
    for domain in unconfirmed:
        said = f"{why[domain]}; unconfirmed" if domain in why else "placed"
        console.print(Text(f"  {domain}: {said}"), soft_wrap=True)
    left = tuple(domain for domain in unconfirmed if domain not in found)
    steps = lines_of(settle_unconfirmed(left)) if left else (SEE_LEDGER,)
    show_next(console, *steps)
    code = Exit.ATTENTION if left else Exit.DONE
    if settings.reporting.json:
        say_object(code, orders=[describe_looked_up(domain, why.get(domain)) for domain in unconfirmed])
    return code


def describe_looked_up(domain: str, why: str | None) -> dict[str, Any]:
    """`why` says why it is still unconfirmed, None where it is placed."""
    return {"domain": domain, "status": "unconfirmed" if why else "placed", "reason": why}


def track_orders(settings: Settings) -> int:
    console = open_console(aside=settings.reporting.json)
    with open_context(open_to_ask(settings.place)) as context:
        tracked = track(context)
    show_tracked(console, tracked)
    show_next(console, *after_tracking(tracked))
    code = Exit.ATTENTION if tracked.fault or tracked.failed else Exit.DONE
    if settings.reporting.json:
        say_object(code, orders=list(map(describe_tracked, tracked.orders)), fault=tracked.fault or None)
    return code


def describe_tracked(order: TrackedStatus) -> dict[str, Any]:
    return {
        "domain": order.domain,
        "order_id": order.vendor_order_id,
        "vendor_status": order.vendor_status or None,
        "failed": has_failed(order.vendor_status),
    }


def show_tracked(console: Console, tracked: Tracked) -> None:
    if not tracked.orders:
        console.print(
            "Nothing to ask for: no placed order has an order id, or the vendor has completed all that have."
        )
        return
    table = make_table("Domain", "Order ID", "Vendor status")
    for order in tracked.orders:
        cells = (order.domain, order.vendor_order_id, order.vendor_status or "not known")
        table.add_row(*map(Text, cells))
    console.print(table)
    for order in tracked.failed[:MOST_TOLD]:
        told = f"{order.domain} was placed, then failed: the vendor says {order.vendor_status!r}."
        console.print(Text(told, style="red"))
    if tracked.fault:
        told = f"Not every order could be asked for. The last: {tracked.fault}"
        console.print(Text(told, style="yellow"))


def after_tracking(tracked: Tracked) -> Iterator[Line]:
    if tracked.failed:
        yield from lines_of([ask_vendor(tuple(order.domain for order in tracked.failed))])
    if tracked.fault:
        yield Line("To ask for the others:", ("track",))
    if not tracked.failed and not tracked.fault:
        yield SEE_LEDGER


@dataclass(frozen=True, slots=True)
class ResolveOptions:
    domain: str
    placed: bool
    order_id: str
    not_bought: bool
    gone: bool
    reason: str
    sandbox: bool
    base_url: str | None
    account: str | None
    ledger: str | None


def resolve_order(options: ResolveOptions) -> int:
    refuse_unclear(options)
    domain = ordered_name(options.domain)
    with open_ledger(existing_place(options.ledger)) as ledger:
        environment, account = find_place(ledger, options, domain)
        author = Author(this_process())
        try:
            if options.gone:
                said = f"Resolved by a person: gone. {options.reason.strip()}"
                free(ledger, domain, said, environment, account, author)
            else:
                resolve(ledger, domain, read_decision(options), environment, account, author)
        except ConfigurationError as error:
            raise ConfigurationError(f"{error} See: batch-orders status {domain}") from None
    freed = "It is not sent again." if options.placed else "To order the domain, hand its sheet in again."
    click.echo(f"{domain}: recorded as {name_decision(options)}. {freed}")
    show_next(open_console(aside=False), Line("See what the ledger knows of it:", ("status", domain)))
    return Exit.DONE


def name_decision(options: ResolveOptions) -> str:
    if options.gone:
        return "gone"
    return "placed" if options.placed else "not bought"


def refuse_unclear(options: ResolveOptions) -> None:
    if [options.placed, options.not_bought, options.gone].count(True) != 1:
        raise ConfigurationError("Say what you found out: either --placed, --not-bought or --gone.")
    if not options.placed and options.reason.strip() in ("", HOW_YOU_KNOW):
        raise ConfigurationError(f"Say how you know that it is {name_decision(options)}, with --reason.")
    if not options.placed and options.order_id:
        raise ConfigurationError("--order-id goes with --placed.")


def read_decision(options: ResolveOptions) -> Placed | NotTaken:
    said = options.reason.strip()
    if options.placed:
        return Placed(options.order_id.strip(), f"Resolved by a person: placed. {said}".strip())
    return NotTaken(f"Resolved by a person: not bought. {said}", again=True)


def find_place(ledger: Ledger, options: ResolveOptions, domain: str) -> tuple[str, str]:
    """Where the order went, environment and account: as the options say, or the only place that it can be."""
    states, word = ((State.PLACED,), "placed") if options.gone else (UNPROVEN, "unconfirmed")
    named = SANDBOX if options.sandbox else ""
    if options.base_url and not named:
        named = Environment.at(options.base_url).name
    places = [
        place
        for place in ledger.places(domain, states)
        if (place[0] == named or not named) and options.account in (None, place[1])
    ]
    if len(places) > 1:
        environments = " and ".join(environment for environment, _ in places)
        raise ConfigurationError(f"{domain} is {word} at {environments}. Name one with --base-url.")
    if places:
        return places[0]
    if named:
        return named, options.account or ""
    raise ConfigurationError(f"No order for {domain} is {word}. See: batch-orders status {domain}")
