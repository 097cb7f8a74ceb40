"""The server's socket, and the words of its pages."""

from __future__ import annotations

import socket

import pytest

from batch_orders.web.render import size
from batch_orders.web.server import listen


def test_no_answer_waits_for_the_browser_between_its_parts() -> None:
    """On a connection that stays open, each page took 40 ms more."""
    with (
        listen("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 kB"), (1, "1 kB"), (1024, "1 kB"), (1025, "2 kB"), (1 << 20, "1.0 MB")]
)
def test_only_an_empty_file_is_told_to_have_no_kilobytes(number: int, told: str) -> None:
    assert size(number) == told
