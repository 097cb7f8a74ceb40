"""The tables of the upload page: what was handed in, in pieces, what was found, and who is signed in.

All of it is transient: it is taken out again at its end, and not copied to another ledger.
"""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from batch_orders.ledger.schema import metadata

uploads = Table(
    "uploads",
    metadata,
    Column("id", String(43), primary_key=True),
    Column("state", String(20), nullable=False, index=True),
    Column("created_at", String(32), nullable=False, index=True),
    Column("expires_at", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("environment", Text, nullable=False),
    # The batch that is to be carried on, and the batches that it became, in one line.
    Column("resumes", String(40), nullable=False),
    Column("batches", Text, nullable=False),
    Column("checksum", String(12), nullable=False),
    Column("confirmed_at", String(32), nullable=False),
    Column("rows_read", Integer, nullable=False),
    Column("swept", Integer, nullable=False),
    # JSON: what is to be said of it.
    Column("found", Text, nullable=False),
)

upload_sheets = Table(
    "upload_sheets",
    metadata,
    Column("upload", ForeignKey("uploads.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    # JSON: how it is to be read.
    Column("options", Text, nullable=False),
)

upload_pieces = Table(
    "upload_pieces",
    metadata,
    Column("upload", ForeignKey("uploads.id"), primary_key=True),
    Column("sheet", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
"""A sheet's bytes, in pieces, so that neither side ever holds all of a large one."""

upload_pages = Table(
    "upload_pages",
    metadata,
    Column("upload", ForeignKey("uploads.id"), primary_key=True),
    Column("part", String(10), primary_key=True),
    Column("page", Integer, primary_key=True, autoincrement=False),
    # JSON: a list of up to a hundred rows or orders.
    Column("content", Text, nullable=False),
)

column_choices = Table(
    "column_choices",
    metadata,
    Column("headers", String(64), primary_key=True),
    # JSON: header → field.
    Column("columns", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", String(32), nullable=False),
)
"""Which field somebody chose for each header, by the digest of all headers of a sheet."""

sessions = Table(
    "sessions",
    metadata,
    # The digest of what the cookie holds: who reads the ledger cannot sign in with it.
    Column("digest", String(64), primary_key=True),
    Column("actor", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False),
    # Of the password that it began with: with another one it is over. "" where there was none.
    Column("mark", String(64), nullable=False, server_default=""),
)
