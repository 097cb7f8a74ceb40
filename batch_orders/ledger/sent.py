"""Orders of a time, as an accountant asks for them: by when each was last sent."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from batch_orders.core.records import SentOrder
from batch_orders.ledger.schema import batches, orders
from batch_orders.ledger.values import read_order


def find_sent(connection: Connection, since: str, until: str, account: str | None) -> Iterator[SentOrder]:
    """In the order in which they were sent. `until` of "" is no end; an account of None is every one."""
    query = (
        select(orders, batches.c.sheet)
        .join(batches, batches.c.id == orders.c.batch)
        .where(orders.c.submitted_at >= since, orders.c.submitted_at != "")
        .order_by(orders.c.submitted_at, orders.c.id)
    )
    if until:
        query = query.where(orders.c.submitted_at < until)
    if account is not None:
        query = query.where(orders.c.account == account)
    for row in connection.execute(query):
        yield SentOrder(read_order(row), row.sheet, row.submitted_at)
