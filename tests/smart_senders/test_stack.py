"""What the HTTP stack may not do by itself, and what it takes from its surroundings."""

from __future__ import annotations

import base64
import socket
import time
from pathlib import Path

import pytest

from batch_orders.core.outcomes import NotTaken, Placed, Unconfirmed
from batch_orders.errors import ConfigurationError
from batch_orders.smart_senders import ApiKey, Environment, SmartSenders
from tests.harness.command_line import KEY
from tests.harness.vendor import answer, drip, hostile_server, place, send
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


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_a_proxy_of_the_surroundings_is_used(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    for name in ("no_proxy", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
    with hostile_server(send(answer())) as proxy:
        monkeypatch.setenv(variable, f"http://jane:secret@127.0.0.1:{proxy.port}")
        assert place("http://127.0.0.1:9/base") == [Placed("7")]
        head = proxy.seen.heads[0]
        assert head.startswith(b"POST http://127.0.0.1:9/base/api/v1/smart-senders/place-order?api_key=")
        assert b"Proxy-Authorization: Basic " + base64.b64encode(b"jane:secret") in head


def test_no_proxy_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    with hostile_server(send(answer())) as proxy, hostile_server(send(answer())) as server:
        monkeypatch.setenv("http_proxy", proxy.base_url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert place(server.base_url) == [Placed("7")]
        assert (proxy.seen.connections, server.seen.connections) == (0, 1)


def test_a_proxy_that_is_not_there_was_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert place("http://127.0.0.1:9") == [NotTaken("The server could not be reached.", again=True)]


def through(port: int, wire: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> object:
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


def test_tls_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    monkeypatch.delenv("no_proxy", raising=False)
    with (
        hostile_server(send(answer()), tls=server_context(certificate)) as server,
        hostile_server(through(server.port)) as proxy,  # type: ignore[arg-type]
    ):
        monkeypatch.setenv("https_proxy", proxy.base_url)
        assert place(f"https://127.0.0.1:{server.port}") == [Placed("7")]
        assert proxy.seen.heads[0].startswith(b"CONNECT 127.0.0.1:")
        # The proxy never learns the key.
        assert all(b"canary" not in head for head in proxy.seen.heads)


@pytest.mark.parametrize(
    "behave",
    [drip(b"HTTP/1.1 200 OK\r\nX-Padding: "), send(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")],
    ids=["drips", "refuses"],
)
def test_a_proxy_that_lets_nothing_through_ends_in_time(
    monkeypatch: pytest.MonkeyPatch, behave: object
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    with hostile_server(behave) as proxy:  # type: ignore[arg-type]
        monkeypatch.setenv("https_proxy", proxy.base_url)
        begun = time.monotonic()
        (outcome,) = place("https://orders.example", timeout=1.0)
        assert time.monotonic() - begun < 15
        assert isinstance(outcome, NotTaken | Unconfirmed)
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
