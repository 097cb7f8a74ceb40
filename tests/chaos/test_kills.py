"""Kill -9 at random moments and at every named point: nothing is bought twice, nothing is lost."""

from __future__ import annotations

import random
import time
from itertools import count
from pathlib import Path

import pytest

from tests.chaos.points import AFTER, BEFORE, PLACES, Point
from tests.chaos.story import KILLED, Story
from tests.harness.counting_vendor import CountingVendor

pytestmark = pytest.mark.kills

LISTING = ("asking for the list", "reconciling")
"""Places that a run gets to only where the vendor lists what was bought."""


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("place", [place for place in PLACES if place != "a commit"])
def test_a_kill_at_a_named_point(
    tmp_path: Path, request: pytest.FixtureRequest, place: str, when: str
) -> None:
    vendor = request.getfixturevalue("listing_server" if place in LISTING else "server")
    story = Story(tmp_path, str(tmp_path / "ledger.db"), vendor, count=6)
    assert story.run(Point(place, when)) == KILLED
    story.run_to_the_end()
    story.check()


@pytest.mark.parametrize("place", ["storing the batch", "sending an order", "recording an outcome"])
def test_a_killed_batch_is_carried_on_without_its_sheet(
    tmp_path: Path, server: CountingVendor, ledger_url: str, place: str
) -> None:
    story = Story(tmp_path, ledger_url, server, count=6)
    assert story.run(Point(place, AFTER)) == KILLED
    story.sheet.unlink()
    assert story.run(resume=True) == 1
    story.check()


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_a_kill_at_every_commit(tmp_path: Path, server: CountingVendor, ledger_url: str, when: str) -> None:
    """One story on one ledger per pass: the nth start dies at its nth commit, until a start has fewer."""
    story = Story(tmp_path, ledger_url, server, count=2)
    for nth in count(1):
        if story.run(Point("a commit", when, nth)) != KILLED:
            break
    assert story.kills >= 6
    story.run_to_the_end()
    story.check()


@pytest.mark.parametrize("seed", range(3))
def test_kills_at_random_moments(
    tmp_path: Path, request: pytest.FixtureRequest, ledger_url: str, seed: int
) -> None:
    dice = random.Random(seed)
    vendor = request.getfixturevalue("listing_server" if seed == 2 else "server")
    story = Story(tmp_path, ledger_url, vendor, count=12)
    story.kill_at_random(dice, kills=10)
    story.run_to_the_end()
    story.check()
    assert story.kills >= 10


def test_kills_of_the_command_as_people_start_it(tmp_path: Path, server: CountingVendor) -> None:
    """`python -m batch_orders run …`, killed just after the vendor has taken an order."""
    dice = random.Random(7)
    story = Story(tmp_path, str(tmp_path / "ledger.db"), server, count=12)
    for taken in range(1, 4):
        with story.machine.start(*story.words(), fresh=True) as running:
            while running.poll() is None and sum(server.seen().values()) < 3 * taken:
                time.sleep(0.01)
            time.sleep(dice.uniform(0, 0.02))
            running.kill()
            assert running.wait() == KILLED
        story.check_report_is_whole()
    story.run_to_the_end()
    story.check()
