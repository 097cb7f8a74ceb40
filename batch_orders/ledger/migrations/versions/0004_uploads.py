"""Uploads of the page: what was handed in, what was found, chosen columns, and who is signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(43), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("resumes", sa.String(40), nullable=False),
        sa.Column("batches", sa.Text, nullable=False),
        sa.Column("checksum", sa.String(12), nullable=False),
        sa.Column("confirmed_at", sa.String(32), nullable=False),
        sa.Column("rows_read", sa.Integer, nullable=False),
        sa.Column("swept", sa.Integer, nullable=False),
        sa.Column("found", sa.Text, nullable=False),
    )
    op.create_index("ix_uploads_state", "uploads", ["state"])
    op.create_index("ix_uploads_created_at", "uploads", ["created_at"])
    make_parts()
    op.create_table(
        "column_choices",
        sa.Column("headers", sa.String(64), primary_key=True),
        sa.Column("columns", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
    )


def make_parts() -> None:
    op.create_table(
        "upload_sheets",
        of_upload(),
        number("position"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("options", sa.Text, nullable=False),
    )
    op.create_index("ix_upload_sheets_sha256", "upload_sheets", ["sha256"])
    op.create_table(
        "upload_pieces",
        of_upload(),
        number("sheet"),
        number("position"),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "upload_pages",
        of_upload(),
        sa.Column("part", sa.String(10), primary_key=True),
        number("page"),
        sa.Column("content", sa.Text, nullable=False),
    )


def of_upload() -> sa.Column[str]:
    return sa.Column("upload", sa.String(43), sa.ForeignKey("uploads.id"), primary_key=True)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)
