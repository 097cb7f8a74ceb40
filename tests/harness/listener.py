"""A listener on loopback: what notification targets, monitors and vendors hear."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

PATIENCE = 60.0


@dataclass(slots=True)
class Listener:
    """`base` is its address. A path with "refuse" is answered 403, with "redirect" 302, with "hang" never.

    Where `longest` is given, a call with more bytes than that is answered 400.
    """

    base: str = ""
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    longest: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    date: str = field(default_factory=lambda: format_datetime(datetime.now(UTC), usegmt=True))

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.heard]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.heard]

    def target(self, path: str = "/") -> str:
        """Its address as an Apprise URL."""
        return self.base.replace("http://", "json://") + path


class Handler(BaseHTTPRequestHandler):
    listener: Listener

    def do_GET(self) -> None:
        listener = self.listener
        heard = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if listener.longest and len(heard) > listener.longest:
            self.send_error(400)
            return
        listener.heard.append((self.path, heard))
        if "hang" in self.path:
            listener.over.wait(PATIENCE)
            return
        self.send_response_only(403 if "refuse" in self.path else 302 if "redirect" in self.path else 200)
        if "redirect" in self.path:
            self.send_header("Location", f"{listener.base}/elsewhere")
        self.send_header("Date", listener.date)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Nothing: the tests look at what was heard."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    heard = Listener()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"listener": heard}))
    heard.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield heard
    finally:
        heard.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
