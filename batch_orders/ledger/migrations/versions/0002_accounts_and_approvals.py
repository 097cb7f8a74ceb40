"""Accounts, approvals and resumptions; first ends that stay; names of columns; 64-bit ids."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

RENAMED = (
    ("batches", "begun", "accepted_at"),
    ("batches", "ended", "finished_at"),
    ("batches", "stopped", "stop_sentence"),
    ("orders", "place", "position"),
    ("orders", "order_id", "vendor_order_id"),
    ("orders", "changed", "changed_at"),
    ("orders", "looked_for", "last_checked_at"),
    ("events", "order", "order_id"),
    ("events", "who", "actor"),
)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
UNPROVEN = sa.text("state IN ('submitting', 'unconfirmed')")
PLANNED = sa.text("state = 'planned'")
WAITING = sa.text("started_at IS NULL AND finished_at IS NULL")


def upgrade() -> None:
    rename_columns()
    widen_ids()
    make_approvals()
    make_resumptions()
    extend_batches()
    extend_orders()
    make_submitters()
    make_indexes()


def rename_columns() -> None:
    """In plain SQL: Alembic would copy whole tables on SQLite, which cannot be done to a referenced one."""
    for table, before, after in RENAMED:
        op.execute(f'ALTER TABLE {table} RENAME COLUMN "{before}" TO {after}')


def widen_ids() -> None:
    """SQLite's integers have 64 bits already."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table in ("orders", "events"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN id TYPE BIGINT")
        op.execute(f"ALTER SEQUENCE {table}_id_seq AS BIGINT")
    op.execute("ALTER TABLE events ALTER COLUMN order_id TYPE BIGINT")


def make_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("batch", sa.String(40), sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("checksum", sa.Text, nullable=False),
        sa.Column("orders", sa.Integer, nullable=False),
        sa.Column("cost", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
    )


def make_resumptions() -> None:
    op.create_table(
        "resumptions",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("batch", sa.String(40), sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("finished_at", sa.String(32)),
        sa.Column("stop_reason", sa.String(32), nullable=False),
        sa.Column("stop_sentence", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
    )


def extend_batches() -> None:
    """Batches of before were started as they were stored, and stopped for a reason that was a sentence only."""
    op.add_column("batches", sa.Column("account", sa.Text, nullable=False, server_default=""))
    op.add_column("batches", sa.Column("started_at", sa.String(32)))
    op.add_column("batches", sa.Column("stop_reason", sa.String(32), nullable=False, server_default=""))
    op.add_column("batches", sa.Column("snapshot", sa.LargeBinary))
    op.execute(
        "UPDATE batches SET started_at = accepted_at, snapshot = papers, stop_reason = CASE stop_sentence "
        "WHEN '' THEN '' WHEN 'Interrupted.' THEN 'interrupted' ELSE 'other' END"
    )
    op.execute("ALTER TABLE batches DROP COLUMN papers")


def extend_orders() -> None:
    op.add_column("orders", sa.Column("account", sa.Text, nullable=False, server_default=""))
    op.add_column("orders", sa.Column("price", sa.Text, nullable=False, server_default=""))
    op.add_column("orders", sa.Column("currency", sa.Text, nullable=False, server_default=""))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE orders ADD COLUMN approval INTEGER REFERENCES approvals (id)")
    else:
        op.add_column("orders", sa.Column("approval", ID, sa.ForeignKey("approvals.id")))


def make_submitters() -> None:
    """Nobody submits while this runs; what remains is where a retired ledger was copied to."""
    op.execute("ALTER TABLE submitters RENAME TO old_submitters")
    op.create_table(
        "submitters",
        sa.Column("environment", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
    )
    op.execute("INSERT INTO submitters SELECT environment, '', who, since FROM old_submitters")
    op.drop_table("old_submitters")


def make_indexes() -> None:
    # By the domain first: what is asked of one domain is asked of one environment or of all.
    op.drop_index("orders_by_domain", "orders")
    op.create_index("orders_by_domain", "orders", ["domain", "environment"])
    op.create_index(
        "orders_unproven",
        "orders",
        ["environment", "account"],
        sqlite_where=UNPROVEN,
        postgresql_where=UNPROVEN,
    )
    op.create_index("orders_planned", "orders", ["batch"], sqlite_where=PLANNED, postgresql_where=PLANNED)
    op.create_index("batches_waiting", "batches", ["id"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("batches_by_acceptance", "batches", ["accepted_at"])
    op.create_index("batches_by_sheet", "batches", ["sheet_sha256"])
    op.create_index("resumptions_by_batch", "resumptions", ["batch", "id"])
    op.create_index("approvals_by_batch", "approvals", ["batch"])
