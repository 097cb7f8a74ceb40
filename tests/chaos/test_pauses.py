"""A process that is paused between its claim and its request, while everybody else takes it for dead."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import update

from batch_orders.ledger.schema import orders
from tests.chaos.points import AFTER, BEFORE, Point, Waking
from tests.chaos.story import Story, wait_until_stopped
from tests.harness.command_line import Ended
from tests.harness.counting_vendor import CountingVendor
from tests.harness.starts import Forked
from tests.ledger.batches import lose_connection, opened_engine

pytestmark = pytest.mark.kills


def wait_until_recovered(story: Story, words: tuple[str, ...]) -> Ended:
    """The server gives a lost connection's lock back a moment later."""
    ended = story.machine.run(*words)
    while "are being submitted" in ended.errors:
        time.sleep(0.02)
        ended = story.machine.run(*words)
    return ended


def let_claims_end(ledger: str) -> None:
    """As if the time had passed until which an attempt may be under way."""
    with opened_engine(ledger) as engine, engine.begin() as connection:
        connection.execute(update(orders).values(claim_ends_at="2026-01-01T00:00:00.000+00:00"))


@pytest.mark.parametrize(
    ("place", "when"),
    [("claiming an order", AFTER), ("sending an order", BEFORE), ("looking at the clock", BEFORE)],
)
def test_an_order_is_not_sent_by_a_process_that_wakes_too_late(
    tmp_path: Path, server: CountingVendor, postgres_url: str, place: str, when: str
) -> None:
    """Meanwhile a person has said that it was not bought, and the sheet was handed in again."""
    story = Story(tmp_path, postgres_url, server, count=2)
    waking = Waking(Point(place, when, signal=signal.SIGSTOP))
    with story.machine.start(*story.words(), before=waking.arm) as paused:
        assert isinstance(paused, Forked)
        assert wait_until_stopped(paused)
        lose_connection(postgres_url)
        say = (
            "resolve",
            story.domains[0],
            "--not-bought",
            "--reason",
            "not in their list",
            "--ledger",
            postgres_url,
        )
        refused = wait_until_recovered(story, say)
        assert refused.code == 4
        assert "could send it until 20" in " ".join(refused.errors.split())
        assert "UTC" in refused.errors
        let_claims_end(postgres_url)
        assert story.machine.run(*say).code == 0
        story.run_to_the_end()
        paused.send_signal(signal.SIGCONT)
        output, errors = paused.communicate()
    assert paused.returncode == 1, output + errors
    assert "Traceback" not in errors
    story.check()
    assert set(server.seen().values()) == {1}
