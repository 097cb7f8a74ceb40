"""The sandbox's trouble, each as it looks to a client on a real connection."""

from __future__ import annotations

import re
import socket
from contextlib import closing
from typing import Any

import pytest
import requests

from batch_orders.sandbox import TROUBLES, Sandbox, trouble
from tests.sandbox.client import API, KEY, order, send_raw, wait_until_taken


def post(sandbox: Sandbox, body: Any) -> requests.Response:
    url = f"{sandbox.base_url}{API}place-order?api_key={KEY}"
    return requests.post(url, json=body, allow_redirects=False, timeout=30)


def read_to_end(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def taken_domains(sandbox: Sandbox) -> list[str]:
    return [domain for taken in sandbox.orders for domain in taken.domains]


ANSWERS: dict[str, tuple[int, bool]] = {
    "rejected": (400, False),
    "hostile-text": (400, False),
    "echo-key": (400, False),
    "refused-by-body": (200, False),
    "refused-by-status": (200, False),
    "refused-key": (401, False),
    "unpaid": (402, False),
    "forbidden": (403, False),
    "error500": (500, False),
    "error500-after": (500, True),
    "error502": (502, False),
    "error503": (503, False),
    "error504": (504, True),
    "status-409": (409, False),
    "status-204": (204, False),
    "status-522": (522, False),
    "busy": (429, False),
    "always-busy": (429, False),
    "not-json": (200, True),
    "bare-list": (200, True),
    "no-verdict": (200, True),
    "empty": (200, True),
    "second-dialect": (200, True),
    "no-order-id": (200, True),
    "pending": (200, True),
    "failed": (200, True),
    "cancelled": (200, True),
    "secrets": (200, True),
    "unlisted": (200, True),
}
CLOSES_WITHOUT_ANSWER = {"drop-before": False, "drop-after": True, "drop-after-unlisted": True}
RESETS = {"reset": False, "reset-after": True}
UNREADABLE = ["cut", "bad-gzip", "bad-chunk"]
NEVER_ENDS = ["stall", "drip", "drip-header", "silent"]


def test_every_trouble_is_tested_here() -> None:
    tested = {*ANSWERS, *CLOSES_WITHOUT_ANSWER, *RESETS, *UNREADABLE, *NEVER_ENDS, "cut-header", "slow"}
    assert {re.sub(r"^status-\d+", "status-NNN", name) + "-" for name in tested} == set(TROUBLES)


@pytest.mark.parametrize(("name", "expected"), ANSWERS.items())
def test_trouble_that_answers(sandbox: Sandbox, name: str, expected: tuple[int, bool]) -> None:
    with requests.Session() as session:
        url = f"{sandbox.base_url}{API}place-order?api_key={KEY}"
        answer = session.post(url, json=order(f"{name}-shop.com"), timeout=30)
        assert (answer.status_code, len(sandbox.orders) == 1) == expected
        # The connection is still in step afterwards.
        assert session.post(url, json=order("plain.com"), timeout=30).json()["ok"] is True


def test_a_slow_order_is_answered_late(sandbox: Sandbox) -> None:
    assert post(sandbox, order("slow-shop.com")).elapsed.total_seconds() >= 1.5


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_has_none(sandbox: Sandbox, status: int) -> None:
    answer = post(sandbox, order(f"status-{status}-shop.com"))
    assert (answer.status_code, answer.content, "Content-Length" in answer.headers) == (status, b"", False)


@pytest.mark.parametrize(("name", "taken"), CLOSES_WITHOUT_ANSWER.items())
def test_trouble_that_closes_without_an_answer(sandbox: Sandbox, name: str, taken: bool) -> None:
    with closing(send_raw(sandbox, f"{name}-shop.com")) as connection:
        assert read_to_end(connection) == b""
    assert (len(sandbox.orders) == 1) is taken


@pytest.mark.parametrize(("name", "taken"), RESETS.items())
def test_trouble_that_resets_the_connection(sandbox: Sandbox, name: str, taken: bool) -> None:
    with (
        closing(send_raw(sandbox, f"{name}-shop.com")) as connection,
        pytest.raises(ConnectionResetError),
    ):
        read_to_end(connection)
    assert (len(sandbox.orders) == 1) is taken


@pytest.mark.parametrize("name", UNREADABLE)
def test_trouble_whose_answer_cannot_be_read(sandbox: Sandbox, name: str) -> None:
    broken = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)
    with pytest.raises(broken):
        post(sandbox, order(f"{name}-shop.com"))
    assert taken_domains(sandbox) == [f"{name}-shop.com"]


