"""A batch's life in the ledger: accepted, approved, started, finished, carried on, pruned.

Every function is called in a transaction of its own and leaves it to its caller to commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, not_, or_, select, update

from batch_orders.core.model import Order
from batch_orders.core.order_json import fingerprint, order_to_json
from batch_orders.core.records import Approval
from batch_orders.core.results import Draft, Status
from batch_orders.core.states import UNPROVEN, State
from batch_orders.core.stops import Stop
from batch_orders.errors import LedgerConflict
from batch_orders.ledger.lock import now, refuse_retired, write_time
from batch_orders.ledger.origins import store_origins
from batch_orders.ledger.queries import AT_ONCE, has_successor, waiting, waits
from batch_orders.ledger.schema import (
    approvals,
    batches,
    held_back,
    in_state,
    orders,
    requests,
    resumptions,
    unproven,
)
from batch_orders.ledger.snapshot import pack_draft

Beside = Callable[[Connection], None]
"""Stores something more in a transaction of the ledger."""
Price = tuple[Decimal | None, str]
"""What an order costs, and in which currency."""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order to be kept as planned. `approved`: the approval of its batch covers it."""

    order: Order
    price: Decimal | None = None
    currency: str = ""
    approved: bool = True


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch to be stored, its orders in turn. `started` is False where it waits its turn.

    `asked` is what its sheet asks for beside them: domain → the fingerprint of what it would buy, "" where
    that is not known.
    """

    id: str
    draft: Draft
    source: str
    started: bool
    orders: tuple[NewOrder, ...]
    asked: Mapping[str, str] = field(default_factory=dict)


def nothing_more(_connection: Connection) -> None:
    """Stores nothing."""


def store_batch(connection: Connection, new: NewBatch, approval: Approval | None) -> None:
    """Raises LedgerError where this ledger is being copied, or was."""
    accepted_at = now()
    draft = new.draft
    connection.execute(
        insert(batches),
        {
            "id": new.id,
            "environment": draft.environment,
            "account": draft.account,
            "sheet": draft.sheet.name,
            "sheet_sha256": draft.sheet.sha256,
            "source": new.source,
            "accepted_at": accepted_at,
            "started_at": accepted_at if new.started else None,
            "stop_reason": "",
            "stop_sentence": "",
            "snapshot": pack_draft(draft),
        },
    )
    covering = store_approval(connection, new.id, approval) if approval else None
    planned = [
        {
            **describe_order(new, item, position),
            "changed_at": accepted_at,
            "approval": covering if item.approved else None,
        }
        for position, item in enumerate(new.orders)
    ]
    if planned:
        connection.execute(insert(orders), planned)
    store_held_back(connection, new)
    store_requests(connection, new)
    store_origins(connection, new.id, draft, {item.order.domain for item in new.orders})
    # Asked last: what is stored before a copy begins is copied, and nothing is stored after that.
    refuse_retired(connection)


def store_held_back(connection: Connection, new: NewBatch) -> None:
    rows = new.draft.rows_invalid
    invalid = sum(order.status is Status.INVALID for order in new.draft.orders)
    if rows or invalid:
        connection.execute(
            insert(held_back), {"batch": new.id, "invalid_orders": invalid, "invalid_rows": rows}
        )


def store_requests(connection: Connection, new: NewBatch) -> None:
    """Remember what a sheet asks for of domains that an earlier order may still be sent for.

    A batch that waits is sent as it was approved, whatever comes after it.
    """
    place = {"environment": new.draft.environment, "account": new.draft.account}
    domains = list(new.asked)
    for start in range(0, len(domains), AT_ONCE):
        latest = select(orders.c.domain, func.max(orders.c.id).label("id")).where(
            orders.c.environment == place["environment"],
            orders.c.account == place["account"],
            orders.c.domain.in_(domains[start : start + AT_ONCE]),
            in_state(State.PLANNED, *UNPROVEN),
            not_(waits),
        )
        asked = [
            {
                **place,
                "batch": new.id,
                "domain": row.domain,
                "fingerprint": new.asked[row.domain],
                "after_order": row.id,
            }
            for row in connection.execute(latest.group_by(orders.c.domain))
        ]
        if asked:
            connection.execute(insert(requests), asked)


def describe_order(new: NewBatch, item: NewOrder, position: int) -> dict[str, Any]:
    return {
        "batch": new.id,
        "position": position,
        "environment": new.draft.environment,
        "account": new.draft.account,
        "domain": item.order.domain,
        "content": order_to_json(item.order),
        "fingerprint": fingerprint(item.order),
        "state": State.PLANNED,
        "vendor_order_id": "",
        "message": "",
        "attempts": 0,
        "last_checked_at": "",
        "vendor_status": "",
        "price": write_money(item.price),
        "currency": item.currency,
    }


def store_approval(connection: Connection, batch: str, approval: Approval) -> int:
    said = {
        "batch": batch,
        "actor": approval.actor,
        "door": approval.door,
        "at": write_time(approval.at),
        "checksum": approval.checksum,
        "orders": approval.orders,
        "cost": write_money(approval.cost),
        "currency": approval.currency,
    }
    stored: int = connection.execute(insert(approvals).returning(approvals.c.id), said).scalar_one()
    return stored


def approve_orders(
    connection: Connection, batch: str, approval: Approval, prices: Mapping[str, Price]
) -> None:
    covering = store_approval(connection, batch, approval)
    for domain, (price, currency) in prices.items():
        here = and_(orders.c.batch == batch, orders.c.domain == domain, in_state(State.PLANNED))
        covered = connection.execute(
            update(orders).where(here).values(approval=covering, price=write_money(price), currency=currency)
        )
        if covered.rowcount != 1:
            raise LedgerConflict(f"The order for {domain} is no longer planned: somebody else has moved it.")


def start_batch(connection: Connection, batch: str, actor: str) -> None:
    started = connection.execute(
        update(batches).where(batches.c.id == batch, waiting).values(started_at=now())
    )
    if started.rowcount or is_untouched(connection, batch):
        return
    connection.execute(
        insert(resumptions).values(
            batch=batch, started_at=now(), stop_reason="", stop_sentence="", actor=actor
        )
    )


def is_untouched(connection: Connection, batch: str) -> bool:
    """Whether a batch has only just been accepted: no end, no resumption and no attempt yet."""
    finished = exists().where(batches.c.id == batch, batches.c.finished_at.is_not(None))
    resumed = exists().where(resumptions.c.batch == batch)
    attempted = exists().where(orders.c.batch == batch, orders.c.attempts > 0)
    return not connection.execute(select(or_(finished, resumed, attempted))).scalar_one()


def finish_batch(connection: Connection, batch: str, stop: Stop | None) -> None:
    end = {
        "finished_at": now(),
        "stop_reason": stop.reason if stop else "",
        "stop_sentence": stop.sentence if stop else "",
    }
    latest = connection.execute(
        select(func.max(resumptions.c.id)).where(resumptions.c.batch == batch)
    ).scalar()
    table, here = (
        (batches, batches.c.id == batch) if latest is None else (resumptions, resumptions.c.id == latest)
    )
    connection.execute(update(table).where(here, table.c.finished_at.is_(None)).values(end))


def count_prunable(connection: Connection, before: datetime) -> int:
    query = select(func.count()).select_from(batches).where(prunable(before))
    return connection.execute(query).scalar_one()


def prune_batches(connection: Connection, before: datetime) -> int:
    if connection.dialect.name == "sqlite":
        # Otherwise the contact details would stay in the file until something else is written over them.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    return connection.execute(update(batches).where(prunable(before)).values(snapshot=None)).rowcount


def prunable(before: datetime) -> ColumnElement[bool]:
    """Whether a batch has a snapshot, is over, and nothing was done to it since `before`.

    A batch that was cut off is over when none of its orders is left to be sent or proven. An order
    that a later sheet ordered anew is not sent any more.
    """
    moment = write_time(before)
    in_doubt = exists().where(orders.c.batch == batches.c.id, unproven)
    to_send = exists().where(orders.c.batch == batches.c.id, in_state(State.PLANNED), not_(has_successor()))
    since = exists().where(
        resumptions.c.batch == batches.c.id,
        func.coalesce(resumptions.c.finished_at, resumptions.c.started_at) >= moment,
    )
    ended = func.coalesce(batches.c.finished_at, batches.c.started_at) < moment
    return and_(batches.c.snapshot.is_not(None), ended, not_(in_doubt), not_(to_send), not_(since))


def write_money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"
