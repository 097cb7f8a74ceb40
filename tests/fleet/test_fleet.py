"""A short strike at a fleet. `make fleet` strikes longer; what it found is in docs/reliability.md."""

from __future__ import annotations

import random

import pytest

from tests.fleet.__main__ import strike_fleet
from tests.fleet.story import Wanted
from tests.ledger.postgres_server import find_binaries


@pytest.mark.postgres
@pytest.mark.kills
@pytest.mark.long
def test_a_fleet_that_is_struck_buys_everything_once() -> None:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("No PostgreSQL server was found (Debian: apt-get install postgresql).")
    struck = strike_fleet(
        Wanted(kills=8, terms=2, crashes=1, accounts=4, workers=2), random.Random(7), binaries
    )
    assert struck.counts["bought twice"] == struck.counts["lost"] == 0
    assert struck.counts["whole reports"] == struck.counts["sheets"] > 0
