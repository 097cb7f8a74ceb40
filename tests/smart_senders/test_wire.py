"""What the client makes of answers that break the rules, over real sockets."""

from __future__ import annotations

import json
import socket
import struct
import time
from contextlib import ExitStack

import pytest

from batch_orders.model import NotTaken, Placed, Rejected, Unconfirmed
from batch_orders.sandbox import start_sandbox
from tests.smart_senders.clients import KEY, make_order_body, place
from tests.smart_senders.hostile import (
    GOOD_BODY,
    Behaviour,
    answer,
    drip,
    hostile_server,
    send,
    stay_silent,
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


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def after_some_bytes(behave: Behaviour) -> Behaviour:
    def greet(connection: socket.socket) -> None:
        connection.recv(10)
        behave(connection)

    return greet


@pytest.mark.parametrize("greet", [reset, then_close(lambda _: None)], ids=["reset", "close"])
def test_a_connection_dropped_before_the_body_proves_nothing(greet: Behaviour) -> None:
    with hostile_server(stay_silent, greet=after_some_bytes(greet)) as server:
        (outcome,) = place(server.base_url)
        assert isinstance(outcome, Unconfirmed)
        assert server.seen.connections == 1


def test_a_connection_kept_open_and_dropped_with_the_next_order_sends_it_once() -> None:
    """The stack may not take the dropped connection for an idle one and send the order again."""
    behaviours = iter([send(answer()), reset, send(answer())])
    with hostile_server(lambda connection: next(behaviours)(connection)) as server:
        outcomes = place(server.base_url, "one.com", "two.com", "three.com")
        assert [type(outcome) for outcome in outcomes] == [Placed, Unconfirmed, Placed]
        sent = [json.loads(body)["domains"][0]["domain_name"] for body in server.seen.bodies]
        assert sent == ["one.com", "two.com", "three.com"]


def test_orders_share_one_connection() -> None:
    with hostile_server(send(answer())) as server:
        place(server.base_url, *(f"shop-{number}.com" for number in range(20)))
        assert (server.seen.connections, len(server.seen.bodies)) == (1, 20)


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


def both(first: Behaviour, second: Behaviour) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        first(connection)
        second(connection)

    return behave


HANGING: dict[str, Behaviour] = {
    "silence": stay_silent,
    "a header that drips": drip(b"HTTP/1.1 200 OK\r\nX-Padding: "),
    "a header without end": drip(b"X-Padding: yes\r\n", 0.001),
    "a body that drips": both(send(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"), drip(b" ")),
    "a body that drips until the connection ends": both(
        send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), drip(b" ")
    ),
    "chunks that drip": both(
        send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), drip(b"1\r\n \r\n")
    ),
    "hints without end": drip(b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
}
LONG_BEFORE_THE_END = 15.0
"""Seconds. The stack's own timeouts would never end these calls."""


@pytest.mark.parametrize("name", HANGING)
def test_no_call_outlasts_its_deadline(name: str) -> None:
    with hostile_server(HANGING[name]) as server:
        begun = time.monotonic()
        first, second = place(server.base_url, "one.com", "two.com", timeout=0.6)
        assert time.monotonic() - begun < LONG_BEFORE_THE_END
        assert isinstance(first, Unconfirmed)
        assert isinstance(second, Unconfirmed)
        assert len(server.seen.bodies) == 2


def test_a_call_after_one_that_hung_has_all_its_time() -> None:
    behaviours = iter([drip(b" "), send(answer())])
    with hostile_server(lambda connection: next(behaviours)(connection)) as server:
        outcomes = place(server.base_url, "one.com", "two.com", timeout=0.6)
        assert [type(outcome) for outcome in outcomes] == [Unconfirmed, Placed]


def test_a_name_that_cannot_be_resolved_was_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    (outcome,) = place("https://orders.example")
    assert outcome == NotTaken("The server's name could not be resolved.", again=True)


def test_a_connection_that_is_not_accepted_in_time_was_sent_nothing() -> None:
    """A listener whose queue is full lets a connection wait."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, ExitStack() as waiting:
        port = listener.getsockname()[1]
        for _ in range(4):
            other = waiting.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(("127.0.0.1", port))
        (outcome,) = place(f"http://127.0.0.1:{port}", timeout=0.5)
    assert outcome == NotTaken("The server did not accept a connection in time.", again=True)


def test_a_refused_connection_was_sent_nothing() -> None:
    (outcome,) = place("http://127.0.0.1:1")
    assert outcome == NotTaken("The server could not be reached.", again=True)


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
