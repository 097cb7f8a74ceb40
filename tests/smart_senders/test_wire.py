"""What the client makes of answers that break the rules, over real sockets."""

from __future__ import annotations

import json

import pytest

from batch_orders.core.outcomes import NotTaken, Placed, Rejected, Unconfirmed
from batch_orders.sandbox import start_sandbox
from tests.harness.command_line import KEY
from tests.harness.vendor import (
    GOOD_BODY,
    answer,
    hostile_server,
    make_order_body,
    place,
    send,
    then_close,
)

CUT_HEADERS = (
    b"HTTP/1.1 200 OK\r\nContent-Ty",
    b"HTTP/1.1 200 OK\r\nContent-Length: ",
    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Le",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chu",
    b"HTTP/1.1 400 Bad Request\r\nContent-Le",
    b"HTTP/1.1 400 Bad Request\r\nContent-Length: ",
    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Le",
    b"HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n",
    b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n",
    b"HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nRetry-Af",
    b"HTTP/1.1 429",
    b"HTTP/1.1 4",
    b"HT",
    b"",
)
UNREADABLE = (
    answer(b""),
    answer(b"null"),
    answer(b"true"),
    answer(b'"success"'),
    answer(b"[" * 100_000),
    answer(b'{"ok": true'),
    answer(b'{"ok": "true"}'),
    answer(b'{"ok": 1}'),
    answer(b'{"ok": true, "success": false}'),
    answer(b'{"ok": true, "status": "error"}'),
    answer(b'{"status": "Payment Pending"}'),
    answer(b"\xff\xfe\x00"),
    answer(b"x" * 2_000_000),
    answer(GOOD_BODY, "200 OK", "Content-Encoding: gzip"),
    answer(GOOD_BODY, "200 OK", "Content-Length: 5"),
    b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ok"\r\n',
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + GOOD_BODY,
    b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + GOOD_BODY,
    b'HTTP/1.1 400 Bad Request\r\nContent-Length: 1000\r\n\r\n{"message": "no"',
    b"HTTP/1.1 200 OK\r\n\r\n" + GOOD_BODY,
    b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 103 Early Hints\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"X-Padding: y\r\n" * 1000 + b"\r\n",
    b"HTTP/1.1 200 OK\r\nX-Padding: " + b"y" * 100_000 + b"\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"\x00" * 100,
)


@pytest.mark.parametrize("wire", [*CUT_HEADERS, *UNREADABLE], ids=lambda wire: repr(wire[:40]))
def test_an_answer_that_is_cut_or_cannot_be_read_proves_nothing(wire: bytes) -> None:
    with hostile_server(then_close(send(wire))) as server:
        (outcome,) = place(server.base_url)
        assert isinstance(outcome, Unconfirmed)
        assert len(server.seen.bodies) == 1


def test_what_is_sent_is_the_binding_dialect() -> None:
    with hostile_server(send(answer())) as server:
        place(server.base_url, "shop.com")
        head, _, rest = server.seen.heads[0].partition(b"\r\n")
        assert head == b"POST /api/v1/smart-senders/place-order?api_key=canary%2FKey%2B7f3a%3DZq HTTP/1.1"
        assert b"\r\ncontent-type: application/json\r\n" in b"\r\n" + rest.lower() + b"\r\n"
        assert json.loads(server.seen.bodies[0]) == make_order_body("shop.com")


REDIRECTS = (
    "301 Moved",
    "302 Found",
    "303 See Other",
    "307 Temporary",
    "308 Permanent",
    "300 Choices",
    "304 Same",
)
LOCATIONS = ("/elsewhere", "http://[broken", "//", "\xff\xfe", "http://127.0.0.1:1/", "")


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("location", LOCATIONS)
def test_a_redirect_is_never_followed_and_stops_the_batch(status: str, location: str) -> None:
    with hostile_server(send(answer(b"{}", status, f"Location: {location}"))) as server:
        (outcome,) = place(server.base_url)
        assert isinstance(outcome, Unconfirmed)
        assert outcome.stop
        assert (server.seen.connections, len(server.seen.heads)) == (1, 1)


ODD_TEXTS = (
    "\x00zero\x00",
    "\ud800half",
    "\x1b[31mred",
    "line\r\nbreak",
    "\ufffe\uffff",
    "\x07" * 5,
    "e\u0301",
)


@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
def test_a_text_of_the_vendor_is_one_that_can_be_kept(text: str) -> None:
    said = {"status": "error", "message": text}
    with hostile_server(send(answer(json.dumps(said).encode(), "400 Bad Request"))) as server:
        (outcome,) = place(server.base_url)
    assert isinstance(outcome, Rejected)
    assert outcome.message
    assert outcome.message.isprintable()
    outcome.message.encode()


@pytest.mark.parametrize(
    "spelling", [KEY, "canary%2FKey%2B7f3a%3DZq", "CANARY%2fkey%2b7F3A%3dzq", KEY.upper()]
)
@pytest.mark.parametrize("before", [0, 480, 490, 495, 600])
def test_no_spelling_of_the_key_comes_back_not_even_half_of_it(spelling: str, before: int) -> None:
    said = {"ok": True, "message": "x" * before + spelling + "y" * 600, "order_id": spelling}
    with hostile_server(send(answer(json.dumps(said).encode()))) as server:
        (outcome,) = place(server.base_url)
    assert isinstance(outcome, Placed)
    assert "canary" not in f"{outcome.message} {outcome.order_id}".lower()
    assert len(outcome.message) <= 500


def test_waiting_is_asked_for_in_seconds_or_until_a_date() -> None:
    for header, at_least, at_most in (
        ("7", 7, 7),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 1e6, 1e10),
        ("soon", 0, 0),
    ):
        with hostile_server(send(answer(b"{}", "429 Too Many Requests", f"Retry-After: {header}"))) as server:
            (outcome,) = place(server.base_url)
        assert isinstance(outcome, NotTaken)
        assert outcome.again
        assert at_least <= outcome.wait <= at_most


@pytest.mark.parametrize("asked", ["30", "1e400", "-5", '"30"', "true", "NaN", "1" + "0" * 400, "null", "[]"])
def test_no_wait_that_a_body_asks_for_is_taken_amiss(asked: str) -> None:
    body = (
        b'{"error": {"code": "RATE_LIMIT_EXCEEDED", "message": "Slow down.", "retry_after": %s}}'
        % asked.encode()
    )
    with hostile_server(send(answer(body, "429 Too Many Requests"))) as server:
        (outcome,) = place(server.base_url)
    assert isinstance(outcome, NotTaken)
    assert outcome.again
    assert outcome.wait >= 0
    assert "Slow down." in outcome.message


def test_a_domain_in_other_letters_survives_the_wire() -> None:
    with start_sandbox() as sandbox:
        place(sandbox.base_url, "xn--bcher-kva.com")
        assert sandbox.orders[0].domains == ("xn--bcher-kva.com",)
