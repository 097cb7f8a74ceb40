"""Connections that are dropped, hang, drip or never stand, over real sockets."""

from __future__ import annotations

import json
import socket
import struct
import time
from contextlib import ExitStack

import pytest

from batch_orders.core.outcomes import NotTaken, Placed, Unconfirmed
from tests.harness.vendor import Behaviour, answer, drip, hostile_server, place, send, stay_silent, then_close

pytestmark = pytest.mark.long


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
    "early hints without end": drip(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0.01),
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
