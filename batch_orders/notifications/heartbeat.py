"""The heartbeat: a dead man's switch is called at the start and end of a call, so that a call which never
came is noticed elsewhere.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from http import HTTPStatus

from batch_orders.notifications.calls import call
from batch_orders.settings import Heartbeat

log = logging.getLogger("batch_orders.heartbeat")


class Moment(StrEnum):
    """When a heartbeat is due; also the name of its address in the settings."""

    START = "start"
    SUCCESS = "success"
    FAILURE = "failure"


def beat(heartbeat: Heartbeat, moment: Moment) -> bool:
    """Call the address for this moment, if there is one. Whether it was heard; never raises.

    A call that fails is a warning in the log, without its address.
    """
    url: str = getattr(heartbeat, moment.value)
    if not url:
        return True
    answer = call(url)
    fault = answer.fault or refusal(answer.status)
    if fault:
        log.warning(
            "The heartbeat for %s was not heard: %s. Check [heartbeat] in the settings.", moment.value, fault
        )
    return not fault


def refusal(status: int) -> str:
    """Why an answer is no yes, or ""."""
    if status in range(200, 300):
        return ""
    if status in range(300, 400):
        return f"it redirects ({status}), which is never followed"
    name = HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else "which is no answer"
    return f"it answered {status} {name}"
