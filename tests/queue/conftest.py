"""What the tests of the queue share: a fleet on a real PostgreSQL, with a vendor that counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.command_line import Machine
from tests.harness.counting_vendor import CountingVendor
from tests.ledger.databases import postgres_server, postgres_url
from tests.queue.fleet import Fleet

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture
def vendor() -> Iterator[CountingVendor]:
    running = CountingVendor(listed=False)
    yield running
    running.stop()


@pytest.fixture
def fleet(machine: Machine, postgres_url: str, vendor: CountingVendor) -> Fleet:
    fleet = Fleet(machine, postgres_url, vendor.base_url)
    fleet.settle_in()
    return fleet
