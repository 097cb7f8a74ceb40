"""--watch, signals, and two processes at once."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from batch_orders.sandbox import Sandbox
from tests.harness.inbox import Inbox
from tests.sheets import row

PATIENCE = 120.0
"""Seconds after which a process hangs. No test waits for it."""


def wait_for(condition: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_watch_takes_files_as_they_come_and_ends_at_sigterm(inbox: Inbox, sandbox: Sandbox) -> None:
    process = inbox.start("--watch", "--poll", "0.05")
    try:
        for name in ("one.csv", "two.csv"):
            # Written elsewhere and renamed, as a careful sender does.
            inbox.drop(f".{name}.tmp", row(f"{name[:3]}.com")).rename(inbox.root / "inbox" / name)
            wait_for(lambda name=name: (inbox.root / "done" / name).exists())  # type: ignore[misc]
    finally:
        process.send_signal(signal.SIGTERM)
    ended = inbox.wait(process)
    assert ended.code == 0
    assert [len(said["sheets"]) for said in ended.said] == [1, 1]
    assert len(sandbox.orders) == 2


def test_watch_ends_with_4_at_a_refused_key(inbox: Inbox) -> None:
    inbox.drop("one.csv", row("refused-key-one.com"))
    ended = inbox.night("--watch", "--poll", "0.05")
    assert ended.code == 4
    assert inbox.sheets("one.csv") == {"one.csv": "inbox"}


def test_a_night_that_is_asked_to_stop_keeps_the_rest_for_the_next(inbox: Inbox, sandbox: Sandbox) -> None:
    inbox.drop("one.csv", row("one.com"), row("slow-two.com"), row("three.com"), age=2)
    inbox.drop("two.csv", row("four.com"), age=1)
    process = inbox.start()
    wait_for(lambda: len(sandbox.orders) == 2)
    process.send_signal(signal.SIGTERM)
    ended = inbox.wait(process)
    assert ended.code == 4
    assert inbox.sheets("one.csv", "two.csv") == {"one.csv": "working", "two.csv": "inbox"}
    assert [taken.body["domains"][0]["domain_name"] for taken in sandbox.orders] == [
        "one.com",
        "slow-two.com",
    ]
    ended = inbox.night()
    assert ended.sheets == {"one.csv": {"already placed": 2, "placed": 1}, "two.csv": {"placed": 1}}
    assert inbox.sheets("one.csv", "two.csv") == {"one.csv": "done", "two.csv": "done"}


def test_two_at_once_never_take_the_same(inbox: Inbox, sandbox: Sandbox) -> None:
    """Whichever comes first works; the other one skips, or finds nothing left."""
    names = [f"sheet-{number}.csv" for number in range(4)]
    for name in names:
        inbox.drop(name)
    assert inbox.nights(inbox.words(), inbox.machine, inbox.machine) == [0, 0]
    assert set(inbox.sheets(*names).values()) == {"done"}
    assert len(sandbox.requests) == len(names)
    assert len([name for name in inbox.files("done") if name.endswith(".xlsx")]) == len(names)
