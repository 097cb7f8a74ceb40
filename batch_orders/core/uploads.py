"""Uploads: sheets that were handed in through a page, from their last byte to their batch. Pure.

The bytes, how they are read, what was found and what would be bought are kept in the ledger's
database, and are what is bought. Times are ISO 8601 text in UTC, as they are stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

LIFETIME = timedelta(hours=24)
"""After this, what was not confirmed is taken out again."""
PAGE = 100
"""Rows or orders that are shown at once, and kept together."""


class UploadState(StrEnum):
    """Where an upload stands. What is queued, being read or being confirmed goes on by itself."""

    QUEUED = "queued"
    READING = "reading"
    REFUSED = "refused"
    COLUMNS = "needs columns"
    PASSWORD = "needs a password"
    PROBLEMS = "problems"
    NOTHING = "nothing to buy"
    READY = "ready"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"


UNDER_WAY = frozenset({UploadState.QUEUED, UploadState.READING, UploadState.CONFIRMING})
PLANNED = frozenset({UploadState.PROBLEMS, UploadState.NOTHING, UploadState.READY})
"""States in which there is a plan to look at."""


class Part(StrEnum):
    """What is kept of an upload in pages of a hundred."""

    ROWS = "rows"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True)
class UploadedSheet:
    """One file of an upload. `options` are what somebody said of how it is read, by the name of the option."""

    name: str
    size: int
    sha256: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Upload:
    """`actor` handed it in. `resumes` is the batch that is to be carried on, where there is no sheet of its own.

    `batches` are what it became. `found` is what is to be said of it now (see service.upload_views), and
    `rows_read` counts while it is read. `confirmed_at` is "" as long as nobody said yes.
    """

    id: str
    state: UploadState
    created_at: str
    expires_at: str
    actor: str
    account: str
    environment: str
    sheets: tuple[UploadedSheet, ...]
    resumes: str = ""
    batches: tuple[str, ...] = ()
    checksum: str = ""
    confirmed_at: str = ""
    rows_read: int = 0
    found: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return ", ".join(sheet.name for sheet in self.sheets)

    def state_at(self, moment: datetime) -> UploadState:
        """The state, or that its time is over: nothing is stored by looking at it."""
        over = moment >= datetime.fromisoformat(self.expires_at)
        if over and self.state not in (UploadState.CONFIRMED, UploadState.CONFIRMING):
            return UploadState.EXPIRED
        return self.state
