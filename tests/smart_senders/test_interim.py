"""Each order gets its own answer: past interim ones, and never one that was left over on the connection."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from batch_orders.core.outcomes import NotTaken, Placed, Rejected, Unconfirmed
from batch_orders.errors import LookUpError
from batch_orders.smart_senders import ApiKey, Environment, SmartSenders
from tests.harness.command_line import KEY
from tests.harness.vendor import Behaviour, answer, hostile_server, make_order_body, place, send, then_close
from tests.smart_senders.certificates import make_certificate, server_context

INTERIM = (
    "100 Continue",
    "101 Switching Protocols",
    "102 Processing",
    "103 Early Hints",
    "110 Odd",
    "199 Odd",
)
NO = answer(b'{"status": "error", "message": "The vendor is unknown."}', "400 Bad Request")


def interim(status: str) -> bytes:
    """With headers that would say much if they were the final answer's."""
    return f"HTTP/1.1 {status}\r\nLink: </a>; rel=preload\r\nContent-Length: 5\r\n\r\n".encode()


def yes(order_id: str) -> bytes:
    return answer(b'{"ok": true, "order_id": "%s"}' % order_id.encode())


def one_by_one(*pieces: bytes) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return behave


def in_turn(behaviours: Sequence[Behaviour]) -> Behaviour:
    waiting = iter(behaviours)
    return lambda connection: next(waiting)(connection)


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("status", INTERIM)
def test_an_interim_answer_is_not_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str, secure: bool
) -> None:
    tls = None
    if secure:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate := make_certificate(tmp_path)))
        tls = server_context(certificate)
    behaviours = [
        one_by_one(interim(status), NO),
        one_by_one(interim("100 Continue"), interim(status), yes("two")),
        one_by_one(interim(status) * 3 + yes("three")),
        one_by_one(NO),
    ]
    with hostile_server(in_turn(behaviours), tls=tls) as server:
        url = f"{'https' if secure else 'http'}://127.0.0.1:{server.port}"
        no = Rejected("The vendor is unknown.")
        assert place(url, "one.com", "two.com", "three.com", "four.com") == [
            *(no, Placed("two"), Placed("three"), no)
        ]
        assert (server.seen.connections, len(server.seen.bodies)) == (1, 4)


@pytest.mark.parametrize("status", INTERIM)
def test_a_look_up_takes_no_interim_answer_for_its_own(status: str) -> None:
    behaviours = [one_by_one(interim(status), answer(b'["shop.com"]')), send(NO)]
    with (
        hostile_server(in_turn(behaviours)) as server,
        SmartSenders(Environment.at(server.base_url), ApiKey(KEY), 20.0) as client,
    ):
        assert set(client.list_domains().entries) == {"shop.com"}
        assert client.place_order(make_order_body()) == Rejected("The vendor is unknown.")


@pytest.mark.parametrize("cut", [1, 12, 30, 60, 200])
def test_an_interim_answer_without_a_final_one_proves_nothing(cut: int) -> None:
    with hostile_server(then_close(send((interim("103 Early Hints") * 2)[:cut]))) as server:
        (outcome,) = place(server.base_url)
    assert isinstance(outcome, Unconfirmed)


UNCLEAN = {
    "a status that proves nothing": answer(b"{}", "500 Oops"),
    "no end": b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}",
    "a body where there may be none": answer(b'{"ok": true}', "204 No Content"),
    "a redirect with a body": answer(b'{"ok": true}', "304 Not Modified"),
    "a contradiction": answer(b'{"ok": true, "errors": ["premium"]}'),
    "neither yes nor no": answer(b"{}"),
}


@pytest.mark.parametrize("name", UNCLEAN)
def test_nothing_is_read_from_a_connection_whose_answer_proved_nothing(name: str) -> None:
    """What the server says late may be about the first order."""
    late = one_by_one(UNCLEAN[name], yes("late"))
    with hostile_server(in_turn([late, send(NO)])) as server:
        first, second = place(server.base_url, "one.com", "two.com", timeout=1.0)
        assert isinstance(first, Unconfirmed)
        assert second == Rejected("The vendor is unknown.")
        assert server.seen.connections == 2


@pytest.mark.parametrize("wire", [*UNCLEAN.values(), answer(b"[null]"), answer(b"<html>")])
def test_a_look_up_that_failed_leaves_no_connection_behind(wire: bytes) -> None:
    behaviours = [one_by_one(wire, yes("late")), send(NO)]
    with (
        hostile_server(in_turn(behaviours)) as server,
        SmartSenders(Environment.at(server.base_url), ApiKey(KEY), 1.0) as client,
    ):
        with pytest.raises(LookUpError):
            client.list_domains()
        assert client.place_order(make_order_body()) == Rejected("The vendor is unknown.")
        assert server.seen.connections == 2


def test_a_clean_answer_keeps_its_connection() -> None:
    busy = answer(b"{}", "429 Too Many Requests")
    with hostile_server(in_turn([send(NO), send(busy), send(yes("three"))])) as server:
        kinds = [type(outcome) for outcome in place(server.base_url, "one.com", "two.com", "three.com")]
        assert kinds == [Rejected, NotTaken, Placed]
        assert server.seen.connections == 1
