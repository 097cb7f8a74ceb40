"""An order leaves only as long as it may begin to: a look at the clock right before every piece of it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Unconfirmed
from batch_orders.smart_senders import ApiKey, Environment, SmartSenders, Window
from batch_orders.smart_senders.window import read_steady_clock
from tests.harness.command_line import KEY
from tests.harness.vendor import GOOD_BODY, Hostile, answer, hostile_server, make_order_body, send


@pytest.fixture
def vendor() -> Iterator[Hostile]:
    with hostile_server(send(answer(GOOD_BODY))) as running:
        yield running


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What the next looks at the clock will say; after these, that it is open."""
    coming: list[bool] = []
    monkeypatch.setattr(Window, "is_open", lambda _: coming.pop(0) if coming else True)
    return coming


def place_two(vendor: Hostile) -> Outcome:
    """Whatever became of the first, the next order is none the worse for it."""
    with SmartSenders(Environment.at(vendor.base_url), ApiKey(KEY), 20.0) as client:
        first = client.place_order(make_order_body(), Window.opened(30.0))
        assert isinstance(client.place_order(make_order_body(), Window.opened(30.0)), Placed)
        return first


def test_nothing_is_sent_after_the_window_has_closed(vendor: Hostile, looks: list[bool]) -> None:
    looks[:] = [False]
    outcome = place_two(vendor)
    assert isinstance(outcome, NotTaken)
    assert outcome.again
    assert "paused" in outcome.message
    assert len(vendor.seen.bodies) == 1


def test_an_order_whose_window_closed_in_its_middle_is_unconfirmed_and_not_whole(
    vendor: Hostile, looks: list[bool]
) -> None:
    looks[:] = [True, False]
    assert isinstance(place_two(vendor), Unconfirmed)
    assert len(vendor.seen.bodies) == 1


def test_an_order_in_its_window_is_sent(vendor: Hostile) -> None:
    assert isinstance(place_two(vendor), Placed)
    assert len(vendor.seen.bodies) == 2


@pytest.mark.parametrize(("steady", "wall"), [(-1, 30), (30, -1)])
def test_a_window_is_closed_by_either_clock(steady: float, wall: float) -> None:
    assert not Window(read_steady_clock() + steady, time.time() + wall).is_open()
    assert Window.opened(30.0).is_open()
