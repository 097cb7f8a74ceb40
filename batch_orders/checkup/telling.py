"""Checks of who is told: notification targets and the heartbeat."""

from __future__ import annotations

from collections.abc import Iterator

from batch_orders.checkup import Check, Verdict
from batch_orders.settings import Heartbeat, Notify
from batch_orders.telling.notice import Notice
from batch_orders.telling.targets import deliver, open_targets

TEST = Notice(
    "batch-orders: a test message",
    "batch-orders doctor --notify sent this. Messages about nights will arrive here.",
)


def check_targets(notify: Notify, send: bool) -> Iterator[Check]:
    """Whether each target can be understood and, with `send`, takes a test message.

    Raises ConfigurationError where Apprise is not installed.
    """
    what = "Messages"
    if not notify.targets:
        yield Check(what, Verdict.WELL, "None are sent: [notify] in the settings names no target.")
        return
    for target in open_targets(notify.targets):
        if target.channel is not None and not send:
            yield Check(
                what, Verdict.WELL, f"{target.name} can be understood. --notify sends a test message."
            )
            continue
        fault = deliver(target, TEST)
        said = fault or f"{target.name} took a test message."
        yield Check(what, Verdict.WRONG if fault else Verdict.WELL, said)


def check_heartbeat(heartbeat: Heartbeat) -> Iterator[Check]:
    """Said only: a call would be a lie about a night."""
    called = [name for name in ("start", "success", "failure") if getattr(heartbeat, name)]
    said = (
        f"It is called at {', '.join(called)}." if called else "None is called: [heartbeat] names no address."
    )
    yield Check("Heartbeat", Verdict.WELL, said)
