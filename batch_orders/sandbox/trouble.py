"""Trouble on demand: the beginning of a domain's name stages what happens to its order.

A domain such as `drop-after-shop.com` has the trouble `drop-after-`. The longest beginning wins. In an
order of several domains, the first one with trouble decides. Any other domain is simply taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from batch_orders.sandbox import staged
from batch_orders.sandbox.replies import Ending, Reply, answer
from batch_orders.sandbox.staged import Call, Staged, always, message, page

_STATUS = re.compile(r"status-[2-5]\d\d")
_SERVER_ERROR = "Server error: try again or contact support if the issue persists."


@dataclass(frozen=True, slots=True)
class Trouble:
    """`says` is one line for people; `reply` answers a faultless place-order call."""

    says: str
    reply: Staged


def _lost(*, taken: bool, ending: Ending, delay: float = 0.0) -> Staged:
    return always(Reply(taken=taken, ending=ending, delay=delay))


TROUBLE: Mapping[str, Trouble] = MappingProxyType(
    {
        "rejected": Trouble("400 with a message that names the domain", staged.rejected),
        "hostile-text": Trouble(
            "400 whose message is a spreadsheet formula with control characters", staged.HOSTILE_TEXT
        ),
        "echo-key": Trouble("400 whose message contains the API key", staged.echo_key),
        "refused-by-body": Trouble(
            'order not taken, 200 whose body says no: "ok" is false',
            always(answer(200, {"ok": False, "message": "This vendor sells no more domains today."})),
        ),
        "refused-by-status": Trouble(
            'order not taken, 200 whose body says no: "status" is "error"',
            always(answer(200, {"status": "error", "message": "This domain is not for sale."})),
        ),
        "refused-key": Trouble("401, as for a wrong API key", message(401, "Invalid API Key")),
        "unpaid": Trouble("402, order not taken", message(402, "The account's balance is too low.")),
        "forbidden": Trouble("403, order not taken", message(403, "Smart Senders is not enabled.")),
        "error500": Trouble("500, order not taken", message(500, _SERVER_ERROR)),
        "error500-after": Trouble("order taken, then 500", message(500, _SERVER_ERROR, taken=True)),
        "error502": Trouble("502 with an HTML page, order not taken", page(502, taken=False)),
        "error503": Trouble(
            "503 with Retry-After 1, order not taken",
            message(503, "The service is being maintained.", retry_after="1"),
        ),
        "error504": Trouble("order taken, then 504 with an HTML page", page(504, taken=True)),
        "status-NNN": Trouble(
            f"the status NNN (200 to 599), order not taken; 3xx lead to {staged.ELSEWHERE}",
            staged.status_from_name,
        ),
        "busy": Trouble("429 with Retry-After 1 the first time, then taken", staged.busy_once),
        "always-busy": Trouble("429 with Retry-After 1 every time", staged.always_busy),
        "drop-before": Trouble(
            "order not taken, connection closed without an answer", _lost(taken=False, ending=Ending.CLOSE)
        ),
        "drop-after": Trouble(
            "order taken, connection closed without an answer", _lost(taken=True, ending=Ending.CLOSE)
        ),
        "drop-after-unlisted": Trouble(
            "as drop-after, and missing in get-domain-list", _lost(taken=True, ending=Ending.CLOSE)
        ),
        "reset": Trouble("order not taken, connection reset", _lost(taken=False, ending=Ending.RESET)),
        "reset-after": Trouble("order taken, connection reset", _lost(taken=True, ending=Ending.RESET)),
        "cut": Trouble("order taken, connection closed in the middle of the answer's body", staged.cut),
        "cut-header": Trouble(
            "order taken, connection closed in the middle of the answer's header", staged.cut_header
        ),
        "not-json": Trouble("order taken, 200 with plain text", staged.NOT_JSON),
        "bare-list": Trouble("order taken, 200 with an empty JSON list", staged.BARE_LIST),
        "no-verdict": Trouble("order taken, 200 with JSON that says neither yes nor no", staged.NO_VERDICT),
        "empty": Trouble("order taken, 200 with an empty body", staged.EMPTY),
        "bad-gzip": Trouble("order taken, 200 whose body claims to be gzip and is not", staged.BAD_GZIP),
        "bad-chunk": Trouble("order taken, 200 whose chunked body is broken", staged.BAD_CHUNK),
        "slow": Trouble(f"order taken, answered after {staged.SLOW:g} s", staged.slow),
        "stall": Trouble("order taken, part of an answer and then silence for 60 s", staged.stall),
        "drip": Trouble(
            "order taken, the answer's body comes a byte every 0.2 s for 60 s, then the connection closes",
            staged.drip,
        ),
        "drip-header": Trouble(
            "order taken, the answer's header comes a byte every 0.2 s for 60 s, then the connection closes",
            staged.drip_header,
        ),
        "silent": Trouble(
            "order taken, silence for 60 s, then the connection closes",
            _lost(taken=True, ending=Ending.CLOSE, delay=staged.PATIENCE),
        ),
        "second-dialect": Trouble(
            'order taken, 200 with "status" "success" in place of "ok"', staged.second_dialect
        ),
        "no-order-id": Trouble("order taken, 200 without an order id", staged.NO_ORDER_ID),
        "pending": Trouble('order taken, order-details says "Payment Pending"', staged.taken),
        "failed": Trouble('order taken, order-details says "Failed"', staged.taken),
        "cancelled": Trouble('order taken, order-details says "Cancelled"', staged.taken),
        "secrets": Trouble("order taken, order-details shows mailbox passwords", staged.taken),
        "unlisted": Trouble("order taken, and missing in get-domain-list", staged.taken),
    }
)

TROUBLES: Mapping[str, str] = MappingProxyType(
    {f"{name}-": trouble.says for name, trouble in TROUBLE.items()}
)
"""What a domain's name begins with → what happens to its order, in one line."""

# The table of the docstring is made from the one above, so that the two cannot differ.
__doc__ = "\n".join(
    [
        __doc__ or "",
        "| domain begins with | what happens |",
        "|---|---|",
        *(f"| `{beginning}` | {says} |" for beginning, says in TROUBLES.items()),
    ]
)


def find_trouble(domain: str) -> str | None:
    """The longest name in TROUBLE with which the domain begins, followed by a hyphen."""
    words = domain.lower().partition(".")[0].split("-")
    beginnings = ("-".join(words[:count]) for count in range(len(words) - 1, 0, -1))
    names = ("status-NNN" if _STATUS.fullmatch(beginning) else beginning for beginning in beginnings)
    return next((name for name in names if name in TROUBLE), None)


def pick_domain(body: Mapping[str, Any]) -> str:
    """The domain that decides about an order: the first with trouble, or else the first."""
    domains: list[str] = [domain["domain_name"] for domain in body["domains"]]
    return next(filter(find_trouble, domains), domains[0])


def decide(call: Call) -> Reply:
    """What the sandbox answers to a faultless order."""
    name = find_trouble(call.domain)
    return staged.taken(call) if name is None else TROUBLE[name].reply(call)
