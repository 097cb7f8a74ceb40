"""Settling: a draft and what the ledger says of its orders → the result. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from batch_orders.core.accounts import show_account
from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.records import LedgerOrder, PriorOrder
from batch_orders.core.results import BatchResult, Draft, OrderResult, Status
from batch_orders.core.states import LIVE, State
from batch_orders.core.stops import Stop

NOT_SENT = "It was not sent."
NOT_SENT_AGAIN = "It was not sent again."
NOT_BOUGHT = "It was not bought, as was found out since. Hand the sheet in again to order it."
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
MAY_CHANGE = frozenset({Status.NOT_SUBMITTED, Status.UNCONFIRMED})
"""Statuses of a draft that something else may settle later: this batch, another one, or a person."""


@dataclass(frozen=True, slots=True)
class Records:
    """What the ledger has: the batch's own orders, and of each domain what is known now, both by domain.

    `prior` is None where nothing was stored and nobody asked.
    """

    own: Mapping[str, LedgerOrder] = field(default_factory=dict)
    prior: Mapping[str, PriorOrder] | None = None


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
    settled = (settle_order(order, records, batch, draft.account) for order in draft.orders)
    explained = tuple(explain(order, stop) for order in settled)
    return BatchResult(draft, batch, finished, explained, stop, remarks=remarks)


def settle_order(order: OrderResult, records: Records, batch: str, account: str) -> OrderResult:
    if order.status not in MAY_CHANGE or records.prior is None:
        return order
    own, prior = records.own.get(order.domain), records.prior.get(order.domain)
    elsewhere = prior if prior and prior.batch != batch else None
    if own is None or (own.state is State.PLANNED and elsewhere and elsewhere.state in LIVE):
        if elsewhere and elsewhere.account != account and elsewhere.state in LIVE:
            return replace(order, status=Status.INVALID, message=other_account_sentence(elsewhere))
        return from_prior(order, elsewhere)
    return from_own(order, own)


def from_own(order: OrderResult, own: LedgerOrder) -> OrderResult:
    """What became of an order that this batch set out to send."""
    unsaid = {Status.NOT_SUBMITTED: order.message, Status.UNCONFIRMED: NOT_RECORDED}
    status = STATUS_OF_STATE[own.state]
    return replace(
        order,
        status=status,
        vendor_order_id=own.vendor_order_id,
        message=own.message or unsaid.get(status, ""),
        attempts=own.attempts,
        time=datetime.fromisoformat(own.changed_at) if own.attempts else None,
        vendor_status=own.vendor_status,
    )


def from_prior(order: OrderResult, prior: PriorOrder | None) -> OrderResult:
    """What another batch, or a person, has made of its domain since the plan was made."""
    unconfirmed = order.status is Status.UNCONFIRMED
    match prior:
        case PriorOrder(state=State.PLACED, fingerprint=bought, batch=batch) if bought == order.fingerprint:
            return tell_prior(
                order, Status.ALREADY_PLACED, prior, f"Placed in batch {batch}. {NOT_SENT_AGAIN}"
            )
        case PriorOrder(state=State.PLACED, batch=batch):
            message = f"Batch {batch} placed this domain with other content. {NOT_SENT}"
            return tell_prior(order, Status.NOT_SUBMITTED, prior, message)
        case PriorOrder(state=State.SUBMITTING | State.UNCONFIRMED, batch=batch):
            return tell_prior(order, Status.UNCONFIRMED, prior, unconfirmed_sentence(batch))
        case _ if unconfirmed:
            return replace(order, status=Status.NOT_SUBMITTED, message=NOT_BOUGHT)
        case PriorOrder(state=State.REJECTED, batch=batch, message=reason):
            return replace(
                order, message=f"{NOT_SENT} Batch {batch} asked for it, and it was rejected: {reason}"
            )
        case _:
            return order


def tell_prior(order: OrderResult, status: Status, prior: PriorOrder, message: str) -> OrderResult:
    return replace(
        order,
        status=status,
        message=message,
        vendor_order_id=prior.vendor_order_id,
        time=datetime.fromisoformat(prior.changed_at),
        vendor_status=prior.vendor_status,
    )


def unconfirmed_sentence(batch: str) -> str:
    return f"Sent before, in batch {batch}, and never confirmed: it may have been bought. {NOT_SENT_AGAIN}"


def other_account_sentence(prior: PriorOrder) -> str:
    bought = "Bought" if prior.state is State.PLACED else "Sent, and so perhaps bought,"
    day = f"{datetime.fromisoformat(prior.changed_at).astimezone():%Y-%m-%d}"
    return f"{bought} under {show_account(prior.account)} on {day}, in batch {prior.batch}; not sent."


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
