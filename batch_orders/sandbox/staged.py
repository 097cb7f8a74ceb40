"""The staged answers, one small function or value each. `trouble` says which domain gets which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from batch_orders.sandbox.replies import Ending, Reply, answer, encode, encode_json, encode_raw, refusal

ELSEWHERE = "/elsewhere"
"""Where a staged redirect leads. Its answer looks like success, to catch a client that follows."""

CONTEXT = "Error creating domain"
"""The documented `context` of a refused place-order call."""

SLOW = 1.5
PATIENCE = 60.0
PACE = 0.2
"""Seconds: before a slow answer, until a silent one ends, between two bytes of a drip."""

_DRIPS = round(PATIENCE / PACE)


@dataclass(frozen=True, slots=True)
class Call:
    """One faultless place-order call. `nth` counts the calls for this domain, from 1."""

    domain: str
    key: str
    order_id: str
    nth: int


Staged = Callable[[Call], Reply]


def always(reply: Reply) -> Staged:
    return lambda _: reply


def message(status: int, text: str, *, retry_after: str = "", taken: bool = False) -> Staged:
    """A JSON object with a message and nothing else."""
    headers = {"Retry-After": retry_after} if retry_after else {}
    return always(answer(status, {"message": text}, headers=headers, taken=taken))


def page(status: int, *, taken: bool) -> Staged:
    """An HTML page, as proxies in front of a service answer."""
    body = f"<html><body><h1>{status}</h1></body></html>".encode()
    return always(Reply((encode(status, body, content_type="text/html"),), taken=taken))


def success(call: Call) -> dict[str, Any]:
    return {"ok": True, "data": [], "order_id": call.order_id}


def taken(call: Call) -> Reply:
    """What an order without trouble gets."""
    return answer(200, success(call), taken=True)


def rejected(call: Call) -> Reply:
    return refusal(f'"domains[0].domain_name" must not be {call.domain}: it cannot be bought', CONTEXT)


HOSTILE_TEXT = always(refusal('=HYPERLINK("http://example.com","click")\x01\ufffe', CONTEXT))


def echo_key(call: Call) -> Reply:
    return refusal(f"The request with api_key={call.key} was refused", CONTEXT)


def status_from_name(call: Call) -> Reply:
    """`status-409-shop.com` gets 409. A redirect leads to ELSEWHERE."""
    status = int(call.domain.split("-")[1])
    headers = {"Location": ELSEWHERE} if 300 <= status < 400 else {}
    return answer(status, {"message": f"This is the staged status {status}."}, headers=headers)


def always_busy(_: Call) -> Reply:
    error = {
        "code": "RATE_LIMIT_EXCEEDED",
        "message": "Too many requests. Please retry after 1 seconds.",
        "retry_after": 1,
    }
    headers = {
        "Retry-After": "1",
        "X-RateLimit-Limit": "10",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": "1",
    }
    return answer(429, {"error": error}, headers=headers)


def busy_once(call: Call) -> Reply:
    return always_busy(call) if call.nth == 1 else taken(call)


def cut(call: Call) -> Reply:
    whole = encode_json(200, success(call))
    return Reply((whole[:-10],), taken=True, ending=Ending.CLOSE)


def cut_header(call: Call) -> Reply:
    whole = encode_json(200, success(call))
    return Reply((whole[: whole.index(b"Content-Length")],), taken=True, ending=Ending.CLOSE)


def stall(call: Call) -> Reply:
    beginning = cut(call)
    return replace(beginning, writes=(*beginning.writes, b""), pace=PATIENCE)


def slow(call: Call) -> Reply:
    return replace(taken(call), delay=SLOW)


def drip(_: Call) -> Reply:
    head = encode(200, b"", length=_DRIPS + 1)
    return Reply((head, *[b" "] * _DRIPS), taken=True, ending=Ending.CLOSE, pace=PACE)


def drip_header(_: Call) -> Reply:
    head = encode(200, b"", headers={"X-Padding": "x" * _DRIPS})[:_DRIPS]
    pieces = tuple(head[at : at + 1] for at in range(_DRIPS))
    return Reply(pieces, taken=True, ending=Ending.CLOSE, pace=PACE)


def second_dialect(call: Call) -> Reply:
    return answer(200, {"status": "success", "order_id": call.order_id}, taken=True)


def _fixed(wire: bytes, ending: Ending = Ending.KEEP) -> Staged:
    return always(Reply((wire,), taken=True, ending=ending))


NOT_JSON = _fixed(encode(200, b"Order received, thank you.", content_type="text/plain"))
NO_ORDER_ID = _fixed(encode(200, b'{"ok": true, "data": []}'))
BARE_LIST = _fixed(encode(200, b"[]"))
NO_VERDICT = _fixed(encode(200, b'{"data": []}'))
EMPTY = _fixed(encode(200, b""))
BAD_GZIP = _fixed(encode(200, b"this is not gzip", headers={"Content-Encoding": "gzip"}))
BAD_CHUNK = _fixed(
    encode_raw(
        {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}, b'zz\r\n{"ok": true\r\n'
    ),
    Ending.CLOSE,
)
