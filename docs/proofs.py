"""The tables of docs/smart-senders.md, computed by asking the code what each answer and each fault proves."""

from __future__ import annotations

import ssl
from itertools import groupby

import requests
import urllib3
from generate import table

from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.smart_senders.answers import Answer, read_outcome
from batch_orders.smart_senders.faults import NEVER_SENT, read_fault

HEADERS = ("what comes back", "what it proves", "may it be sent again by itself?")
DOMAIN = "shop.com"

BODIES: tuple[tuple[str, bytes], ...] = (
    ("`ok` true", b'{"ok": true, "data": []}'),
    ("`success` true", b'{"success": true}'),
    ('`status` "success"', b'{"status": "success", "order_id": "7"}'),
    ("`ok` false", b'{"ok": false, "message": "No."}'),
    ("`success` false", b'{"success": false}'),
    ('`status` "error"', b'{"status": "error"}'),
    ("yes, and an order that is not paid yet", b'{"ok": true, "data": {"status": "Payment Pending"}}'),
    ("yes and no", b'{"ok": true, "success": false}'),
    ("yes, and a failure inside", b'{"ok": true, "data": [{"status": "failed"}]}'),
    ("yes, and a count of zero", b'{"ok": true, "placed": 0}'),
    ("yes, for another domain", b'{"ok": true, "data": [{"domain_name": "other.com"}]}'),
    ("a name twice, with two values", b'{"ok": false, "ok": true}'),
    ("no, and an order id", b'{"ok": false, "order_id": "7"}'),
    ("neither yes nor no", b'{"status": "Payment Pending"}'),
    ("no JSON, or nothing", b"<html>"),
)
STATUSES = range(201, 600)
FAULTS: tuple[tuple[str, type[BaseException]], ...] = (
    ("the certificate is refused", ssl.SSLCertVerificationError),
    ("dropped, reset, closed without an answer", urllib3.exceptions.ProtocolError),
    ("no answer in time", urllib3.exceptions.ReadTimeoutError),
    ("a TLS record that cannot be read", ssl.SSLError),
    ("broken chunks or compression", requests.exceptions.ChunkedEncodingError),
    ("anything else", Exception),
)


def describe(outcome: Outcome) -> tuple[str, str]:
    match outcome:
        case Placed():
            return "placed", "no"
        case Rejected():
            return "rejected", "no; a corrected sheet makes a new order"
        case NotTaken(again=True):
            return "the vendor does not have the order", "yes, a few times, no sooner than it asks"
        case NotTaken():
            return "the vendor does not have the order", "no, and the batch stops"
        case Unconfirmed(stop=True):
            return "nothing: unconfirmed", "never, and the batch stops"
        case Unconfirmed():
            return "nothing: unconfirmed", "never"


def proofs_of_bodies() -> str:
    """Of a 200 that came whole."""
    outcomes = [(words, read_outcome(Answer(200, {}, body, framed=True), DOMAIN)) for words, body in BODIES]
    return table(HEADERS, [(words, *describe(outcome)) for words, outcome in outcomes])


def proofs_of_statuses() -> str:
    """Of every other status, with a body that says nothing; and of an answer that was cut."""
    read: dict[tuple[str, str], list[int]] = {}
    for status in STATUSES:
        outcome = describe(read_outcome(Answer(status, {}, b"{}", framed=True), DOMAIN))
        read.setdefault(outcome, []).append(status)
    lines = [(show_statuses(statuses), *outcome) for outcome, statuses in read.items()]
    lines.sort(key=lambda line: line[0])
    cut = describe(read_outcome(Answer(400, {}, b"{}", framed=False), DOMAIN))
    return table(HEADERS, [*lines, ("an answer that is cut in the middle", *cut)])


def show_statuses(statuses: list[int]) -> str:
    """Runs of statuses, such as "300 to 399"; the outcome of most is that of "every other"."""
    if len(statuses) > len(STATUSES) / 2:
        return "every other, such as 201, 408, 409, 425, 500, 502, 503, 504"
    # In a run, a status and its position among the statuses grow alike.
    runs = groupby(enumerate(statuses), key=lambda each: each[1] - each[0])
    return ", ".join(show_run([status for _, status in run]) for _, run in runs)


def show_run(run: list[int]) -> str:
    return f"{run[0]} to {run[-1]}" if len(run) > 3 else ", ".join(map(str, run))


def proofs_of_faults() -> str:
    """Of no answer at all. An exception is made without what its constructor asks for: its class counts."""
    never_sent = [(f"*{sentence}*", kind) for kind, sentence in NEVER_SENT]
    return table(
        HEADERS,
        [(words, *describe(read_fault(kind.__new__(kind)))) for words, kind in (*never_sent, *FAULTS)],
    )
