"""One row of a table → one value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from batch_orders.core.money import Prices
from batch_orders.core.records import Approval, BatchRecord, HeldBack, LedgerOrder, PriorOrder
from batch_orders.core.states import State
from batch_orders.core.stops import Stop, StopReason

AnyRow = Row[*tuple[Any, ...]]


def read_batch(
    row: AnyRow, states: Mapping[State, int], prices: Prices, resumed: AnyRow | None, held_back: HeldBack
) -> BatchRecord:
    """`resumed` is its latest resumption, if there is any."""
    latest = row if resumed is None else resumed
    return BatchRecord(
        id=row.id,
        environment=row.environment,
        account=row.account,
        sheet=row.sheet,
        sheet_sha256=row.sheet_sha256,
        source=row.source,
        accepted_at=row.accepted_at,
        started_at=row.started_at or "",
        finished_at=row.finished_at or "",
        first_stop=read_stop(row),
        resumed_at=resumed.started_at if resumed else "",
        last_finished_at=latest.finished_at or "",
        last_stop=read_stop(latest),
        states=states,
        pruned=row.pruned,
        prices=prices,
        held_back=held_back,
    )


def read_stop(row: AnyRow) -> Stop | None:
    return Stop(StopReason(row.stop_reason), row.stop_sentence) if row.stop_reason else None


def read_approval(row: AnyRow) -> Approval:
    return Approval(
        actor=row.actor,
        door=row.door,
        at=datetime.fromisoformat(row.at),
        checksum=row.checksum,
        orders=row.orders,
        cost=read_money(row.cost),
        currency=row.currency,
    )


def read_prior(row: AnyRow) -> PriorOrder:
    state = State(row.state)
    return PriorOrder(
        state=state,
        fingerprint=row.fingerprint,
        content=row.content,
        vendor_order_id=row.vendor_order_id,
        message=row.message,
        changed_at=row.changed_at,
        batch=row.batch,
        vendor_status=row.vendor_status,
        # Planned orders are known only as long as their batch waits.
        waiting=state is State.PLANNED,
        account=row.account,
        price=read_money(row.price),
        currency=row.currency,
        approval=row.approval,
    )


def read_order(row: AnyRow) -> LedgerOrder:
    return LedgerOrder(
        id=row.id,
        batch=row.batch,
        environment=row.environment,
        position=row.position,
        domain=row.domain,
        content=row.content,
        state=State(row.state),
        vendor_order_id=row.vendor_order_id,
        message=row.message,
        attempts=row.attempts,
        changed_at=row.changed_at,
        last_checked_at=row.last_checked_at,
        vendor_status=row.vendor_status,
        account=row.account,
        price=read_money(row.price),
        currency=row.currency,
        approval=row.approval,
    )


def read_money(text: str) -> Decimal | None:
    return Decimal(text) if text else None
