"""A short strike at a fleet. `make fleet` strikes longer; what it found is in docs/reliability.md."""

from __future__ import annotations

import random

import pytest

from tests.fleet.__main__ import strike_fleet
from tests.fleet.outages import cut_off, lose_database
from tests.fleet.story import Wanted
from tests.harness.network import network
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
    assert struck.counts["whole reports"] == struck.counts["batches"] >= struck.counts["sheets"] > 0


@pytest.mark.postgres
@pytest.mark.kills
@pytest.mark.long
def test_a_database_that_is_away_for_a_while_ends_no_worker_and_loses_no_answer() -> None:
    lose_database(seconds=1.0)


@pytest.mark.postgres
@pytest.mark.long
def test_the_batch_of_a_worker_that_is_cut_off_is_carried_on_elsewhere_and_nothing_is_sent_twice() -> None:
    with network() as away:
        if away is None:
            pytest.skip("No network namespace can be made here.")
        cut_off(away, hurried=True)
