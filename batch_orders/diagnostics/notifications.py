"""Checks of who is told: notification targets and the heartbeat."""

from __future__ import annotations

from collections.abc import Iterator

from batch_orders.diagnostics import Check, Health
from batch_orders.notifications.notice import Notice
from batch_orders.notifications.targets import deliver, open_targets
from batch_orders.settings import Heartbeat, Notify

TEST = Notice(
    "batch-orders: a test message",
    "batch-orders doctor sent this. Messages about nights will arrive here.",
)


def check_targets(notify: Notify, send: bool) -> Iterator[Check]:
    """Whether each target can be understood and, with `send`, takes a test message.

    Raises ConfigurationError where Apprise is not installed.
    """
    what = "Messages"
    if not notify.targets:
        yield Check(what, Health.WELL, "None are sent: [notify] in the settings names no target.")
        return
    for target in open_targets(notify.targets):
        if target.channel is not None and not send:
            yield Check(what, Health.WELL, f"{target.name} can be understood. No test message was sent.")
            continue
        fault = deliver(target, TEST)
        said = fault or f"{target.name} took a test message."
        yield Check(what, Health.WRONG if fault else Health.WELL, said)


def check_heartbeat(heartbeat: Heartbeat) -> Iterator[Check]:
    """Said only: a call would be a lie about a night."""
    called = [name for name in ("start", "success", "failure") if getattr(heartbeat, name)]
    said = (
        f"It is called at {', '.join(called)}." if called else "None is called: [heartbeat] names no address."
    )
    yield Check("Heartbeat", Health.WELL, said)
