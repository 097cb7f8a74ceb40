"""The places at which a night can be killed, besides those of tests.chaos."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.chaos.points import PLACES, Point

NIGHT_PLACES = {
    "claiming a file": "batch_orders.inbox.work:put",
    "renaming a file": "batch_orders.inbox.folders:rename_new",
    "taking the sign of a file": "batch_orders.inbox.folders:Folders.remove",
    "handling a file": "batch_orders.service.inbox_run:handle_sheet",
    "sending an order": "batch_orders.smart_senders.client:SmartSenders.place_order",
    "recording an outcome": "batch_orders.ledger.submitter:Submitter.record",
    "writing the result CSV": "batch_orders.service.deliver:write_result_csv",
    "handing a result over": "batch_orders.inbox.folders:Folders.hand_over",
    "putting the sheet away": "batch_orders.inbox.work:move_sheet",
}


def dying_at(place: str, when: str) -> Callable[[], None]:
    """For `before` of a start."""
    return partial(arm, Point(place, when))


def arm(point: Point) -> None:
    PLACES.update(NIGHT_PLACES)
    point.arm()
