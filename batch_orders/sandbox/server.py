"""The sandbox as an HTTP/1.1 server on loopback, and the handle to it."""

from __future__ import annotations

import contextlib
import errno
import json
import re
import select
import socket
import socketserver
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from batch_orders.sandbox.endpoints import API, Request, route
from batch_orders.sandbox.replies import Ending, Reply, answer
from batch_orders.sandbox.staged import ELSEWHERE
from batch_orders.sandbox.store import Store, TakenOrder

_HOST = "127.0.0.1"
_BODY_LIMIT = 16 * 1024 * 1024
_LENGTH = re.compile(r"[0-9]{1,15}")
_STEP = 0.05
_LISTENER_STEP = 0.01
_STOP_PATIENCE = 5.0
_TAKES_BODIES = frozenset({f"{API}place-order", ELSEWHERE})
_NONE_BROKEN: Mapping[str, int] = MappingProxyType({})


class PortError(OSError):
    """The sandbox cannot listen on the port."""


class PortInUse(PortError):
    """Another program listens on the port."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox. Use it as a context manager, or call `stop`."""

    base_url: str
    _server: _Server

    @property
    def orders(self) -> tuple[TakenOrder, ...]:
        """The orders that count as bought, in the order in which they were taken."""
        return self._server.store.orders

    @property
    def requests(self) -> tuple[Any, ...]:
        """Every posted order that arrived whole, refused ones too: parsed JSON, or text where it is none."""
        return self._server.store.requests

    @property
    def followed(self) -> int:
        """How many times a client followed a staged redirect."""
        return self._server.store.followed

    def wait(self) -> None:
        """Return when the sandbox has been stopped, by whatever thread."""
        # In steps, because on some systems a signal does not interrupt an endless wait.
        while not self._server.stopping.wait(0.5):
            pass

    def stop(self) -> None:
        """Close every connection and return when no thread is left. Stopping twice is harmless."""
        self._server.stop()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_sandbox(
    port: int = 0, *, latency: float = 0.0, broken: Mapping[str, int] = _NONE_BROKEN
) -> Sandbox:
    """Start a sandbox on 127.0.0.1 and return at once; port 0 picks a free one.

    Every answer comes `latency` seconds late. `broken` maps an endpoint, such as
    "get-domain-list", to the status that it always answers with, such as 404.
    Raises PortInUse, or PortError where the system forbids the port or it does not exist.
    """
    try:
        server = _Server(port, latency, broken)
    except (OSError, OverflowError) as error:
        raise _port_error(port, error) from None
    server.start()
    return Sandbox(f"http://{_HOST}:{server.server_address[1]}", server)


def serve(port: int, on_ready: Callable[[str], None], *, latency: float = 0.0) -> None:
    """Run a sandbox until the caller's signal handler raises; `on_ready` gets its base URL."""
    with start_sandbox(port, latency=latency) as sandbox:
        on_ready(sandbox.base_url)
        sandbox.wait()


def _port_error(port: int, error: OSError | OverflowError) -> PortError:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return PortInUse(f"Port {port} is in use by another program. Choose another, or 0 for any free port.")
    return PortError(f"Port {port} cannot be used: {error}. Choose another, or 0 for any free port.")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, latency: float, broken: Mapping[str, int]) -> None:
        self.store = Store()
        self.latency = latency
        self.broken = dict(broken)
        self.stopping = threading.Event()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._guard = threading.Lock()
        super().__init__((_HOST, port), _Handler)
        self._listener = threading.Thread(
            target=self.serve_forever, args=(_LISTENER_STEP,), name="sandbox", daemon=True
        )

    def start(self) -> None:
        self._listener.start()

    def stop(self) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()
        self._listener.join(_STOP_PATIENCE)
        with self._guard:
            connections = dict(self._connections)
        for connection, thread in connections.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(_STOP_PATIENCE)

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), name="sandbox", daemon=True
        )
        with self._guard:
            self._connections[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._guard:
            self._connections.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that goes away is what clients do; anything else is a fault of the sandbox.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # Without it, keep-alive answers would wait up to 40 ms for the client's acknowledgement.
    disable_nagle_algorithm = True

    def answer_request(self) -> None:
        body = self._read_body()
        if body is None:
            return
        path, _, query = self.path.partition("?")
        if self.command == "POST" and path in _TAKES_BODIES:
            self.server.store.record_request(_parse(body))
        if self.server.stopping.wait(self.server.latency):
            self.close_connection = True
            return
        fields = dict(parse_qsl(query, keep_blank_values=True))
        content_type = self.headers.get_content_type() if "Content-Type" in self.headers else ""
        request = Request(self.command, path, fields, content_type, body)
        self._send(route(request, self.server.store, self.server.broken))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer_request  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged: the request line holds the API key."""

    def _read_body(self) -> bytes | None:
        """The body, or None where there is no whole one; then the connection ends."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not _LENGTH.fullmatch(length):
            self._refuse_body(411, "Send the body with a Content-Length.")
            return None
        if int(length) > _BODY_LIMIT:
            self._refuse_body(413, "The body is too large.")
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            return None
        return body

    def _refuse_body(self, status: int, message: str) -> None:
        self._send(answer(status, {"message": message}))
        self.close_connection = True

    def _send(self, reply: Reply) -> None:
        sent = self._write(reply)
        if not sent or reply.ending is not Ending.KEEP:
            self.close_connection = True
        if reply.ending is Ending.RESET:
            self._reset()

    def _write(self, reply: Reply) -> bool:
        """Write everything at its time. False if the client or the sandbox went away before the end."""
        if not self._client_stays(reply.delay):
            return False
        for position, piece in enumerate(reply.writes):
            if position and not self._client_stays(reply.pace):
                return False
            self.wfile.write(piece)
        return True

    def _client_stays(self, seconds: float) -> bool:
        """Wait so long. False as soon as the client has closed or the sandbox is being stopped."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if self.server.stopping.wait(min(left, _STEP)) or self._client_has_closed():
                return False
        return True

    def _client_has_closed(self) -> bool:
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The reader holds the socket open, and the server's own shutdown would send a FIN first.
        self.rfile.close()
        self.connection.close()


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
