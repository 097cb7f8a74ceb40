"""What a batch and its account are called in the queue, and how large a batch may be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

TASK = "carry out"
LARGEST_SHEET = 64 << 20
"""Bytes of one sheet. Its snapshot is in the ledger, and a worker loads it whole."""


@dataclass(frozen=True, slots=True)
class QueuedBatch:
    """A batch that is to be carried out. `sheet` tells its bytes from those of other sheets, `name` is for people."""

    batch: str
    environment: str
    account: str
    sheet: str
    name: str

    @property
    def lock(self) -> str:
        return lock_of(self.environment, self.account)

    @property
    def queueing_lock(self) -> str:
        """Of the same bytes for the same account, one batch waits or runs at a time."""
        return f"{self.lock} {self.sheet}"

    @property
    def queue(self) -> str:
        return queue_of(self.environment, self.account)


def lock_of(environment: str, account: str) -> str:
    """The batches of one account of one environment are carried out one at a time, in order."""
    return f"{environment} {account}"


def queue_of(environment: str, account: str) -> str:
    """A worker takes the batches of those accounts alone that it has the keys of: each has a queue of its own."""
    return hashlib.sha256(lock_of(environment, account).encode()).hexdigest()[:40]
