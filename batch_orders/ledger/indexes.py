"""The indexes that make queries fast. A unique one, which keeps a promise, stands with its table in `schema`.

The conditions are in words that SQLite recognises: it uses a partial index only where a query says the same.
"""

from typing import Any

from sqlalchemy import Column, Connection, Index, MetaData, TextClause, event, text

from batch_orders.ledger.schema import (
    LIVE_STATES,
    OPEN,
    approvals,
    batches,
    events,
    metadata,
    orders,
    origins,
    requests,
    resumptions,
)

COUNTS_EXPRESSIONS = (14,)
"""The version of PostgreSQL that first keeps statistics of expressions."""
PLANNED = text("state = 'planned'")
UNPROVEN = text("state IN ('submitting', 'unconfirmed')")
HAS_FAILED = text("state = 'placed' AND lower(vendor_status) IN ('failed', 'cancelled', 'canceled')")
WAITING = text("started_at IS NULL AND finished_at IS NULL")


def make_partial(name: str, where: TextClause, *columns: Column[Any]) -> None:
    Index(name, *columns, sqlite_where=where, postgresql_where=where)


# By the domain first: what is asked of one domain is asked of one environment or of all.
Index("orders_by_domain", orders.c.domain, orders.c.environment)
Index("orders_by_batch", orders.c.batch, orders.c.position)
make_partial("orders_unproven", UNPROVEN, orders.c.environment, orders.c.account)
make_partial("orders_planned", PLANNED, orders.c.batch)
make_partial("orders_open", OPEN, orders.c.environment, orders.c.account, orders.c.id)
make_partial("orders_failed", HAS_FAILED, orders.c.environment, orders.c.account, orders.c.id)
# Budgets: all that is asked of an order stands in the index. The state as well, which SQLite would
# look up in the table although the condition says it.
make_partial(
    "orders_by_submission",
    LIVE_STATES,
    orders.c.environment,
    orders.c.account,
    orders.c.submitted_at,
    orders.c.currency,
    orders.c.price,
    orders.c.state,
)
Index("events_by_order", events.c.order_id, events.c.id)
make_partial("batches_waiting", WAITING, batches.c.id)
Index("batches_by_acceptance", batches.c.accepted_at)
Index("batches_by_sheet", batches.c.sheet_sha256)
Index("resumptions_by_batch", resumptions.c.batch, resumptions.c.id)
Index("approvals_by_batch", approvals.c.batch)
Index("requests_by_domain", requests.c.domain, requests.c.environment)
Index("requests_by_batch", requests.c.batch)
Index("origins_by_mark", origins.c.mark)


@event.listens_for(metadata, "after_create")
def count_words(_target: MetaData, connection: Connection, **_: object) -> None:
    """PostgreSQL is told to count the vendor's words: it would take nearly every order for an open one."""
    version = connection.dialect.server_version_info or ()
    if connection.dialect.name == "postgresql" and version >= COUNTS_EXPRESSIONS:
        connection.execute(text("CREATE STATISTICS orders_by_word ON (lower(vendor_status)) FROM orders"))
