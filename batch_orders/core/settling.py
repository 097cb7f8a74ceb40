"""Settling: a draft and what the ledger says of its orders → the result. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from batch_orders.core.accounts import show_account
from batch_orders.core.money import UNKNOWN_COST, Cost
from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.records import LedgerOrder, PriorOrder
from batch_orders.core.results import BatchResult, Draft, OrderResult, Status
from batch_orders.core.states import LIVE, UNPROVEN, State
from batch_orders.core.stops import Stop

NOT_SENT = "It was not sent."
NOT_SENT_AGAIN = "It was not sent again."
HAND_IN_AGAIN = "Hand the sheet in again to order it."
NOT_BOUGHT = f"It was not bought, as was found out since. {HAND_IN_AGAIN}"
ASK_AND_RECORD = "Ask the vendor; record it as gone when it is, and hand the sheet in again."
NOT_RECORDED = "What became of it could not be recorded: it may have been bought."

STATUS_OF_STATE: Mapping[State, Status] = {
    State.PLANNED: Status.NOT_SUBMITTED,
    # Whoever reads this state was not told how the attempt ended.
    State.SUBMITTING: Status.UNCONFIRMED,
    State.PLACED: Status.PLACED,
    State.REJECTED: Status.REJECTED,
    State.UNCONFIRMED: Status.UNCONFIRMED,
    State.GONE: Status.NOT_SUBMITTED,
}
MAY_CHANGE = frozenset(Status) - {Status.INVALID}
"""Statuses of a draft that something else may settle later: this batch, another one, or a person."""


@dataclass(frozen=True, slots=True)
class Records:
    """What the ledger has: the batch's own orders, and of each domain what is known now, both by domain.

    `prior` is None where nothing was stored and nobody asked. `superseded` are the domains that only a sheet
    orders now, with the batch that asked for each after this one, if any did. `heard` is what the process that
    sent them heard of its orders: it counts where the ledger could not record it.
    """

    own: Mapping[str, LedgerOrder] = field(default_factory=dict)
    prior: Mapping[str, PriorOrder] | None = None
    superseded: Mapping[str, str] = field(default_factory=dict)
    heard: Mapping[str, Outcome | None] = field(default_factory=dict)


UNASKED = Records()


def settle(
    draft: Draft,
    records: Records,
    stop: Stop | None,
    finished: datetime,
    batch: str = "",
    remarks: tuple[str, ...] = (),
) -> BatchResult:
    """The result as the ledger tells it. `stop` says why what was not sent was not."""
    settled = (tell_failure(settle_order(order, records, batch, draft.account)) for order in draft.orders)
    explained = tuple(explain(order, stop) for order in settled)
    return BatchResult(draft, batch, finished, explained, stop, remarks=remarks)


def settle_order(order: OrderResult, records: Records, batch: str, account: str) -> OrderResult:
    if records.prior is None:
        return order
    if order.status not in MAY_CHANGE:
        return tell_gone(order, records.prior.get(order.domain))
    own = records.own.get(order.domain) if order.status is Status.NOT_SUBMITTED else None
    prior = records.prior.get(order.domain)
    elsewhere = prior if prior and prior.batch != batch else None
    if elsewhere and elsewhere.state in LIVE and elsewhere.account != account:
        return replace(order, status=Status.INVALID, message=other_account_sentence(elsewhere))
    if own is None:
        return from_prior(order, elsewhere)
    if elsewhere and elsewhere.state in LIVE and own.state not in LIVE:
        return from_later(order, own, elsewhere)
    if own.state is State.PLANNED and order.domain in records.superseded:
        later = records.superseded[order.domain]
        said = superseded_sentence(later) if later else f"{own.message} {HAND_IN_AGAIN}"
        return replace(from_own(order, own), message=said)
    if own.state in UNPROVEN and (outcome := records.heard.get(order.domain)):
        return from_heard(from_own(order, own), outcome)
    return from_own(order, own)


def tell_gone(order: OrderResult, prior: PriorOrder | None) -> OrderResult:
    """An order that was held back for what was bought before says that this is gone, where it is."""
    if prior is None or prior.state is not State.GONE or not order.fingerprint:
        return order
    told = f"The order of batch {prior.batch} is recorded as gone now: hand the sheet in again."
    return replace(order, message=f"{order.message} {told}")


def from_later(order: OrderResult, own: LedgerOrder, later: PriorOrder) -> OrderResult:
    """What a later batch has made of the domain of an order that bought nothing in this one."""
    if own.state is not State.REJECTED or later.fingerprint == order.fingerprint:
        return from_prior(order, later)
    refused = from_own(order, own)
    placed = "placed" if later.state is State.PLACED else "sent"
    since = f"Batch {later.batch} has {placed} this domain since, with other content."
    return replace(refused, message=f"{refused.message} {since}".strip())


def tell_failure(order: OrderResult) -> OrderResult:
    """An order that was placed, and of which the vendor said since that it failed, says so."""
    if not order.has_failed:
        return order
    told = f"It was placed, then failed: the vendor says {order.vendor_status!r}. {ASK_AND_RECORD}"
    return replace(order, message=f"{order.message} {told}".strip())


def from_own(order: OrderResult, own: LedgerOrder) -> OrderResult:
    """What became of an order that this batch set out to send."""
    unsaid = {Status.NOT_SUBMITTED: order.message, Status.UNCONFIRMED: NOT_RECORDED}
    status = STATUS_OF_STATE[own.state]
    said = f"{own.message} {HAND_IN_AGAIN}" if own.state is State.GONE else own.message
    return replace(
        order,
        status=status,
        vendor_order_id=own.vendor_order_id,
        message=said or unsaid.get(status, ""),
        attempts=own.attempts,
        time=datetime.fromisoformat(own.changed_at) if own.attempts else None,
        vendor_status=own.vendor_status,
        cost=order.cost if own.price is None else Cost(own.price, own.currency),
    )


def from_prior(order: OrderResult, prior: PriorOrder | None) -> OrderResult:
    """What another batch, or a person, has made of its domain since the plan was made."""
    match prior:
        case PriorOrder(state=State.PLACED, batch=batch) if is_of(order, prior):
            known = order.status is Status.ALREADY_PLACED
            message = order.message if known else f"Placed in batch {batch}. {NOT_SENT_AGAIN}"
            return tell_prior(order, Status.ALREADY_PLACED, prior, message)
        case PriorOrder(state=State.PLACED, batch=batch):
            message = f"Batch {batch} placed this domain with other content. {NOT_SENT}"
            return tell_prior(order, Status.NOT_SUBMITTED, prior, message)
        case PriorOrder(state=State.SUBMITTING | State.UNCONFIRMED, batch=batch):
            return tell_prior(order, Status.UNCONFIRMED, prior, unconfirmed_sentence(batch))
        case PriorOrder(state=State.GONE, batch=batch) if order.status is Status.ALREADY_PLACED:
            message = f"Batch {batch} placed it, and it is gone, as was found out since. {HAND_IN_AGAIN}"
            return replace(order, status=Status.NOT_SUBMITTED, message=message)
        case _ if order.status is Status.UNCONFIRMED:
            return replace(order, status=Status.NOT_SUBMITTED, message=NOT_BOUGHT)
        case PriorOrder(state=State.REJECTED, batch=batch, message=reason) if (
            order.status is Status.NOT_SUBMITTED
        ):
            return replace(
                order, message=f"{NOT_SENT} Batch {batch} asked for it, and it was rejected: {reason}"
            )
        case _:
            return order


def is_of(order: OrderResult, prior: PriorOrder) -> bool:
    """Whether what was bought is this order. One that was known by its corrected rows has no content of its own."""
    return prior.fingerprint == order.fingerprint or (
        order.status is Status.ALREADY_PLACED and not order.fingerprint
    )


def tell_prior(order: OrderResult, status: Status, prior: PriorOrder, message: str) -> OrderResult:
    return replace(
        order,
        status=status,
        message=message,
        vendor_order_id=prior.vendor_order_id,
        time=datetime.fromisoformat(prior.changed_at),
        vendor_status=prior.vendor_status,
        cost=UNKNOWN_COST if status is Status.NOT_SUBMITTED else Cost(prior.price, prior.currency),
    )


def unconfirmed_sentence(batch: str) -> str:
    return f"Sent before, in batch {batch}, and never confirmed: it may have been bought. {NOT_SENT_AGAIN}"


def other_account_sentence(prior: PriorOrder) -> str:
    bought = "Bought" if prior.state is State.PLACED else "Sent, and so perhaps bought,"
    day = f"{datetime.fromisoformat(prior.changed_at).astimezone():%Y-%m-%d}"
    return f"{bought} under {show_account(prior.account)} on {day}, in batch {prior.batch}; not sent."


def superseded_sentence(batch: str) -> str:
    return f"{NOT_SENT} Batch {batch} asked for this domain after it. Hand that sheet in."


def explain(order: OrderResult, stop: Stop | None) -> OrderResult:
    """An order that was to be sent and was not says why the run stopped before it."""
    if stop is None or order.status is not Status.NOT_SUBMITTED or order.message != NOT_SENT:
        return order
    return replace(order, message=f"{NOT_SENT} The run stopped before: {stop.sentence}")


def settle_unread(
    draft: Draft,
    heard: Mapping[str, Outcome | None],
    stop: Stop,
    finished: datetime,
    batch: str,
    remarks: tuple[str, ...] = (),
) -> BatchResult:
    """The result where the ledger cannot be read any more, from what this process heard itself.

    `heard` has the outcome of each order whose attempt began, by domain; None where it was never
    recorded. What is not in it was not sent.
    """
    settled = tuple(
        from_heard(order, heard[order.domain])
        if order.status is Status.NOT_SUBMITTED and order.domain in heard
        else order
        for order in draft.orders
    )
    return BatchResult(
        draft, batch, finished, tuple(explain(order, stop) for order in settled), stop, remarks=remarks
    )


def unrecorded_sentence(domain: str, outcome: Outcome) -> str:
    """What was heard of an order whose outcome the ledger could not record, for the report and the log."""
    match outcome:
        case Placed(order_id):
            heard = f"Smart Senders placed it under order id {order_id}. Record it as placed with this id."
        case Rejected(message):
            heard = f"Smart Senders refused it: {message} Record it as not bought."
        case NotTaken(message):
            heard = f"It was not bought: {message} Record it as not bought."
        case Unconfirmed(message):
            heard = f"It may have been bought: {message}"
    return f"What became of {domain} could not be recorded in the ledger. {heard}"


def from_heard(order: OrderResult, outcome: Outcome | None) -> OrderResult:
    match outcome:
        case Placed(order_id, message):
            return replace(order, status=Status.PLACED, vendor_order_id=order_id, message=message)
        case Rejected(message):
            return replace(order, status=Status.REJECTED, message=message)
        case NotTaken(message):
            return replace(order, message=message)
        case Unconfirmed(message):
            return replace(order, status=Status.UNCONFIRMED, message=message)
        case None:
            return replace(order, status=Status.UNCONFIRMED, message=NOT_RECORDED)
