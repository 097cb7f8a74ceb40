"""The worlds that are walked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.model.world import CHANGED, FIRST, Rules, make_sheet

OUTCOMES = ("placed", "rejected", "lost, bought", "lost", "busy")


@dataclass(frozen=True, slots=True)
class Size:
    """How deep a world is walked, and how many different states there are down to there."""

    depth: int
    nodes: int


def worlds() -> Mapping[str, Rules]:
    """One domain that two sheets ask for differently, in every kind of world; and two domains, one of them shared."""
    one = {"first": make_sheet(one=FIRST), "changed": make_sheet(one=CHANGED)}
    two = {"first": make_sheet(one=FIRST, two=FIRST), "changed": make_sheet(two=FIRST, one=CHANGED)}
    return {
        "complete": Rules(one, OUTCOMES),
        "lagging": Rules(one, OUTCOMES, listing="lagging"),
        "failing": Rules(one, OUTCOMES, listing="failing"),
        "fails": Rules(one, ("placed", "lost, bought"), fails=True),
        "meanwhile": Rules(
            one,
            ("placed", "lost, bought", "busy"),
            listing="failing",
            meanwhile=("first", "changed", "resume", "resolve"),
            attempts=2,
        ),
        "two": Rules(two, ("placed", "lost, bought", "busy"), symmetrical=False),
    }


IN_THE_SUITE: Mapping[str, Size] = {
    "complete": Size(2, 54),
    "lagging": Size(2, 54),
    "failing": Size(2, 57),
    "fails": Size(2, 53),
    "meanwhile": Size(1, 20),
    "two": Size(1, 21),
}
