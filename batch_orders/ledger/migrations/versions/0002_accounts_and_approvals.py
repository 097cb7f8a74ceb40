"""Accounts, approvals and resumptions; first ends that stay; names of columns and environments; 64-bit ids."""

import sqlalchemy as sa
from alembic import op

from batch_orders.core.base_url import normalise_base_url
from batch_orders.errors import ConfigurationError

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

# A domain has one live order per environment: a second one has to stay under the name that it has.
RENAME_BATCHES = sa.text("UPDATE batches SET environment = :normal WHERE environment = :name")
RENAME_ORDERS = sa.text(
    "UPDATE orders SET environment = :normal WHERE environment = :name AND NOT ("
    "state IN ('submitting', 'placed', 'unconfirmed') AND EXISTS (SELECT 1 FROM orders AS other "
    "WHERE other.environment = :normal AND other.domain = orders.domain "
    "AND other.state IN ('submitting', 'placed', 'unconfirmed')))"
)


def upgrade() -> None:
    rename_columns()
    widen_ids()
    make_approvals()
    make_resumptions()
    extend_batches()
    extend_orders()
    make_submitters()
    rename_environments()
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
    """Nobody submits while this runs; what is to remain is where a retired ledger was copied to."""
    op.execute("ALTER TABLE submitters RENAME TO old_submitters")
    op.create_table(
        "submitters",
        sa.Column("environment", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
    )
    op.execute(
        "INSERT INTO submitters SELECT environment, '', who, since FROM old_submitters "
        "WHERE environment = '(retired)'"
    )
    op.drop_table("old_submitters")


def rename_environments() -> None:
    """An environment is known by the normal form of its base URL. Earlier versions knew some by another spelling."""
    connection = op.get_bind()
    known = connection.execute(
        sa.text("SELECT environment FROM batches UNION SELECT environment FROM orders")
    )
    for name in sorted(known.scalars()):
        names = {"name": name, "normal": find_normal_name(name)}
        if names["normal"] != name:
            connection.execute(RENAME_BATCHES, names)
            connection.execute(RENAME_ORDERS, names)


def find_normal_name(environment: str) -> str:
    """The embedded sandbox's name is no base URL and stays, as all does that is none."""
    try:
        return normalise_base_url(environment)
    except ConfigurationError:
        return environment


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
