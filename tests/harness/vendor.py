"""Vendors, and the clients that order from them.

Most tests order from the sandbox, chaos from tests.harness.counting_vendor. Here is a server of raw sockets, for
what no well-meant HTTP server can be brought to do.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from batch_orders.core.outcomes import Body, Outcome
from batch_orders.smart_senders import ApiKey, Environment, SmartSenders
from tests.harness.command_line import KEY

PATIENCE = 30.0
"""Seconds after which it gives up on a client that a broken deadline lets wait for ever."""
GOOD_BODY = b'{"ok": true, "data": [], "order_id": "7"}'


def answer(body: bytes = GOOD_BODY, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


@dataclass(slots=True)
class Seen:
    """What has reached the server: connections, and of each whole request its head and its body."""

    connections: int = 0
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


Behaviour = Callable[[socket.socket], None]
"""What happens on a connection after one whole request."""


def send(wire: bytes) -> Behaviour:
    return lambda connection: connection.sendall(wire)


def drip(wire: bytes, pause: float = 0.1) -> Behaviour:
    """One byte at a time, over and over, until the client has gone."""

    def behave(connection: socket.socket) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for byte in wire:
                connection.sendall(bytes([byte]))
                time.sleep(pause)
                if time.monotonic() > end:
                    break

    return behave


def then_close(behave: Behaviour) -> Behaviour:
    def close(connection: socket.socket) -> None:
        behave(connection)
        connection.shutdown(socket.SHUT_RDWR)

    return close


def stay_silent(connection: socket.socket) -> None:
    """Until the client has gone."""
    connection.settimeout(PATIENCE)
    while connection.recv(4096):
        pass


@dataclass(frozen=True, slots=True)
class Hostile:
    port: int
    seen: Seen

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def hostile_server(
    behave: Behaviour, tls: ssl.SSLContext | None = None, greet: Behaviour | None = None
) -> Iterator[Hostile]:
    """`greet` takes a connection over before anything of it was read."""
    seen = Seen()
    open_connections: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if greet:
                greet(connection)
                return
            stream = tls.wrap_socket(connection, server_side=True) if tls else connection
            with stream:
                while read_request(stream, seen):
                    behave(stream)

    def listen() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                seen.connections += 1
                open_connections.append(connection)
                threading.Thread(target=serve, args=[connection], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=listen, daemon=True).start()
        try:
            yield Hostile(listener.getsockname()[1], seen)
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            for connection in open_connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


def read_request(connection: socket.socket, seen: Seen) -> bool:
    """Read one whole request and note it. False where the client sends no more."""
    wire = b""
    while b"\r\n\r\n" not in wire:
        piece = connection.recv(65536)
        if not piece:
            return False
        wire += piece
    head, _, body = wire.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    length = int(fields.get(b"content-length", b"0"))
    while len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            return False
        body += piece
    seen.heads.append(head)
    seen.bodies.append(body)
    return True


def make_order_body(domain: str = "shop.com") -> Body:
    return {
        "vendor_id": 1,
        "domains": [{"domain_name": domain, "mailboxes": [f"jane@{domain}"]}],
        "forwarding_domain": "acmemail.org",
        "user_details": {"name": "Jane Doe"},
    }


def place(base_url: str, *domains: str, timeout: float = 20.0) -> list[Outcome]:
    """Place one order per domain, one after the other, over one client."""
    with SmartSenders(Environment.at(base_url), ApiKey(KEY), timeout) as client:
        return [client.place_order(make_order_body(domain)) for domain in domains or ("shop.com",)]
