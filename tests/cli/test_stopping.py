"""Which signals end a run gently, and which end it at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from batch_orders.cli.stopping import SIGNALS, Stopping

ALL = (*SIGNALS, signal.SIGHUP)


@pytest.fixture
def stopping() -> Iterator[Stopping]:
    before = {number: signal.getsignal(number) for number in ALL}
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    stopping = Stopping()
    stopping.listen()
    yield stopping
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The exit codes with which the process would have left at once."""
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    return codes


def send(*numbers: int) -> None:
    for number in numbers:
        os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", ALL)
def test_before_anything_is_sent_a_signal_ends_the_command(number: int, stopping: Stopping) -> None:
    with pytest.raises(KeyboardInterrupt):
        send(number)


def test_the_many_hang_ups_of_one_closed_terminal_interrupt_once(stopping: Stopping) -> None:
    with pytest.raises(KeyboardInterrupt):
        send(signal.SIGHUP)
    send(signal.SIGHUP, signal.SIGHUP)


@pytest.mark.parametrize(
    "numbers",
    [
        (signal.SIGHUP, signal.SIGHUP),
        (signal.SIGHUP, signal.SIGTERM),
        (signal.SIGTERM, signal.SIGHUP),
        (signal.SIGINT, signal.SIGHUP, signal.SIGHUP),
    ],
)
def test_a_hang_up_is_nobodys_impatience(
    numbers: tuple[int, ...], stopping: Stopping, left: list[int]
) -> None:
    stopping.gentle = True
    send(*numbers)
    assert (stopping(), left) == (True, [])


@pytest.mark.parametrize(
    "numbers", [(signal.SIGINT, signal.SIGTERM), (signal.SIGHUP, signal.SIGTERM, signal.SIGTERM)]
)
def test_the_second_signal_of_a_person_leaves_at_once(
    numbers: tuple[int, ...], stopping: Stopping, left: list[int]
) -> None:
    stopping.gentle = True
    send(*numbers)
    assert left == [4]


def test_a_hang_up_that_is_ignored_stays_ignored(stopping: Stopping) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stopping.listen()
    stopping.gentle = True
    send(signal.SIGHUP)
    assert not stopping()


def test_where_standard_error_is_gone_a_signal_is_heard_all_the_same(stopping: Stopping) -> None:
    stopping.gentle = True
    kept = os.dup(2)
    os.close(2)
    try:
        send(signal.SIGTERM)
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    assert stopping()
