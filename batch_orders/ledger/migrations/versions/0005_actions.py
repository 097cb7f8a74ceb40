"""What people did beside saying yes, how much of a sheet was held back, and by which password a session began."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "actions",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("batch", sa.String(40), nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("checksum", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
    )
    op.create_index("ix_actions_batch", "actions", ["batch"])
    op.create_index("ix_actions_actor", "actions", ["actor"])
    op.create_table(
        "held_back",
        sa.Column("batch", sa.String(40), sa.ForeignKey("batches.id"), primary_key=True),
        sa.Column("invalid_orders", sa.Integer, nullable=False),
        sa.Column("invalid_rows", sa.Integer, nullable=False),
    )
    op.add_column("sessions", sa.Column("mark", sa.String(64), nullable=False, server_default=""))
