"""Batches, orders, events and who is submitting."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LIVE = sa.text("state IN ('submitting', 'placed', 'unconfirmed')")


def upgrade() -> None:
    make_batches()
    make_orders()
    make_events()
    make_submitters()


def make_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.Column("sheet_sha256", sa.String(64), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("begun", sa.String(32), nullable=False),
        sa.Column("ended", sa.String(32)),
        sa.Column("stopped", sa.Text, nullable=False),
        sa.Column("papers", sa.LargeBinary, nullable=False),
    )


def make_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("batch", sa.String(40), sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("changed", sa.String(32), nullable=False),
        sa.Column("looked_for", sa.String(32), nullable=False),
        sa.Column("vendor_status", sa.Text, nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'submitting', 'placed', 'rejected', 'unconfirmed')", name="known_state"
        ),
    )
    op.create_index(
        "one_live_order",
        "orders",
        ["environment", "domain"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index("orders_by_domain", "orders", ["environment", "domain"])
    op.create_index("orders_by_batch", "orders", ["batch", "place"])


def make_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("order", sa.Integer, sa.ForeignKey("orders.id"), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
    )
    op.create_index("events_by_order", "events", ["order", "id"])


def make_submitters() -> None:
    op.create_table(
        "submitters",
        sa.Column("environment", sa.Text, primary_key=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
    )
