"""The tables of the ledger. Migrations make them; this is what the code reads and writes.

Times are ISO 8601 text in UTC, the same on SQLite and PostgreSQL. Live and sandbox orders never
meet: every order belongs to one environment.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text, text

REVISION = "0001"
"""The migration that makes exactly these tables."""

metadata = MetaData()

batches = Table(
    "batches",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("environment", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("sheet_sha256", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("begun", String(32), nullable=False),
    Column("ended", String(32)),
    Column("stopped", Text, nullable=False),
    # The whole sheet and its problems, so that any process can carry the batch on and report it.
    Column("papers", LargeBinary, nullable=False),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("batch", ForeignKey("batches.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("environment", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("order_id", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("changed", String(32), nullable=False),
    # When an unconfirmed order was last looked for, and what the vendor last said of a placed one.
    Column("looked_for", String(32), nullable=False),
    Column("vendor_status", Text, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("order", ForeignKey("orders.id"), nullable=False),
    Column("at", String(32), nullable=False),
    Column("before", String(16), nullable=False),
    Column("after", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("who", Text, nullable=False),
)

submitters = Table(
    "submitters",
    metadata,
    Column("environment", Text, primary_key=True),
    Column("who", Text, nullable=False),
    Column("since", String(32), nullable=False),
)

LIVE_STATES = text("state IN ('submitting', 'placed', 'unconfirmed')")

one_live_order = Index(
    "one_live_order",
    orders.c.environment,
    orders.c.domain,
    unique=True,
    sqlite_where=LIVE_STATES,
    postgresql_where=LIVE_STATES,
)
"""A domain can be bought once: the database itself refuses a second live order."""
