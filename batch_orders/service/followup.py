"""Following up what was sent: look-ups with the vendor, and what a person found out."""

from __future__ import annotations

from dataclasses import dataclass

from batch_orders.core.actions import Author
from batch_orders.core.listing import Matched
from batch_orders.core.outcomes import NotTaken, Placed
from batch_orders.core.plan import VendorView
from batch_orders.core.states import ENDED, has_failed
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
            author = Author(context.actor, context.door)
            matched = submitter.reconcile(context.market.list_domains().entries, author)
        return Reconciled(unconfirmed, matched)


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
            submitter.free(domain, reason, author)
        except LedgerConflict as error:
            raise ConfigurationError(str(error)) from None


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
            submitter.resolve(domain, decision, author)
        except LedgerConflict as error:
            raise ConfigurationError(str(error)) from None
