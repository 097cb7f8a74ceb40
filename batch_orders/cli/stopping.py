"""Ctrl-C, SIGTERM and a terminal that is closed (SIGHUP), before and while orders are being sent."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from batch_orders.cli.exits import Exit
from batch_orders.cli.output import write_now

SIGNALS = (signal.SIGINT, signal.SIGTERM)
HANGUP = getattr(signal, "SIGHUP", None)
"""The terminal is closed. Windows has no such signal."""
FIRST = b"\nStopping: the order in flight is finished and the report written. Once more leaves at once.\n"
FOLLOWED = b"\nNo longer followed. What was put into the queue stays there, and workers carry it out.\n"
SECOND = b"\nLeft at once. The ledger knows what was sent: batch-orders status\n"


class Stopping:
    """Whether somebody asked a run to stop.

    Until `gentle` is set, a signal ends the command at once, as KeyboardInterrupt. From then on
    the first one asks the loop to end, and a second one leaves at once. A hang-up asks as well, but
    is never the second one: shell, terminal and service manager send it several times, or beside
    SIGTERM, without anybody's being impatient. `first` is what the first one is answered.
    """

    def __init__(self, first: bytes = FIRST) -> None:
        self.first = first
        self.asked = False
        self._by_person = False
        self.gentle = False

    def __call__(self) -> bool:
        return self.asked

    def listen(self) -> None:
        for number in SIGNALS:
            signal.signal(number, self._hear)
        # Who starts a run with nohup wants it to outlive the terminal.
        if HANGUP is not None and signal.getsignal(HANGUP) is not signal.SIG_IGN:
            signal.signal(HANGUP, self._hear)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """While a person is asked: a signal is the answer, and must not wait for another one."""
        before, self.gentle = self.gentle, False
        try:
            yield
        finally:
            self.gentle = before

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        hang_up = number == HANGUP
        if hang_up and self.asked:
            return
        first, impatient = not self.asked, self._by_person
        self.asked = True
        self._by_person = not hang_up
        if not self.gentle:
            raise KeyboardInterrupt
        # os.write and os._exit are safe wherever the signal interrupts; print is not.
        if impatient:
            write_now(SECOND)
            os._exit(Exit.STOPPED)
        if first:
            write_now(self.first)
