"""Kill -9 in the middle of nights: every file ends in one folder, every domain is bought at most once."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from tests.chaos.points import AFTER, BEFORE
from tests.harness.counting_vendor import CountingVendor
from tests.harness.inbox import Inbox
from tests.inbox.points import NIGHT_PLACES, dying_at
from tests.sheets import row

pytestmark = pytest.mark.kills

KILLED = -signal.SIGKILL
LONGEST_LIFE = 2.5
"""Seconds in which a night takes two sheets or so: random kills fall anywhere in it."""
KILLS = 12
MOST_STARTS = 100


class Nights:
    """Sheets of two teams, a vendor that counts, and nights that are killed."""

    def __init__(self, inbox: Inbox, server: CountingVendor) -> None:
        self.inbox = inbox
        self.server = server
        self.expected: dict[str, str] = {}
        self.domains: list[str] = []
        self.kills = 0

    def drop(self, name: str, folder: str, *beginnings: str) -> None:
        number = len(self.expected)
        domains = [f"{beginning}shop-{number}-{place}.com" for place, beginning in enumerate(beginnings)]
        self.inbox.drop(name, *(row(domain) for domain in domains), age=100 - number)
        self.expected[name] = folder
        self.domains += domains

    def count(self, code: int) -> None:
        self.kills += code == KILLED
        self.inbox.sheets(*self.expected)

    def check(self, *words: str) -> None:
        """One night that nothing hinders is enough, whatever the others have left behind."""
        ended = self.inbox.night("--max-failures", "99", *words)
        assert ended.code in (0, 1, 3), ended.told
        seen = self.server.seen()
        assert all(count == 1 for count in seen.values()), f"bought twice: {seen}"
        assert set(seen) <= set(self.domains)
        places = self.inbox.sheets(*self.expected)
        # An order that was cut off stays unconfirmed, and then a person must look.
        assert {places[name] for name, folder in self.expected.items() if folder == "done"} <= {
            "done",
            "attention",
        }
        assert all(places[name] == folder for name, folder in self.expected.items() if folder != "done")
        assert not self.inbox.files("inbox")
        assert not self.inbox.files("working")
        assert [each.name for each in (self.inbox.root / "working").iterdir() if each.is_file()] == [
            ".batch-orders.lock"
        ]


@pytest.fixture
def story(tmp_path: Path, server: CountingVendor) -> Nights:
    return Nights(Inbox(tmp_path, server.base_url), server)


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("place", NIGHT_PLACES)
def test_a_kill_at_a_named_point(story: Nights, place: str, when: str) -> None:
    story.drop("a.csv", "done", "", "")
    story.drop("north/b.csv", "attention", "", "reject-")
    for path in (story.inbox.root / "inbox").rglob("*.csv"):
        path.with_name(f"{path.name}.ready").touch()
    story.count(story.inbox.night("--ready-files", before=dying_at(place, when)).code)
    assert story.kills == 1
    story.check("--ready-files")


def test_kills_at_random_moments(story: Nights) -> None:
    """A dozen nights die, and meanwhile people drop one more sheet a night."""
    dice = random.Random(5)
    for number in range(MOST_STARTS):
        if story.kills == KILLS:
            break
        team = ("", "north/", "south/")[number % 3]
        story.drop(f"{team}sheet-{number}.csv", "done", "", ("drop-", "")[number % 2], "")
        process = story.inbox.start("--max-failures", "99")
        time.sleep(dice.uniform(0.02, LONGEST_LIFE))
        process.kill()
        story.count(story.inbox.wait(process).code)
    assert story.kills == KILLS
    story.check()
