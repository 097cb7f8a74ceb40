"""What the stories share: a vendor that counts, and both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.counting_vendor import CountingVendor
from tests.ledger.databases import ledger_url, postgres_server, postgres_url, sqlite_path

__all__ = ["ledger_url", "postgres_server", "postgres_url", "sqlite_path"]


@pytest.fixture
def server() -> Iterator[CountingVendor]:
    running = CountingVendor(listed=False)
    yield running
    running.stop()


@pytest.fixture
def listing_server() -> Iterator[CountingVendor]:
    running = CountingVendor(listed=True)
    yield running
    running.stop()
