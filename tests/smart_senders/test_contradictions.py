"""An answer that speaks against itself proves nothing, wherever in it that stands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.smart_senders.answers import REJECTING, Answer, read_outcome
from tests.harness.vendor import answer, hostile_server, place, send

DOMAIN = "shop.com"


def read(body: Any, status: int = 200) -> Outcome:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_outcome(Answer(status, {}, raw, framed=True), DOMAIN)


FAILURES: dict[str, Any] = {
    "the one domain failed": {
        "ok": True,
        "data": [{"domain_name": DOMAIN, "status": "failed", "error": "Not available"}],
    },
    "a no inside": {"ok": True, "data": [{"domain_name": DOMAIN, "ok": False, "message": "No balance"}]},
    "a success that is none": {"success": True, "data": {"result": {"success": False}}},
    "a success in words": {"ok": True, "success": "false"},
    "an error at the top": {"ok": True, "error": "The vendor declined."},
    "an error in camel case": {"ok": True, "data": {"errorMessage": "Premium domain"}},
    "errors": {"status": "success", "errors": [{"domain": DOMAIN, "reason": "premium domain"}], "data": []},
    "a list of what failed": {"success": True, "data": {"placed": [], "failed": [DOMAIN]}},
    "a list of what was left": {"success": True, "data": {"not_placed": [DOMAIN]}},
    "an order that failed": {"status": "success", "data": {"order_id": "SS-1", "status": "Failed"}},
    "an order that was cancelled": {"ok": True, "data": {"order_status": "cancelled"}},
    "an order status that nobody knows": {"ok": True, "data": {"status": "Sent to limbo"}},
    "partly": {"ok": True, "data": {"status": "partially completed"}},
    "a code of HTTP": {"ok": True, "statusCode": 500},
    "a code of HTTP in digits": {"ok": True, "data": [{"status": "422"}]},
    "a code in words": {"ok": True, "code": "INSUFFICIENT_FUNDS"},
    "a domain to its fate": {"ok": True, "data": {DOMAIN: "failed"}},
    "a count of zero": {"ok": True, "count": 0},
    "none placed": {"ok": True, "data": {"placed": 0}},
    "none of the domains": {"ok": True, "data": {"domainsOrdered": 0, "mailboxes_created": 0}},
    "none of the orders": {"ok": True, "data": {"orders": []}},
    "somebody else's domain": {"ok": True, "data": [{"domain_name": "other.com", "order_id": "SS-9"}]},
    "both at the top": {"ok": True, "success": False},
    "said twice": b'{"ok": false, "message": "no", "ok": true}',
    "said twice, the other way": b'{"ok": true, "ok": false}',
    "said twice within": b'{"ok": true, "data": {"status": "failed", "status": "pending"}}',
    "said in two words": b'{"status": "error", "status": "success"}',
    "two order ids": b'{"ok": true, "order_id": "1", "order_id": "2"}',
    "no number": b'{"ok": true, "price": NaN}',
    "no finite number": b'{"ok": true, "price": -Infinity}',
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_yes_with_a_failure_inside_proves_nothing(name: str) -> None:
    outcome = read(FAILURES[name])
    assert isinstance(outcome, Unconfirmed)
    assert not outcome.stop


YES = [
    {"ok": True, "data": []},
    {"status": "success", "order_id": "895641"},
    {"success": True, "message": "No errors. Your order was placed.", "data": None},
    {"ok": True, "errors": [], "error": None, "failed": 0, "failed_domains": [], "error_code": 0, "err": ""},
    {"ok": True, "data": [{"domain_name": "www.Shop.com.", "status": "Payment Pending", "order_id": 7}]},
    {"ok": True, "data": {"status": "PROCESSING", "completed": False, "created_at": "2026-11-25", "tax": 0}},
    {"ok": True, "data": {"paymentStatus": "unpaid", "count": 1, "placed": 1, "orders": [{"id": 0}]}},
    {"ok": True, "data": {"status": "Order placed successfully", "result": "in queue for delivery"}},
    {"ok": True, "statusCode": 200, "code": "OK", "page": 0, "total_price": 0},
    {"ok": True, "user_details": {"state": "CA", "postalCode": "90210", "phoneCc": "1", "company": ""}},
    {"ok": True, "forwarding_domain": "other.com", "mailboxes": ["jane@shop.com"], "domains": [DOMAIN]},
]


@pytest.mark.parametrize("body", [*YES, b'{"ok": true, "ok": true}'], ids=str)
def test_a_yes_with_nothing_against_it_is_placed(body: Any) -> None:
    assert isinstance(read(body), Placed)


ORDERS: dict[str, Any] = {
    "an order id": {"order_id": "SS-1"},
    "an order id within": {"data": [{"orderId": 7}]},
    "a yes within": {"data": {"success": True}},
    "an order under way": {"data": {"status": "Payment Pending"}},
    "a list of what was placed": {"placed": [DOMAIN]},
    "a count": {"created": 1},
    "somebody else's domain": {"data": [{"domain_name": "other.com"}]},
}
NO: dict[int, dict[str, Any]] = {200: {"ok": False}} | {
    status: {"status": "error"} for status in (*REJECTING, 401, 402, 403, 429)
}


@pytest.mark.parametrize("status", NO)
@pytest.mark.parametrize("name", ORDERS)
def test_a_no_that_tells_of_an_order_proves_nothing(status: int, name: str) -> None:
    assert isinstance(read({**NO[status], "message": "No.", **ORDERS[name]}, status), Unconfirmed)


@pytest.mark.parametrize("status", NO)
@pytest.mark.parametrize("body", [{"ok": True}, {"status": "success", "data": []}], ids=str)
def test_a_yes_under_a_status_that_refuses_proves_nothing(status: int, body: Any) -> None:
    if status != 200:
        assert isinstance(read(body, status), Unconfirmed)


PLAIN_NO: list[dict[str, Any]] = [
    {},
    {
        "message": '"domains[0].domain_name" must contain a valid domain name',
        "context": "Error creating domain",
    },
    {"errors": [{"domain": DOMAIN, "reason": "taken"}], "placed": [], "created": 0, "order_id": None},
    {"data": [{"domain_name": DOMAIN, "status": "failed", "success": False}], "code": 400},
    {"suggestions": [{"domain": "other.com", "available": True}]},
    {"error": {"code": "RATE_LIMIT_EXCEEDED", "message": "Slow down.", "retry_after": 30}},
]


@pytest.mark.parametrize("status", NO)
@pytest.mark.parametrize("body", PLAIN_NO, ids=str)
def test_a_no_with_nothing_against_it_counts(status: int, body: dict[str, Any]) -> None:
    assert isinstance(read({**NO[status], **body}, status), Rejected | NotTaken)


def test_the_vendors_own_words_are_told() -> None:
    with hostile_server(send(answer(json.dumps(FAILURES["errors"]).encode()))) as server:
        (outcome,) = place(server.base_url)
    assert isinstance(outcome, Unconfirmed)
    assert outcome.message == (
        "The server answered 200 OK, and its answer speaks against that: "
        "errors: shop.com, premium domain; reason: premium domain"
    )


NAMES = st.sampled_from(("data", "info", "item", "list", "note", "x", "user_details"))
QUIET = st.recursive(
    st.none() | st.integers(1, 99) | st.sampled_from(("some text", "jane@shop.com", "US", "Ü", "2026-11-25")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
LOUD = st.sampled_from(
    [
        *(
            {"status": "declined"},
            {"error": "gone wrong"},
            {"ok": False},
            {"failed": [DOMAIN]},
            {"placed": 0},
        ),
        {"domain_name": "other.com"},
    ]
)


@st.composite
def hidden(draw: st.DrawFn, member: st.SearchStrategy[Any]) -> Any:
    """A value with one object somewhere inside it, however deep."""
    inner = draw(member)
    for _ in range(draw(st.integers(0, 5))):
        around = draw(QUIET)
        inner = (
            [around, inner] if draw(st.booleans()) else {"x": around, draw(NAMES.filter("x".__ne__)): inner}
        )
    return inner


@given(quiet=QUIET)
def test_what_says_neither_yes_nor_no_changes_nothing(quiet: Any) -> None:
    assert isinstance(read({"ok": True, "data": quiet}), Placed)
    assert isinstance(read({"ok": False, "data": quiet}), Rejected)


@given(body=hidden(LOUD))
def test_a_failure_is_found_wherever_it_stands(body: Any) -> None:
    assert isinstance(read({"ok": True, "data": body}), Unconfirmed)


@given(body=hidden(st.sampled_from([{"order_id": "1"}, {"success": True}, {"status": "pending"}])))
def test_an_order_is_found_wherever_it_stands(body: Any) -> None:
    for status, no in NO.items():
        assert isinstance(read({**no, "data": body}, status), Unconfirmed)


def test_an_answer_that_is_nested_without_end_proves_nothing() -> None:
    for depth in (500, 900, 5_000, 100_000):
        body = b'{"ok": true, "data": ' + b"[" * depth + b'{"ok": false}' + b"]" * depth + b"}"
        assert isinstance(read(body), Unconfirmed)
