"""Orders over TLS: what is proven when it fails, and when."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from pathlib import Path

import pytest

from batch_orders.core.outcomes import NotTaken, Placed, Unconfirmed
from tests.harness.command_line import Machine, read_states
from tests.harness.hurried import hurry
from tests.harness.vendor import Behaviour, answer, drip, hostile_server, place, send, stay_silent, then_close
from tests.sheets import row
from tests.smart_senders.certificates import make_certificate, server_context

pytestmark = pytest.mark.long


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server whose certificate this process trusts."""
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    return server_context(certificate)


def test_an_order_goes_over_tls(trusted: ssl.SSLContext) -> None:
    with hostile_server(send(answer()), tls=trusted) as server:
        assert place(f"https://127.0.0.1:{server.port}", "one.com", "two.com") == [Placed("7")] * 2
        assert (server.seen.connections, len(server.seen.bodies)) == (1, 2)


@pytest.mark.parametrize(("address", "days"), [("127.0.0.1", 1), ("127.0.0.2", 1), ("127.0.0.1", -1)])
def test_a_bad_certificate_stops_the_batch_and_nothing_was_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, days: int
) -> None:
    """Signed by nobody; or trusted, but for another address, or no longer valid."""
    certificate = make_certificate(tmp_path, address, days)
    if (address, days) != ("127.0.0.1", 1):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with hostile_server(send(answer()), tls=server_context(certificate)) as server:
        (outcome,) = place(f"https://127.0.0.1:{server.port}")
        assert outcome == NotTaken("The server's certificate is not valid, so nothing was sent.", again=False)
        assert server.seen.heads == []
        assert server.seen.connections == 1


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def write_beneath(wire: bytes) -> Behaviour:
    """Bytes on the wire that are no TLS record, in the middle of a TLS connection."""

    def behave(connection: socket.socket) -> None:
        with socket.fromfd(connection.fileno(), connection.family, connection.type) as beneath:
            beneath.sendall(wire)
            beneath.shutdown(socket.SHUT_RDWR)

    return behave


AFTER_THE_BODY: dict[str, Behaviour] = {
    "closed": then_close(lambda _: None),
    "reset": reset,
    "a bad record": write_beneath(b"this is no TLS record at all"),
    "an alert": write_beneath(b"\x15\x03\x03\x00\x02\x02\x28"),
    "silence": stay_silent,
    "a drip": drip(b"HTTP/1.1 200 OK\r\nX: "),
}


@pytest.mark.parametrize("name", AFTER_THE_BODY)
def test_what_breaks_after_the_body_proves_nothing(trusted: ssl.SSLContext, name: str) -> None:
    with hostile_server(AFTER_THE_BODY[name], tls=trusted) as server:
        (outcome,) = place(f"https://127.0.0.1:{server.port}", timeout=1.0)
        assert isinstance(outcome, Unconfirmed)
        assert len(server.seen.bodies) == 1


NOT_SECURED = NotTaken("No secure connection to the server came about, so nothing was sent.", again=True)
HANDSHAKES: dict[str, Behaviour] = {
    "hangs": stay_silent,
    "drips": drip(b"\x16\x03\x03\x3f\xff" + b"\x02" * 16_000),
}


@pytest.mark.parametrize("name", HANDSHAKES)
def test_a_handshake_that_does_not_end_is_ended_by_the_deadline(name: str) -> None:
    with hostile_server(send(answer()), greet=HANDSHAKES[name]) as server:
        begun = time.monotonic()
        (outcome,) = place(f"https://127.0.0.1:{server.port}", timeout=1.0)
        assert time.monotonic() - begun < 15
        assert outcome == NOT_SECURED
        assert server.seen.connections == 1


def test_a_server_that_speaks_no_tls_takes_no_order() -> None:
    with hostile_server(send(answer())) as server:
        (outcome,) = place(f"https://127.0.0.1:{server.port}", timeout=2.0)
        assert outcome == NOT_SECURED
        assert server.seen.bodies == []


def test_a_run_stops_at_a_bad_certificate(buyer: Machine, tmp_path: Path) -> None:
    with hostile_server(send(answer()), tls=server_context(make_certificate(tmp_path))) as server:
        words = ("--base-url", f"https://127.0.0.1:{server.port}", "--ledger", "ledger.db")
        ended = buyer.order(row("shop.com"), row("good-shop.com"), words=words, before=hurry)
        assert server.seen.heads == []
    assert ended.code == 4
    assert ended.said["sheets"][0]["orders"]["not submitted"] == 2
    assert set(read_states(buyer.here / "ledger.db").values()) == {"planned"}
    assert "certificate" in ended.errors
