"""What a batch is called in the queue, and whether there can be a queue at all."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass

from batch_orders.errors import ConfigurationError
from batch_orders.ledger.engine import read_place

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


def refuse_without_server(place: str) -> None:
    """Raises ConfigurationError for a ledger on SQLite."""
    if read_place(place).get_backend_name() != "postgresql":
        raise ConfigurationError(
            "The ledger is a SQLite file, which workers on several machines cannot share: its locks hold on one "
            "machine alone. Name a PostgreSQL ledger; batch-orders copy-ledger moves this one there.",
            setting="ledger",
        )


def has_engine() -> bool:
    """Whether the extra is installed."""
    return all(importlib.util.find_spec(name) for name in ("procrastinate", "psycopg"))


def refuse_without_engine() -> None:
    """Raises ConfigurationError where the extra is not installed."""
    if not has_engine():
        raise ConfigurationError(
            "The queue needs procrastinate, which is not installed: pip install 'batch-orders[queue]'."
        )
