"""Whether there can be a queue at all: it needs a server that several machines share, and its engine."""

from __future__ import annotations

import importlib.util

from batch_orders.errors import ConfigurationError
from batch_orders.ledger.engine import read_place


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
