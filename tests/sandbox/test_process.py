"""How the sandbox starts, stops and runs as a process of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from typing import Any

import pytest
import requests

from batch_orders.sandbox import PortError, PortInUse, Sandbox, serve, start_sandbox
from tests.sandbox.client import API, KEY, order, port_of, send_raw, wait_until_taken


def test_a_port_in_use_is_told_in_a_sentence(sandbox: Sandbox) -> None:
    with pytest.raises(PortInUse, match=rf"^Port {port_of(sandbox)} is in use by another program\. "):
        start_sandbox(port_of(sandbox))
    with pytest.raises(PortError, match=r"^Port 70000 cannot be used"):
        start_sandbox(70000)


def test_only_loopback_is_served(sandbox: Sandbox) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port_of(sandbox)), timeout=30)


def test_stopping_leaves_no_thread_and_frees_the_port() -> None:
    before = set(threading.enumerate())
    sandbox = start_sandbox()
    waiting = [send_raw(sandbox, f"{name}-shop.com") for name in ("silent", "drip", "drip-header", "stall")]
    idle = socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=30)
    wait_until_taken(sandbox, len(waiting))
    sandbox.stop()
    sandbox.stop()
    assert set(threading.enumerate()) <= before
    for connection in (*waiting, idle):
        connection.close()
    with start_sandbox(port_of(sandbox)) as again:
        assert again.base_url == sandbox.base_url


def test_serve_ends_when_the_caller_is_interrupted() -> None:
    urls: list[str] = []

    def interrupt(base_url: str) -> None:
        urls.append(base_url)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve(0, interrupt)
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(urls[0], timeout=30)


def run_module(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "batch_orders.sandbox", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_it_runs_as_a_process_and_never_prints_the_key(name: str) -> None:
    with run_module() as process:
        assert process.stdout is not None
        base_url = process.stdout.readline().strip()
        place = f"{base_url}{API}place-order?api_key={KEY}"
        for domain in ("acmemail.com", "echo-key-shop.com", "unlisted-shop.com"):
            requests.post(place, json=order(domain), timeout=30)
        requests.request(KEY, f"{base_url}/{KEY}?api_key={KEY}", timeout=30)
        seen: dict[str, Any] = requests.get(f"{base_url}/sandbox/seen", timeout=30).json()
        process.send_signal(signal.Signals[name])
        rest = process.communicate(timeout=30)
    assert process.returncode == 0
    assert rest == ("", "")
    assert len(seen["requests"]) == 3
    assert [taken["order_id"] for taken in seen["orders"]] == ["100001", "100002"]


def test_as_a_process_it_tells_of_a_port_in_use(sandbox: Sandbox) -> None:
    with run_module("--port", str(port_of(sandbox))) as process:
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (2, "")
    assert errors.startswith(f"Port {port_of(sandbox)} is in use")
    assert "Traceback" not in errors


def test_it_imports_nothing_of_the_project() -> None:
    script = (
        "import sys, batch_orders.sandbox; print(*(m for m in sys.modules if m.startswith('batch_orders')))"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    foreign = [name for name in output.split() if not name.startswith("batch_orders.sandbox")]
    assert foreign == ["batch_orders"]
