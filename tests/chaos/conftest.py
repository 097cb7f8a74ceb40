"""What the stories share: a program that forks, a vendor that counts, and both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.processes import CountingServer, Zygote
from tests.ledger.databases import ledger_url, postgres_server, postgres_url, sqlite_path

__all__ = ["ledger_url", "postgres_server", "postgres_url", "sqlite_path"]


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    running = Zygote()
    yield running
    running.stop()


@pytest.fixture
def server() -> Iterator[CountingServer]:
    running = CountingServer(listed=False)
    yield running
    running.stop()


@pytest.fixture
def listing_server() -> Iterator[CountingServer]:
    running = CountingServer(listed=True)
    yield running
    running.stop()
