"""Uploads in the ledger's database: stored in pieces, claimed by one reader, confirmed once.

Every method raises LedgerError where the database fails.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, delete, func, insert, select, true, update

from batch_orders.core.records import Approval
from batch_orders.core.uploads import LIFETIME, Part, Upload, UploadState
from batch_orders.ledger.accepting import Beside, NewBatch, Price, approve_orders, nothing_more, store_batch
from batch_orders.ledger.lock import write_time
from batch_orders.ledger.upload_rows import (
    NewSheet,
    digest,
    find_uploads,
    forget,
    move,
    store_pages,
    store_sheet,
)
from batch_orders.ledger.upload_tables import (
    column_choices,
    upload_pages,
    upload_pieces,
    upload_sheets,
    uploads,
)

BROKEN_DOWN = (
    "Reading it broke down. Hand it in again; if that does not help, save it as a new .xlsx file first."
)


class Database(Protocol):
    """The two kinds of transaction of a ledger."""

    def _reading(self) -> AbstractContextManager[Connection]: ...

    def _changing(self) -> AbstractContextManager[Connection]: ...


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What is handed in: sheets, or a batch to be carried on."""

    actor: str
    environment: str
    account: str = ""
    sheets: Sequence[NewSheet] = ()
    resumes: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What reading and planning an upload came to. `parts` are the rows and orders to be shown, all of them."""

    state: UploadState
    found: Mapping[str, Any]
    checksum: str = ""
    parts: Mapping[Part, Iterable[Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Used:
    """How many uploads of how many bytes somebody handed in, and when the first of them came."""

    uploads: int
    bytes: int
    first: datetime | None


class Uploads:
    """What is handed in through a page. One of the faces of a ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # What is handed in.

    def store(self, new: NewUpload) -> str:
        """Store an upload, queued, all of it or nothing. Returns its id, which nobody can guess."""
        upload = secrets.token_urlsafe(24)
        now = datetime.now(UTC)
        with self._database._changing() as connection:
            connection.execute(
                insert(uploads).values(
                    id=upload,
                    state=UploadState.QUEUED,
                    created_at=write_time(now),
                    expires_at=write_time(now + LIFETIME),
                    actor=new.actor,
                    account=new.account,
                    environment=new.environment,
                    resumes=new.resumes,
                    batches="",
                    checksum="",
                    confirmed_at="",
                    rows_read=0,
                    swept=0,
                    found="{}",
                )
            )
            for position, sheet in enumerate(new.sheets):
                store_sheet(connection, upload, position, sheet)
        return upload

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

    def choose(self, upload: str, options: Sequence[Mapping[str, Any]]) -> bool:
        """Queue an upload anew, its sheets in turn with these options. False where it is past that."""
        open_states = (UploadState.COLUMNS, UploadState.PASSWORD, UploadState.REFUSED)
        with self._database._changing() as connection:
            if not move(connection, upload, open_states, state=UploadState.QUEUED, rows_read=0):
                return False
            for position, chosen in enumerate(options):
                here = (upload_sheets.c.upload == upload) & (upload_sheets.c.position == position)
                connection.execute(update(upload_sheets).where(here).values(options=json.dumps(chosen)))
        return True

    # What becomes of it.

    def claim(self, upload: str) -> bool:
        """Be the one who reads it. False where it is not queued any more."""
        with self._database._changing() as connection:
            return move(connection, upload, (UploadState.QUEUED,), state=UploadState.READING)

    def requeue(self, upload: str) -> None:
        """Put back what nobody reads any more."""
        with self._database._changing() as connection:
            move(connection, upload, (UploadState.READING,), state=UploadState.QUEUED, rows_read=0)

    def refuse_unread(self, upload: str, fault: str) -> None:
        """Refuse what is still being read though its reader has ended, for this fault if it told one."""
        told = fault or BROKEN_DOWN
        with self._database._changing() as connection:
            found = json.dumps({"fault": told})
            move(connection, upload, (UploadState.READING,), state=UploadState.REFUSED, found=found)

    def note_rows(self, upload: str, rows: int) -> None:
        with self._database._changing() as connection:
            move(connection, upload, (UploadState.READING,), rows_read=rows)

    def find(self, upload: str, findings: Findings) -> None:
        """Store what was found of an upload that is being read, or confirmed and then not as it was."""
        with self._database._changing() as connection:
            moved = move(
                connection,
                upload,
                (UploadState.READING, UploadState.CONFIRMING),
                state=findings.state,
                checksum=findings.checksum,
                found=json.dumps(findings.found),
            )
            if not moved:
                return
            connection.execute(delete(upload_pages).where(upload_pages.c.upload == upload))
            for part, lines in findings.parts.items():
                store_pages(connection, upload, part, lines)

    def begin_confirming(self, upload: str, checksum: str) -> bool:
        """Be the one who confirms the plan with this checksum. False where somebody else was, or it is another plan."""
        with self._database._changing() as connection:
            return move(
                connection,
                upload,
                (UploadState.READY, UploadState.PROBLEMS),
                uploads.c.checksum == checksum,
                state=UploadState.CONFIRMING,
                confirmed_at=write_time(datetime.now(UTC)),
            )

    def give_back(self, upload: Upload, fault: str = "") -> None:
        """Nothing came of confirming: its plan can be looked at, and confirmed, again. `fault` says why."""
        state = UploadState.PROBLEMS if upload.found.get("faulty") else UploadState.READY
        found = json.dumps({**upload.found, "fault": fault})
        with self._database._changing() as connection:
            move(connection, upload.id, (UploadState.CONFIRMING,), state=state, confirmed_at="", found=found)

    def confirm(
        self, upload: str, news: Sequence[tuple[NewBatch, Approval]], beside: Beside = nothing_more
    ) -> bool:
        """Turn an upload into batches, once: all of it in one transaction, with what `beside` stores.

        False where somebody else did.
        """
        ids = " ".join(new.id for new, _ in news)
        with self._database._changing() as connection:
            if not move(
                connection, upload, (UploadState.CONFIRMING,), state=UploadState.CONFIRMED, batches=ids
            ):
                return False
            for new, approval in news:
                store_batch(connection, new, approval)
            beside(connection)
            # The snapshots of the batches have the sheets from here on.
            connection.execute(delete(upload_pieces).where(upload_pieces.c.upload == upload))
        return True

    def confirm_resumption(
        self,
        upload: str,
        batch: str,
        approval: Approval,
        prices: Mapping[str, Price],
        beside: Beside = nothing_more,
    ) -> bool:
        """Approve what is left of a batch, once, in one transaction with `beside`. False where somebody else did.

        Raises LedgerConflict, and stores nothing, where an order is not planned any more.
        """
        with self._database._changing() as connection:
            if not move(
                connection, upload, (UploadState.CONFIRMING,), state=UploadState.CONFIRMED, batches=batch
            ):
                return False
            approve_orders(connection, batch, approval, prices)
            beside(connection)
        return True

    # What is known of it.

    def get(self, upload: str) -> Upload | None:
        with self._database._reading() as connection:
            return next(iter(find_uploads(connection, uploads.c.id == upload)), None)

    def in_states(self, states: Collection[UploadState], most: int = 200) -> tuple[Upload, ...]:
        """The oldest first."""
        with self._database._reading() as connection:
            return find_uploads(connection, uploads.c.state.in_(states), most=most)

    def open(self, accounts: Collection[str] | None = None, most: int = 20) -> tuple[Upload, ...]:
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

    def sweep(self, now: datetime) -> int:
        """Take out what is over: bytes, rows and orders. That there was an upload stays. Returns how many."""
        over = (uploads.c.expires_at <= write_time(now)) & (uploads.c.swept == 0)
        over &= uploads.c.state.not_in((UploadState.CONFIRMING, UploadState.READING))
        with self._database._reading() as connection:
            ids = connection.execute(select(uploads.c.id).where(over)).scalars().all()
        for upload in ids:
            with self._database._changing() as connection:
                forget(connection, upload)
        return len(ids)

    # Columns that somebody chose.

    def chosen_columns(self, headers: Sequence[str]) -> Mapping[str, str]:
        """Header → field, as it was last chosen for a sheet with the same headers."""
        query = select(column_choices.c.columns).where(column_choices.c.headers == digest(headers))
        with self._database._reading() as connection:
            said = connection.execute(query).scalar()
        return dict(json.loads(said)) if said else {}

    def keep_columns(self, headers: Sequence[str], columns: Mapping[str, str], actor: str) -> None:
        key = digest(headers)
        with self._database._changing() as connection:
            connection.execute(delete(column_choices).where(column_choices.c.headers == key))
            connection.execute(
                insert(column_choices).values(
                    headers=key,
                    columns=json.dumps(dict(columns)),
                    actor=actor,
                    at=write_time(datetime.now(UTC)),
                )
            )
