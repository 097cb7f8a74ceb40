"""Ends of claims, times of submission, gone orders; requests, marks of keys, retirement in two steps; indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
STATES = "state IN ('planned', 'submitting', 'placed', 'rejected', 'unconfirmed', 'gone')"
LIVE = sa.text("state IN ('submitting', 'placed', 'unconfirmed')")
COUNTS_EXPRESSIONS = (14,)
"""The version of PostgreSQL that first keeps statistics of expressions."""
UNPROVEN = sa.text("state IN ('submitting', 'unconfirmed')")
PLANNED = sa.text("state = 'planned'")
OPEN = sa.text(
    "state = 'placed' AND vendor_order_id <> '' "
    "AND lower(vendor_status) NOT IN ('completed', 'failed', 'cancelled', 'canceled')"
)
FAILED = sa.text("state = 'placed' AND lower(vendor_status) IN ('failed', 'cancelled', 'canceled')")

NEW_ORDERS = ("submitted_at", "claim_ends_at", "vendor_status_at", "not_bought_at")
OLD_ORDERS = (
    "id, batch, position, environment, account, domain, content, fingerprint, state, vendor_order_id, message, "
    "attempts, changed_at, last_checked_at, vendor_status, price, currency, approval"
)
OLD_EVENTS = "id, order_id, at, before, after, message, actor"

NOTE_SUBMISSIONS = (
    "UPDATE orders SET submitted_at = coalesce((SELECT max(events.at) FROM events "
    "WHERE events.order_id = orders.id AND events.after = 'submitting'), changed_at) WHERE attempts > 0"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        rebuild_orders()
    else:
        extend_orders()
    op.execute(NOTE_SUBMISSIONS)
    make_requests()
    make_origins()
    make_accounts()
    make_retirement()
    make_indexes()


def extend_orders() -> None:
    for name in NEW_ORDERS:
        op.add_column("orders", sa.Column(name, sa.String(32), nullable=False, server_default=""))
    op.drop_constraint("known_state", "orders")
    op.create_check_constraint("known_state", "orders", STATES)


def rebuild_orders() -> None:
    """SQLite cannot change a constraint: both tables are made anew, the one that refers to the other first to go."""
    make_orders("new_orders")
    op.execute(f"INSERT INTO new_orders ({OLD_ORDERS}) SELECT {OLD_ORDERS} FROM orders")  # noqa: S608
    make_events("new_events", "new_orders")
    op.execute(f"INSERT INTO new_events ({OLD_EVENTS}) SELECT {OLD_EVENTS} FROM events")  # noqa: S608
    for table in ("events", "orders"):
        op.drop_table(table)
        op.rename_table(f"new_{table}", table)
    restore_indexes()


def make_orders(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("batch", sa.String(40), sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False, server_default=""),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("vendor_order_id", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.Column("submitted_at", sa.String(32), nullable=False, server_default=""),
        sa.Column("claim_ends_at", sa.String(32), nullable=False, server_default=""),
        sa.Column("last_checked_at", sa.String(32), nullable=False),
        sa.Column("vendor_status", sa.Text, nullable=False),
        sa.Column("vendor_status_at", sa.String(32), nullable=False, server_default=""),
        sa.Column("not_bought_at", sa.String(32), nullable=False, server_default=""),
        sa.Column("price", sa.Text, nullable=False, server_default=""),
        sa.Column("currency", sa.Text, nullable=False, server_default=""),
        sa.Column("approval", sa.Integer, sa.ForeignKey("approvals.id")),
        sa.CheckConstraint(STATES, name="known_state"),
    )


def make_events(name: str, of: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("order_id", sa.Integer, sa.ForeignKey(f"{of}.id"), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
    )


def restore_indexes() -> None:
    """Those that went with the tables."""
    op.create_index("one_live_order", "orders", ["environment", "domain"], unique=True, sqlite_where=LIVE)
    op.create_index("orders_by_domain", "orders", ["domain", "environment"])
    op.create_index("orders_by_batch", "orders", ["batch", "position"])
    op.create_index("orders_unproven", "orders", ["environment", "account"], sqlite_where=UNPROVEN)
    op.create_index("orders_planned", "orders", ["batch"], sqlite_where=PLANNED)
    op.create_index("events_by_order", "events", ["order_id", "id"])


def make_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("batch", sa.String(40), sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("after_order", ID, sa.ForeignKey("orders.id"), nullable=False),
    )


def make_origins() -> None:
    op.create_table(
        "origins",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("batch", sa.String(40), sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
    )
    op.create_index("origins_by_mark", "origins", ["mark"])


def make_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("environment", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("mark", sa.String(128), nullable=False),
        sa.Column("first_seen_at", sa.String(32), nullable=False),
        sa.Column("key_changed_at", sa.String(32), nullable=False),
    )


def make_retirement() -> None:
    """Where an earlier version noted that a ledger was copied is moved to its own table."""
    op.create_table(
        "retirement",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("successor", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("final_at", sa.String(32)),
    )
    op.create_table(
        "arrivals",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
    )
    op.execute(
        "INSERT INTO retirement (token, successor, actor, since, final_at) "
        "SELECT 'before', actor, '', since, since FROM submitters WHERE environment = '(retired)'"
    )
    op.execute("DELETE FROM submitters WHERE environment = '(retired)'")


def make_indexes() -> None:
    # Budgets: all that is asked of an order stands in the index. The state as well,
    # which SQLite would look up in the table although the condition says it.
    op.create_index(
        "orders_by_submission",
        "orders",
        ["environment", "account", "submitted_at", "currency", "price", "state"],
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index(
        "orders_open", "orders", ["environment", "account", "id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "orders_failed",
        "orders",
        ["environment", "account", "id"],
        sqlite_where=FAILED,
        postgresql_where=FAILED,
    )
    note_statistics()
    op.create_index("requests_by_domain", "requests", ["domain", "environment"])
    op.create_index("requests_by_batch", "requests", ["batch"])


def note_statistics() -> None:
    """PostgreSQL is told to count the vendor's words: it would take nearly every order for an open one."""
    dialect = op.get_bind().dialect
    if dialect.name == "postgresql" and (dialect.server_version_info or ()) >= COUNTS_EXPRESSIONS:
        op.execute("CREATE STATISTICS orders_by_word ON (lower(vendor_status)) FROM orders")
