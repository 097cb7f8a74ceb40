"""A Smart Senders that counts, in a process of its own: what it has taken is the truth that a ledger must match.

It takes every order that arrives whole, and remembers whose key it came with. A domain that begins with `drop-`
then gets no answer, one that begins with `reject-` is refused and not taken. One that begins with `hold-` is answered,
and one that begins with `unpaid-` taken, after GET /release and not before. GET /seen tells how often it took each
domain, GET /keys with which key, GET /moments when each order arrived, GET /overlaps which keys had two orders under
way at a time.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from tests.harness.starts import ROOT, Start, begin

API = "/api/v1/smart-senders/"
SLOWEST = 0.02
"""Seconds: an answer takes up to so long, so that a kill can fall between order and answer."""

taken: Counter[str] = Counter()
keys: dict[str, str] = {}
moments: list[float] = []
under_way: Counter[str] = Counter()
overlaps: set[str] = set()
released = threading.Event()
guard = threading.Lock()


class Counting(BaseHTTPRequestHandler):
    listed: bool
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        key = parse_qs(urlsplit(self.path).query)["api_key"][0]
        with guard:
            under_way[key] += 1
            if under_way[key] > 1:
                overlaps.add(key)
        try:
            self.take(key)
        finally:
            with guard:
                under_way[key] -= 1

    def take(self, key: str) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        domain = json.loads(body)["domains"][0]["domain_name"]
        with guard:
            moments.append(time.monotonic())
        if domain.startswith("unpaid-") and not released.is_set():
            self.answer(402, {"message": "There is no money left."})
            return
        if domain.startswith("reject-"):
            self.answer(400, {"status": "error", "message": "This domain is not for sale."})
            return
        with guard:
            taken[domain] += 1
            keys[domain] = key
            number = taken.total()
        time.sleep(random.uniform(0, SLOWEST))
        if domain.startswith("hold-"):
            released.wait()
        if domain.startswith("drop-"):
            self.close_connection = True
            return
        self.answer(200, {"ok": True, "data": [], "order_id": str(number)})

    def do_GET(self) -> None:
        with guard:
            seen, used, arrived = dict(taken), dict(keys), list(moments)
        if self.path in ("/seen", "/keys"):
            self.answer(200, seen if self.path == "/seen" else used)
        elif self.path in ("/moments", "/overlaps"):
            self.answer(200, arrived if self.path == "/moments" else sorted(overlaps))
        elif self.path == "/release":
            released.set()
            self.answer(200, {})
        elif self.listed and self.path.startswith(f"{API}get-domain-list"):
            self.answer(200, [{"domain_name": domain, "order_id": "1"} for domain in seen])
        else:
            self.answer(404, {"message": "Not found"})

    def answer(self, status: int, said: Any) -> None:
        body = json.dumps(said).encode()
        self.wfile.write(
            f"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Nothing: the request line holds the key."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(listed: bool) -> None:
    """Print the base URL and serve until killed."""
    server = Server(("127.0.0.1", 0), type("OneCounting", (Counting,), {"listed": listed}))
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


class CountingVendor:
    """`listed` says whether it has get-domain-list; without it nothing can be looked up."""

    def __init__(self, listed: bool) -> None:
        self._process = begin(Start([], ROOT, dict(os.environ), program=partial(serve, listed)))
        assert self._process.stdout
        self.base_url = self._process.stdout.readline().strip()

    def seen(self) -> dict[str, int]:
        """Domain → how many orders for it the vendor has taken."""
        answer = requests.get(f"{self.base_url}/seen", timeout=30)
        seen: dict[str, int] = answer.json()
        return seen

    def keys(self) -> dict[str, str]:
        """Domain → the key that it was bought with."""
        used: dict[str, str] = requests.get(f"{self.base_url}/keys", timeout=30).json()
        return used

    def moments(self) -> list[float]:
        """When each order arrived, in seconds from some moment on."""
        arrived: list[float] = requests.get(f"{self.base_url}/moments", timeout=30).json()
        return arrived

    def overlaps(self) -> list[str]:
        """The keys that had two orders under way at a time."""
        found: list[str] = requests.get(f"{self.base_url}/overlaps", timeout=30).json()
        return found

    def release(self) -> None:
        """Answer what is held, and take what was not paid."""
        requests.get(f"{self.base_url}/release", timeout=30)

    def stop(self) -> None:
        self._process.close()
