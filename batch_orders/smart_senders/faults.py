"""What an exception of the HTTP stack proves: the innermost reason decides, not the outer class.

`requests` raises the same ConnectionError for "never connected" and for "sent, then dropped".
Source: docs/smart-senders.md, section 4, and what was measured with requests 2.34 and urllib3 2.8.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from batch_orders.core.outcomes import NotTaken, Outcome, Unconfirmed
from batch_orders.smart_senders.connections import HandshakeFailed, NotBegun, TunnelNotOpened

NEVER_SENT: tuple[tuple[type[BaseException], str], ...] = (
    (NotBegun, "The process was paused for too long before the order was sent, so nothing was sent."),
    (TunnelNotOpened, "The proxy let no connection to the server through, so nothing was sent."),
    (HandshakeFailed, "No secure connection to the server came about, so nothing was sent."),
    (NameResolutionError, "The server's name could not be resolved."),
    (NewConnectionError, "The server could not be reached."),
    (ConnectTimeoutError, "The server did not accept a connection in time."),
)
"""Reasons that prove that no byte of the request has left, the narrower class first."""


def read_fault(error: BaseException) -> Outcome:
    """The outcome that an exception proves. Its text is not used: it may hold the key."""
    reasons = list(walk_reasons(error))
    for reason in reasons:
        if isinstance(reason, ssl.SSLCertVerificationError):
            return NotTaken("The server's certificate is not valid, so nothing was sent.", again=False)
    for kind, sentence in NEVER_SENT:
        if any(isinstance(reason, kind) for reason in reasons):
            return NotTaken(sentence, again=True)
    return Unconfirmed(
        "The connection failed after the order may have been sent. We cannot tell whether it was bought."
    )


def name_reasons(error: BaseException) -> str:
    """The classes of an exception and of all it was raised from, outermost first, for the log: no text of theirs."""
    return ", ".join(dict.fromkeys(type(reason).__name__ for reason in walk_reasons(error)))


def walk_reasons(error: BaseException) -> Iterator[BaseException]:
    """The exception and all it was raised from, outermost first."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        reason = waiting.pop(0)
        if not isinstance(reason, BaseException) or id(reason) in seen:
            continue
        seen.add(id(reason))
        yield reason
        waiting += [getattr(reason, "reason", None), *reason.args, reason.__cause__]
