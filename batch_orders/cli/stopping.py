"""Ctrl-C and SIGTERM, before and while orders are being sent."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from batch_orders.cli.exits import Exit

SIGNALS = (signal.SIGINT, signal.SIGTERM)
FIRST = b"\nStopping: the order in flight is finished and the report written. Once more leaves at once.\n"
SECOND = b"\nLeft at once. The ledger knows what was sent: batch-orders status\n"


class Stopping:
    """Whether somebody asked a run to stop.

    Until `gentle` is set, a signal ends the command at once, as KeyboardInterrupt. From then on
    the first one asks the loop to end, and a second one leaves at once.
    """

    def __init__(self) -> None:
        self.asked = False
        self.gentle = False

    def __call__(self) -> bool:
        return self.asked

    def listen(self) -> None:
        for number in SIGNALS:
            signal.signal(number, self._hear)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """While a person is asked: a signal is the answer, and must not wait for another one."""
        before, self.gentle = self.gentle, False
        try:
            yield
        finally:
            self.gentle = before

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        if not self.gentle:
            self.asked = True
            raise KeyboardInterrupt
        # os.write and os._exit are safe wherever the signal interrupts; print is not.
        if self.asked:
            os.write(2, SECOND)
            os._exit(Exit.STOPPED)
        self.asked = True
        os.write(2, FIRST)
