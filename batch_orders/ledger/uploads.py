"""Uploads in the ledger's database: stored in pieces, claimed by one reader, confirmed once.

Every method raises LedgerError where the database fails.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from batch_orders.core.records import Approval
from batch_orders.core.uploads import LIFETIME, Part, Upload, UploadState
from batch_orders.ledger.accepting import Beside, NewBatch, Price, approve_orders, nothing_more, store_batch
from batch_orders.ledger.lock import write_time
from batch_orders.ledger.upload_queries import UploadQueries
from batch_orders.ledger.upload_rows import (
    ReceivedSheet,
    forget,
    move,
    store_pages,
    store_sheet,
)
from batch_orders.ledger.upload_tables import (
    upload_pages,
    upload_pieces,
    upload_sheets,
    uploads,
)

BROKEN_DOWN = (
    "Reading it broke down. Hand it in again; if that does not help, save it as a new .xlsx file first."
)


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What is handed in: sheets, or a batch to be carried on."""

    actor: str
    environment: str
    account: str = ""
    sheets: Sequence[ReceivedSheet] = ()
    resumes: str = ""


@dataclass(frozen=True, slots=True)
class UploadFindings:
    """What reading and planning an upload came to. `parts` are the rows and orders to be shown, all of them."""

    state: UploadState
    found: Mapping[str, Any]
    checksum: str = ""
    parts: Mapping[Part, Iterable[Mapping[str, Any]]] = field(default_factory=dict)


class Uploads(UploadQueries):
    """What is handed in through a page, and what becomes of it. One of the faces of a ledger."""

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
        """Refuse what is still being read though its reader has ended, for this fault if it told one.

        `again` in what was found says that the sheet is not to blame, or that nobody knows.
        """
        told = fault or BROKEN_DOWN
        with self._database._changing() as connection:
            found = json.dumps({"fault": told, "again": True})
            move(connection, upload, (UploadState.READING,), state=UploadState.REFUSED, found=found)

    def note_rows(self, upload: str, rows: int) -> None:
        with self._database._changing() as connection:
            move(connection, upload, (UploadState.READING,), rows_read=rows)

    def find(self, upload: str, findings: UploadFindings) -> None:
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
