"""A client of the sandbox that speaks to it as it likes, below any library."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

from batch_orders.sandbox import Sandbox

API = "/api/v1/smart-senders/"
KEY = "canary-5f1e"


def order(domain: str) -> dict[str, Any]:
    return {
        "vendor_id": 1,
        "domains": [{"domain_name": domain, "mailboxes": [f"john@{domain}"]}],
        "forwarding_domain": "smartlead.ai",
        "user_details": {"name": "John Doe"},
    }


def send_raw(sandbox: Sandbox, domain: str) -> socket.socket:
    """The connection after one whole place-order request."""
    data = json.dumps(order(domain)).encode()
    head = (
        f"POST {API}place-order?api_key={KEY} HTTP/1.1\r\nHost: sandbox\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=30)
    connection.sendall(head.encode() + data)
    return connection


def port_of(sandbox: Sandbox) -> int:
    return int(sandbox.base_url.rpartition(":")[2])


def wait_until_taken(sandbox: Sandbox, count: int) -> None:
    while len(sandbox.orders) < count:
        time.sleep(0.01)