def test_a_header_can_be_cut(sandbox: Sandbox) -> None:
    with closing(send_raw(sandbox, "cut-header-shop.com")) as connection:
        answer = read_to_end(connection)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\n\r\n" not in answer
    assert taken_domains(sandbox) == ["cut-header-shop.com"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("drip", b"\r\n\r\n  "), ("drip-header", b"HTTP"), ("stall", b'\r\n\r\n{"ok": true')],
)
def test_trouble_that_answers_bit_by_bit(sandbox: Sandbox, name: str, expected: bytes) -> None:
    with closing(send_raw(sandbox, f"{name}-shop.com")) as connection:
        received = b""
        while expected not in received:
            piece = connection.recv(65536)
            assert piece, f"closed after {received!r}"
            received += piece
    assert not received.endswith(b"}")
    assert taken_domains(sandbox) == [f"{name}-shop.com"]


def test_a_silent_order_is_taken_and_gets_no_answer(sandbox: Sandbox) -> None:
    with closing(send_raw(sandbox, "silent-shop.com")) as connection:
        wait_until_taken(sandbox, 1)
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)


def test_busy_is_over_the_second_time(sandbox: Sandbox) -> None:
    first, second, other = (post(sandbox, order(name)) for name in ("busy-a.com", "busy-a.com", "busy-b.com"))
    assert first.json()["error"]["code"] == "RATE_LIMIT_EXCEEDED"
    assert (first.headers["Retry-After"], first.headers["X-RateLimit-Remaining"]) == ("1", "0")
    assert (second.status_code, other.status_code) == (200, 429)
    assert [post(sandbox, order("always-busy-a.com")).status_code for _ in range(3)] == [429] * 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_followed_redirect_is_seen(sandbox: Sandbox, status: int) -> None:
    answer = post(sandbox, order(f"status-{status}-shop.com"))
    assert (answer.status_code, answer.headers["Location"], sandbox.followed) == (status, "/elsewhere", 0)
    url = f"{sandbox.base_url}{API}place-order?api_key={KEY}"
    followed = requests.post(url, json=order(f"status-{status}-shop.com"), timeout=30)
    assert (followed.status_code, followed.json()["ok"], sandbox.followed) == (200, True, 1)
    assert len(sandbox.requests) == (3 if status in (307, 308) else 2)
    assert sandbox.orders == ()


def test_an_answer_can_hold_the_key(sandbox: Sandbox) -> None:
    assert KEY in post(sandbox, order("echo-key-shop.com")).json()["message"]


def test_a_message_can_be_a_formula(sandbox: Sandbox) -> None:
    message = post(sandbox, order("hostile-text-shop.com")).json()["message"]
    assert message.startswith("=")
    assert not message.isprintable()


def test_the_longest_beginning_wins_and_needs_its_hyphen() -> None:
    found = [
        trouble.find_trouble(domain)
        for domain in (
            "Drop-After-Unlisted-x.com",
            "drop-after-x.com",
            "busy.com",
            "busyness.com",
            "status-x.com",
        )
    ]
    assert found == ["drop-after-unlisted", "drop-after", None, None, None]


def test_any_domain_of_an_order_can_bring_trouble(sandbox: Sandbox) -> None:
    body = order("plain.com")
    body["domains"] += order("unpaid-shop.com")["domains"]
    assert post(sandbox, body).status_code == 402


def test_the_docstring_lists_every_trouble() -> None:
    assert all(f"| `{name}` | {says} |" in (trouble.__doc__ or "") for name, says in TROUBLES.items())
