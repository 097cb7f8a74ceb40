"""What an answer proves. Pure: status, headers and body → outcome.

Source: docs/smart-senders.md, section 4, after RFC 9110, section 9.2.2. What no rule here names
proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.visible import visible
from batch_orders.core.wording import cut
from batch_orders.smart_senders.contradictions import find_contradictions
from batch_orders.smart_senders.json_body import parse_body, values_of

REJECTING = frozenset({400, 404, 405, 413, 415, 422})
LONGEST_MESSAGE = 500
LONGEST_WAIT = 1e9
"""Seconds; what is longer is for ever."""
UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Control characters, halves of surrogate pairs and what is no character."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, read to its end. `framed` says whether the server said where it ends."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    framed: bool


def read_outcome(answer: Answer, domain: str = "") -> Outcome:
    """The outcome of ordering `domain`. A body that speaks against it takes all proof away."""
    if 300 <= answer.status < 400:
        return Unconfirmed(
            f"The server redirected the order ({answer.status}). Redirects are never followed. "
            "Check the base URL.",
            stop=True,
        )
    if not answer.framed:
        return Unconfirmed(f"The answer ({answer.status}) broke off in the middle.")
    said = parse_body(answer.body)
    outcome = read_status(answer, said)
    if contradictions := find_contradictions(outcome, said, domain):
        what = f"The server answered {describe(answer.status)}, and its answer speaks against that"
        return Unconfirmed(told(what, clean(contradictions)), answered=True)
    return outcome


def read_status(answer: Answer, said: Any) -> Outcome:
    message = find_message(said)
    match answer.status:
        case 200:
            return read_success(said, message)
        case 401 | 403:
            return NotTaken(told(f"The API key was refused ({answer.status})", message), again=False)
        case 402:
            return NotTaken(told("The account cannot pay for orders (402)", message), again=False)
        case 429:
            return NotTaken(
                told("Too many requests (429)", message), again=True, wait=find_wait(answer, said)
            )
        case status if status in REJECTING:
            return Rejected(message or f"Rejected with {describe(status)}.")
        case status:
            return Unconfirmed(
                told(f"The server answered {describe(status)}. We cannot tell whether it was bought", message)
            )


def read_success(said: Any, message: str) -> Outcome:
    """A 200 counts for what its body says, and for nothing where it says both or neither."""
    if not isinstance(said, dict):
        return Unconfirmed("The server answered 200, but not in a form that can be read.")
    verdicts = find_verdicts(said)
    if verdicts == {True}:
        return Placed(find_order_id(said), message)
    if verdicts == {False}:
        return Rejected(message or "Rejected without a reason.")
    return Unconfirmed(told("The server answered 200, but said neither yes nor no", message))


def find_verdicts(said: dict[str, Any]) -> frozenset[bool]:
    """What an answer says at its top: yes, no, both or neither."""
    verdicts = {
        value for name in ("ok", "success") for value in values_of(said, name) if isinstance(value, bool)
    }
    words = {"success": True, "error": False}
    told = {words[value] for value in values_of(said, "status") if isinstance(value, str) and value in words}
    return frozenset(verdicts | told)


def find_order_id(said: dict[str, Any]) -> str:
    """The order id at the top, in `data`, or in the first element of `data`; "" where there is none."""
    data = said.get("data")
    first = data[0] if isinstance(data, list) and data else data
    for place in (said, first):
        order_id = place.get("order_id") if isinstance(place, dict) else None
        if isinstance(order_id, str | int) and not isinstance(order_id, bool):
            return clean(str(order_id))
    return ""


def find_message(said: Any) -> str:
    if not isinstance(said, dict):
        return ""
    error = said.get("error")
    places = [said, error] if isinstance(error, dict) else [said]
    texts = [place.get("message") for place in places] + [error]
    return next((clean(text) for text in texts if isinstance(text, str) and text.strip()), "")


def find_wait(answer: Answer, said: Any) -> float:
    """Seconds to wait before trying again: the longest that header or body asks for."""
    error = said.get("error") if isinstance(said, dict) else None
    asked = error.get("retry_after") if isinstance(error, dict) else None
    in_body = asked if isinstance(asked, int | float) and not isinstance(asked, bool) else 0.0
    in_header = parse_retry_after(answer.headers.get("Retry-After", ""))
    # JSON as Python reads it knows NaN, and integers that no float can hold.
    return max((float(min(wait, LONGEST_WAIT)) for wait in (in_body, in_header) if wait >= 0), default=0.0)


def parse_retry_after(text: str) -> float:
    """Seconds or an HTTP date (RFC 9110, section 10.2.3); 0 where it is neither."""
    if text.strip().isascii() and text.strip().isdigit():
        return float(text)
    try:
        return (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0.0


def told(what: str, message: str) -> str:
    return f"{what}: {message}" if message else f"{what}."


def describe(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def clean(text: str) -> str:
    """A vendor's text on one line, with nothing in it that a database or a workbook refuses.

    A sign for the direction of writing would show another name than the one that is meant: it is made visible.
    """
    return visible(" ".join(UNSTORABLE.sub(" ", text).split()))


def shorten(line: str) -> str:
    return cut(line, LONGEST_MESSAGE)
