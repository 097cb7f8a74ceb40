"""Every test of the ledger runs on both databases, and each on one of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from batch_orders.ledger import Ledger
from tests.ledger.databases import ledger_url, postgres_server, postgres_url, sqlite_path

__all__ = ["ledger", "ledger_url", "postgres_server", "postgres_url", "sqlite_path"]


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    opened = Ledger.open(ledger_url)
    yield opened
    opened.close()
