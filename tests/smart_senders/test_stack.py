"""What the HTTP stack may not do by itself, and what it takes from its surroundings."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from batch_orders.core.outcomes import NotTaken, Placed
from batch_orders.errors import ConfigurationError
from batch_orders.smart_senders import ApiKey, Environment, SmartSenders
from tests.harness.command_line import KEY
from tests.harness.vendor import (
    Behaviour,
    Hostile,
    answer,
    drip,
    hostile_server,
    make_order_body,
    place,
    send,
    then_close,
)
from tests.smart_senders.certificates import make_certificate, server_context


def test_the_stack_has_no_retries_and_no_redirects_of_its_own() -> None:
    with SmartSenders(Environment.at("https://orders.example"), ApiKey(KEY), 1.0) as client:
        session = client._session
        assert session.trust_env is False
        for prefix in ("https://", "http://"):
            retries = session.get_adapter(f"{prefix}orders.example").max_retries  # type: ignore[attr-defined]
            assert retries.total == 0
            assert not retries.read
            assert not retries.redirect
            assert not retries.status
            assert not retries.other
            assert not retries.connect


ELSEWHERE = "orders.example"
"""A server that is not this machine's own: what is on loopback is never asked through a proxy."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hostile]:
    """Serves ELSEWHERE. No proxy is set, and none is left out."""
    for name in ("no_proxy", "NO_PROXY", "REQUEST_METHOD", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    certificate = make_certificate(tmp_path, ELSEWHERE)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with hostile_server(send(answer()), tls=server_context(certificate)) as running:
        yield running


def through(port: int, wire: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> Behaviour:
    """A proxy that answers CONNECT and then passes everything on to a port of this machine."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(wire)
        with socket.create_connection(("127.0.0.1", port)) as onward:
            connection.settimeout(0.05)
            onward.settimeout(0.05)
            while True:
                for here, there in ((connection, onward), (onward, connection)):
                    try:
                        piece = here.recv(65536)
                    except TimeoutError:
                        continue
                    if not piece:
                        return
                    there.sendall(piece)

    return behave


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
def test_a_proxy_of_the_surroundings_is_used(
    monkeypatch: pytest.MonkeyPatch, server: Hostile, variable: str
) -> None:
    with hostile_server(through(server.port)) as proxy:
        monkeypatch.setenv(variable, f"http://jane:secret@127.0.0.1:{proxy.port}")
        assert place(f"https://{ELSEWHERE}/base") == [Placed("7")]
        head = proxy.seen.heads[0]
        assert head.startswith(b"CONNECT orders.example:443 ")
        assert b"Proxy-Authorization: Basic " + base64.b64encode(b"jane:secret") in head
        # The proxy never learns the key.
        assert all(b"canary" not in head for head in proxy.seen.heads)
    assert server.seen.heads[0].startswith(b"POST /base/api/v1/smart-senders/place-order?api_key=")


def test_no_proxy_is_heeded(monkeypatch: pytest.MonkeyPatch, server: Hostile) -> None:
    def resolve(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]

    with hostile_server(send(answer())) as proxy:
        monkeypatch.setenv("https_proxy", proxy.base_url)
        monkeypatch.setenv("no_proxy", ELSEWHERE)
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        assert place(f"https://{ELSEWHERE}") == [Placed("7")]
        assert (proxy.seen.connections, server.seen.connections) == (0, 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST.", "127.1"])
@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_this_machine_is_never_asked_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, host: str, variable: str
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with hostile_server(send(answer())) as proxy, hostile_server(send(answer(b"[]"))) as own:
        monkeypatch.setenv(variable, proxy.base_url)
        with SmartSenders(Environment.at(f"http://{host}:{own.port}"), ApiKey(KEY), 20.0) as client:
            assert client.list_domains().entries == {}
            client.place_order(make_order_body())
        assert proxy.seen.connections == 0
        assert [head.split()[0] for head in own.seen.heads] == [b"GET", b"POST"]


def test_a_proxy_that_is_not_there_was_sent_nothing(monkeypatch: pytest.MonkeyPatch, server: Hostile) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    assert place(f"https://{ELSEWHERE}") == [NotTaken("The server could not be reached.", again=True)]


REFUSALS: dict[str, Behaviour] = {
    "asks who we are": send(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n"),
    "forbids": send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
    "cannot reach the server": send(b"HTTP/1.0 502 Bad Gateway\r\n\r\n<html>"),
    "closes": then_close(send(b"")),
    "closes within the handshake": then_close(send(b"HTTP/1.1 200 Connection established\r\n\r\n")),
    "speaks something else": send(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "drips": drip(b"HTTP/1.1 200 OK\r\nX-Padding: "),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_proxy_that_lets_nothing_through_was_sent_no_order(
    monkeypatch: pytest.MonkeyPatch, server: Hostile, name: str
) -> None:
    with hostile_server(REFUSALS[name]) as proxy:
        monkeypatch.setenv("https_proxy", proxy.base_url)
        begun = time.monotonic()
        (outcome,) = place(f"https://{ELSEWHERE}", timeout=1.0)
        assert time.monotonic() - begun < 15
        assert outcome == NotTaken(
            "The proxy let no connection to the server through, so nothing was sent.", again=True
        )
        assert all(head.startswith(b"CONNECT ") for head in proxy.seen.heads)


def test_a_netrc_file_adds_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login jane password secret\ndefault login jane password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    with hostile_server(send(answer())) as server:
        place(server.base_url)
        assert b"authorization" not in server.seen.heads[0].lower()


def test_a_cookie_does_not_carry_the_key_on() -> None:
    with hostile_server(send(answer(b'{"ok": true}', "200 OK", "Set-Cookie: seen=1"))) as server:
        place(server.base_url, "one.com", "two.com")
        assert len(server.seen.heads) == 2
        assert all(b"canary" not in line for head in server.seen.heads for line in head.split(b"\r\n")[1:])


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_certificates_that_cannot_be_used_are_told_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with pytest.raises(ConfigurationError, match=r"bundle\.pem cannot be used\. Nothing was sent"):
        place("https://orders.example")


@pytest.mark.parametrize("proxy", ["socks5://jane:secret@127.0.0.1:1", "http://jane:secret@", "odd://secret"])
def test_a_proxy_that_cannot_be_used_is_told_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(ConfigurationError, match="proxy that the environment names") as caught:
        place("https://orders.example")
    assert "secret" not in str(caught.value)
