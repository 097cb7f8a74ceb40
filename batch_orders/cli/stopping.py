"""Ctrl-C and SIGTERM while orders are being sent."""

from __future__ import annotations

import os
import signal
from types import FrameType, TracebackType

from batch_orders.cli.exits import Exit

SIGNALS = (signal.SIGINT, signal.SIGTERM)
FIRST = "\nStopping: the order in flight is finished and the report written. Once more leaves at once.\n"
SECOND = "\nLeft at once. The ledger knows what was sent: batch-orders status\n"


class Stopping:
    """While entered: the first signal asks the loop to end, a second one leaves at once."""

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[signal.Signals, object] = {}

    def __call__(self) -> bool:
        return self.asked

    def __enter__(self) -> Stopping:
        for number in SIGNALS:
            self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        # os.write and os._exit are safe wherever the signal interrupts; print is not.
        if self.asked:
            os.write(2, SECOND.encode())
            os._exit(Exit.STOPPED)
        self.asked = True
        os.write(2, FIRST.encode())


def interrupt_on_terminate() -> None:
    """Before anything is sent, SIGTERM ends a command as Ctrl-C does."""

    def hear(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, hear)
