"""Following up what was sent: look-ups with the vendor, and what a person found out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from batch_orders.core.actions import Act, Action, Author
from batch_orders.core.listing import Matched
from batch_orders.core.outcomes import NotTaken, Placed
from batch_orders.core.plan import VendorView
from batch_orders.core.records import LedgerOrder
from batch_orders.core.states import ENDED, has_failed
from batch_orders.core.wording import counted
from batch_orders.errors import ConfigurationError, LedgerConflict, LookUpError, SubmitterBusy
from batch_orders.ledger import Ledger
from batch_orders.service.context import Context

NOTHING_MATCHED = Matched()


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The domains of the orders that were unconfirmed, and what the vendor's list says of them."""

    unconfirmed: tuple[str, ...] = ()
    matched: Matched = NOTHING_MATCHED


def reconcile(context: Context) -> Reconciled:
    """Look unconfirmed orders up in the vendor's list. What is not listed there stays unconfirmed.

    Raises LookUpError where the vendor cannot be asked, SubmitterBusy where another run holds the lock.
    """
    with context.hold_lock() as submitter:
        submitter.recover()
        unconfirmed = submitter.unconfirmed()
        matched = NOTHING_MATCHED
        if unconfirmed:
            before = context.ledger.unsettled(context.place, context.account)
            matched = submitter.reconcile(context.market.list_domains().entries)
            note_look_up(context, before, matched)
        return Reconciled(unconfirmed, matched)


def note_look_up(context: Context, orders: Iterable[LedgerOrder], matched: Matched) -> None:
    """Keep who looked, once for each batch that had orders to look for."""
    domains: defaultdict[str, list[str]] = defaultdict(list)
    for order in orders:
        domains[order.batch].append(order.domain)
    for batch, looked_for in domains.items():
        found = sum(domain in matched.found for domain in looked_for)
        context.ledger.actions.note(
            Action(
                Act.LOOKED_UP,
                Author(context.actor, context.door),
                context.place,
                context.account,
                batch,
                message=f"{counted(len(looked_for), 'order')}, {found:,} found with the vendor",
            )
        )


def settle_earlier(context: Context, view: VendorView) -> Reconciled:
    """As `reconcile`, by what the vendor has listed, before a plan is made. Nothing where another run is at work."""
    if not context.ledger.unsettled(context.place, context.account):
        return Reconciled()
    try:
        with context.hold_lock_now() as submitter:
            submitter.recover()
            unconfirmed = submitter.unconfirmed()
            matched = submitter.reconcile(view.listed) if view.listed is not None else NOTHING_MATCHED
    except SubmitterBusy:
        return Reconciled()
    return Reconciled(unconfirmed, matched)


@dataclass(frozen=True, slots=True)
class TrackedStatus:
    """A placed order and the vendor's word for it now, "" where it is not known."""

    domain: str
    vendor_order_id: str
    vendor_status: str


@dataclass(frozen=True, slots=True)
class Tracked:
    """`fault` is why an order could not be asked for, the last one, or ""."""

    orders: tuple[TrackedStatus, ...]
    fault: str = ""

    @property
    def failed(self) -> tuple[TrackedStatus, ...]:
        """Those that were placed, then failed."""
        return tuple(order for order in self.orders if has_failed(order.vendor_status))


def track(context: Context) -> Tracked:
    """Ask the vendor how placed orders stand, and record its word. Those that have ended are not asked for."""
    found: list[TrackedStatus] = []
    fault = ""
    for order in context.ledger.trackable(context.place, context.account):
        status = order.vendor_status
        if status.lower() not in ENDED:
            context.limiter.keep()
            try:
                status = context.market.order_status(order.vendor_order_id)
                context.ledger.note_vendor_status(order.id, status)
            except LookUpError as error:
                fault = str(error)
        found.append(TrackedStatus(order.domain, order.vendor_order_id, status))
    return Tracked(tuple(found), fault)


def free(ledger: Ledger, domain: str, reason: str, environment: str, account: str, author: Author) -> None:
    """Record a person's word that the placed order of a domain is gone, so that it may be ordered again.

    Raises ConfigurationError where none is placed, SubmitterBusy where a run holds the lock.
    """
    with ledger.submitting(environment, account) as submitter:
        try:
            submitter.free(domain, reason, author.actor)
        except LedgerConflict as error:
            raise ConfigurationError(str(error)) from None
        note_resolution(ledger, domain, "gone", environment, account, author)


def resolve(
    ledger: Ledger,
    domain: str,
    decision: Placed | NotTaken,
    environment: str,
    account: str,
    author: Author,
) -> None:
    """Record what a person found out about the unconfirmed order of a domain.

    Raises ConfigurationError where none is unconfirmed, SubmitterBusy where a run holds the lock.
    """
    with ledger.submitting(environment, account) as submitter:
        submitter.recover()
        try:
            submitter.resolve(domain, decision, author.actor)
        except LedgerConflict as error:
            raise ConfigurationError(str(error)) from None
        what = "placed" if isinstance(decision, Placed) else "not bought"
        note_resolution(ledger, domain, what, environment, account, author)


def note_resolution(
    ledger: Ledger, domain: str, what: str, environment: str, account: str, author: Author
) -> None:
    """Keep who found it out, with the batch whose order it is: the domain's order that was moved last."""
    here = [
        order
        for order in ledger.orders_of(domain)
        if (order.environment, order.account) == (environment, account)
    ]
    batch = max(here, key=lambda order: order.changed_at).batch if here else ""
    ledger.actions.note(
        Action(Act.RESOLVED, author, environment, account, batch, domain, message=f"{domain}: {what}")
    )
