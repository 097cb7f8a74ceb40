"""Notification targets: Apprise URLs. They hold passwords and tokens, so none is ever shown or logged."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from batch_orders.errors import ConfigurationError
from batch_orders.notifications.calls import run_within
from batch_orders.notifications.notice import Notice

if TYPE_CHECKING:
    from apprise import Apprise
    from apprise.attachment.file import AttachFile

PATIENCE = 60.0
"""Seconds for one target, its attachments included."""
LARGEST_IN_ALL = 15 << 20
"""Bytes of attachments. Mail servers take 20 to 25 MB, and encoding adds a third."""


@dataclass(frozen=True, slots=True)
class Target:
    """One target: `name` is safe to show, `channel` is None where its URL cannot be understood."""

    name: str
    channel: Apprise | None


def open_targets(urls: Sequence[str]) -> tuple[Target, ...]:
    """The targets in their order. Connects to nothing.

    Raises ConfigurationError where Apprise is not installed.
    """
    try:
        from apprise import Apprise, AppriseAsset
    except ImportError:
        raise ConfigurationError(
            "Messages need Apprise, which is not installed: pip install 'batch-orders[notify]'. "
            "Or take the targets out of [notify] in the settings."
        ) from None
    # It logs addresses.
    logging.getLogger("apprise").disabled = True
    asset = AppriseAsset(
        app_id="batch-orders",
        app_desc="batch-orders",
        # A redirect would carry the message, and perhaps the token, elsewhere.
        http_redirects=False,
        # Its own limit waits in a thread that keeps the program from ending.
        service_timeout=0,
        async_mode=False,
    )
    return tuple(open_target(number, url, Apprise(asset=asset)) for number, url in enumerate(urls, 1))


def open_target(number: int, url: str, channel: Apprise) -> Target:
    from apprise import OverflowMode

    name = f"Notification target {number}"
    if not channel.add(url) or len(channel) != 1:
        return Target(name, None)
    if channel[0].overflow_mode == OverflowMode.UPSTREAM:
        # Its default sends what is too long all the same, and is refused. ?overflow= in the URL wins.
        channel[0].overflow_mode = OverflowMode.SPLIT
    return Target(f"{name} ({channel[0].service_name})", channel)


def deliver(target: Target, notice: Notice) -> str:
    """Send a message to one target. Returns why it did not take it, in a sentence, or "".

    A target that refuses it gets the brief form, without files: it may be too long, or the files too large.
    """
    channel = target.channel
    if channel is None:
        return f"{target.name} cannot be understood: it is no Apprise URL, or lacks a part. Check [notify] targets."
    late = f"there was no answer within {PATIENCE:g} seconds"
    reason = run_within(PATIENCE, lambda: push(channel, notice), late)
    if reason and reason != late and notice.brief:
        brief = replace(notice, body=notice.brief, attachments=())
        reason = run_within(PATIENCE, lambda: push(channel, brief), late)
    if not reason:
        return ""
    return f"{target.name} did not take the message: {reason}. Check [notify] in the settings."


def push(channel: Apprise, notice: Notice) -> str:
    from apprise import NotifyFormat, NotifyType

    try:
        taken = channel.notify(
            title=notice.title,
            body=notice.body,
            body_format=NotifyFormat.TEXT,
            notify_type=NotifyType.WARNING if notice.attention else NotifyType.INFO,
            attach=list(attach(notice.attachments)) or None,
        )
    # Whatever it is: its text may hold the address.
    except Exception as error:  # noqa: BLE001
        return f"it failed ({type(error).__name__})"
    return "" if taken else "it was refused, or could not be reached"


def attach(paths: Sequence[Path]) -> Iterator[AttachFile]:
    """The files that are there, as long as they fit. A target that takes no files is sent the text alone."""
    from apprise.attachment.file import AttachFile

    room = LARGEST_IN_ALL
    for path in paths:
        if not path.is_file() or path.stat().st_size > room:
            continue
        room -= path.stat().st_size
        yield AttachFile(str(path.absolute()))  # type: ignore[no-untyped-call]
