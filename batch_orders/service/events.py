"""Events: what observers may hear while work is done. None of them can stop the work."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

from batch_orders.core.outcomes import Outcome

if TYPE_CHECKING:
    from batch_orders.service.submission import OrderToSend

log = logging.getLogger("batch_orders.events")


class Events:
    """Hears nothing. An observer overrides what it wants to hear."""

    def rows_read(self, rows: int) -> None:
        """So many rows of the sheet were read so far."""

    def begins(self, orders: int) -> None:
        """So many orders are about to be sent."""

    def outcome(self, order: OrderToSend, outcome: Outcome) -> None:
        """An attempt was made, and what it proved is recorded."""

    def ends(self) -> None:
        """Nothing more is sent of what began."""


class Guard:
    """Passes every call on to an observer, and never raises into the loop that spends money.

    An observer that fails, such as a display whose terminal is gone, is ended and hears nothing more.
    """

    def __init__(self, observer: Events) -> None:
        self._observer = observer
        self._hears = True

    def __getattr__(self, name: str) -> Callable[..., None]:
        def tell(*facts: Any) -> None:
            if not self._hears:
                return
            try:
                getattr(self._observer, name)(*facts)
            # Whatever it is: the work goes on. Its text is not logged, which may hold contact details.
            except Exception as error:  # noqa: BLE001
                self._hears = False
                with suppress(Exception):
                    self._observer.ends()
                log.warning(
                    "The progress can no longer be shown (%s). The work goes on.", type(error).__name__
                )

        return tell


Observer = TypeVar("Observer", bound=Events)


def guard(observer: Observer) -> Observer:
    """The same observer, none of whose methods raises."""
    return cast(Observer, Guard(observer))
