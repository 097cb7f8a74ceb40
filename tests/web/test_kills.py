"""The server and its children are killed at every named point: nothing is bought twice, lost, or claimed in vain."""

from __future__ import annotations

import pytest

from batch_orders.sandbox import Sandbox
from tests.chaos.page_story import PageStory
from tests.chaos.points import AFTER, BEFORE, CHILD_PLACES, PAGE_PLACES, Point, Within
from tests.harness.command_line import Machine

pytestmark = [pytest.mark.long, pytest.mark.kills]
RESUMING = "carrying a batch on"
OF_A_RUN = ("sending an order", "recording an outcome")


@pytest.mark.parametrize(
    ("place", "nth"), [*((place, (1, 1)) for place in PAGE_PLACES), ("starting a child", (2, 1))]
)
def test_the_server_is_killed(buyer: Machine, sandbox: Sandbox, place: str, nth: tuple[int, int]) -> None:
    """The second child of a server confirms what the first one has checked; after a restart, the first one does."""
    kill_before_and_after(PageStory(buyer, sandbox), place, nth)


@pytest.mark.parametrize("place", [*(each for each in CHILD_PLACES if each != RESUMING), *OF_A_RUN])
def test_a_child_is_killed(buyer: Machine, sandbox: Sandbox, place: str) -> None:
    kill_before_and_after(PageStory(buyer, sandbox), place, child=True)


def test_a_child_is_killed_at_the_commit_that_a_yes_leads_to(buyer: Machine, sandbox: Sandbox) -> None:
    """That to a sheet, and that to what is left of its batch: the upload's move and the batch are stored as one."""
    story = PageStory(buyer, sandbox)
    for place in ("carrying out an upload", RESUMING):
        for when in (BEFORE, AFTER):
            assert story.strike(Within(place, Point("a commit", when)), child=True), (place, when)
            story.look()
    story.finish()
    story.check()


def kill_before_and_after(
    story: PageStory, place: str, nth: tuple[int, int] = (1, 1), *, child: bool = False
) -> None:
    for when, calls in zip((BEFORE, AFTER), nth, strict=True):
        assert story.strike(Point(place, when, calls), child=child), f"it never came {when} {place}"
    story.finish()
    story.check()
