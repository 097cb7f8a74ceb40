"""Which rows of other sheets an order has put right: written when a corrections workbook is accepted."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, and_, insert, select

from batch_orders.core.origins import PlacedSince, marks_of
from batch_orders.core.results import Draft
from batch_orders.core.states import State
from batch_orders.ledger.queries import AT_ONCE
from batch_orders.ledger.schema import in_state, orders, origins


def store_origins(connection: Connection, batch: str, draft: Draft, domains: Collection[str]) -> None:
    """`domains` are those that the batch orders."""
    if not draft.sheet.origins:
        return
    lines = [
        {"batch": batch, "domain": order.domain, "mark": mark}
        for order in draft.orders
        if order.domain in domains
        for mark in sorted(set(marks_of(draft.sheet, order.rows).values()))
    ]
    if lines:
        connection.execute(insert(origins), lines)


def find_placed_since(
    connection: Connection, environment: str, account: str, marks: Collection[str]
) -> Mapping[str, PlacedSince]:
    """For each of the marks, the latest order that was placed of its correction."""
    joined = and_(orders.c.batch == origins.c.batch, orders.c.domain == origins.c.domain)
    query = (
        select(origins.c.mark, orders)
        .join(orders, joined)
        .where(orders.c.environment == environment, orders.c.account == account, in_state(State.PLACED))
        .order_by(orders.c.id)
    )
    asked = sorted(set(marks))
    found: dict[str, PlacedSince] = {}
    for start in range(0, len(asked), AT_ONCE):
        for row in connection.execute(query.where(origins.c.mark.in_(asked[start : start + AT_ONCE]))):
            found[row.mark] = PlacedSince(row.batch, row.domain, row.vendor_order_id, row.changed_at)
    return found
