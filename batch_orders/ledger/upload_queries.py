"""What is known of uploads: where they stand, what was found of them, and their bytes. Nothing here writes.

Every method raises LedgerError where the database fails.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, true

from batch_orders.core.uploads import Part, Upload, UploadState
from batch_orders.ledger.database import Database
from batch_orders.ledger.lock import write_time
from batch_orders.ledger.upload_rows import find_uploads
from batch_orders.ledger.upload_tables import upload_pages, upload_pieces, upload_sheets, uploads


@dataclass(frozen=True, slots=True)
class Used:
    """How many uploads of how many bytes somebody handed in, and when the first of them came."""

    uploads: int
    bytes: int
    first: datetime | None


class UploadQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, upload: str) -> Upload | None:
        with self._database._reading() as connection:
            return next(iter(find_uploads(connection, uploads.c.id == upload)), None)

    def in_states(self, states: Collection[UploadState], most: int = 200) -> tuple[Upload, ...]:
        """The oldest first."""
        with self._database._reading() as connection:
            return find_uploads(connection, uploads.c.state.in_(states), most=most)

    def open(self, accounts: Collection[str] | None, most: int) -> tuple[Upload, ...]:
        """What waits for somebody, of these accounts or of all: not confirmed and not over, the newest first."""
        waiting = uploads.c.state.not_in((UploadState.CONFIRMED, UploadState.EXPIRED))
        alive = uploads.c.expires_at > write_time(datetime.now(UTC))
        theirs = true() if accounts is None else uploads.c.account.in_(accounts)
        with self._database._reading() as connection:
            return find_uploads(connection, waiting, alive, theirs, most=most, newest=True)

    def count(self, states: Collection[UploadState]) -> int:
        query = select(func.count()).select_from(uploads).where(uploads.c.state.in_(states))
        with self._database._reading() as connection:
            return connection.execute(query).scalar_one()

    def used_since(self, actor: str, since: datetime) -> Used:
        """How much somebody has handed in since then."""
        size = select(func.coalesce(func.sum(upload_sheets.c.size), 0)).where(
            upload_sheets.c.upload == uploads.c.id
        )
        query = select(uploads.c.created_at, size.scalar_subquery().label("size")).where(
            uploads.c.actor == actor, uploads.c.created_at >= write_time(since)
        )
        with self._database._reading() as connection:
            rows = connection.execute(query.order_by(uploads.c.created_at)).all()
        first = datetime.fromisoformat(rows[0].created_at) if rows else None
        return Used(len(rows), sum(int(row.size) for row in rows), first)

    def page(self, upload: str, part: Part, page: int) -> tuple[Mapping[str, Any], ...]:
        """The rows or orders of one page, counted from 0."""
        here = (upload_pages.c.upload == upload) & (upload_pages.c.part == part)
        query = select(upload_pages.c.content).where(here, upload_pages.c.page == page)
        with self._database._reading() as connection:
            content = connection.execute(query).scalar()
        return tuple(json.loads(content)) if content else ()

    def lines(self, upload: str, part: Part) -> Iterator[Mapping[str, Any]]:
        """All rows or orders, page after page."""
        number = 0
        while lines := self.page(upload, part, number):
            yield from lines
            number += 1

    def same_bytes(self, upload: str, sha256: Collection[str]) -> Upload | None:
        """The latest other upload of the same bytes, or None."""
        same = select(upload_sheets.c.upload).where(upload_sheets.c.sha256.in_(sha256))
        alive = uploads.c.expires_at > write_time(datetime.now(UTC))
        before = select(uploads.c.created_at).where(uploads.c.id == upload).scalar_subquery()
        with self._database._reading() as connection:
            found = find_uploads(
                connection,
                uploads.c.id.in_(same),
                uploads.c.id != upload,
                uploads.c.created_at <= before,
                alive,
                most=1,
                newest=True,
            )
        return next(iter(found), None)

    def data(self, upload: str, sheet: int) -> Iterator[bytes]:
        """The bytes of one of its sheets, in pieces. Nothing where they were taken out."""
        here = (upload_pieces.c.upload == upload) & (upload_pieces.c.sheet == sheet)
        position = 0
        while True:
            query = select(upload_pieces.c.data).where(here, upload_pieces.c.position == position)
            with self._database._reading() as connection:
                piece: bytes | None = connection.execute(query).scalar()
            if piece is None:
                return
            yield piece
            position += 1
