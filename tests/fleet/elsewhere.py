"""What a process does that is to be on another machine. A forked process finds it by its name."""

from __future__ import annotations

from batch_orders.ledger import postgres
from tests.harness.network import Network


def hurry() -> None:
    """A tenth of the seconds, so that nobody waits for them. tests/ledger/test_durable asks for the true ones."""
    postgres.SESSION |= {
        "tcp_keepalives_idle": "1",
        "tcp_keepalives_interval": "1",
        "tcp_keepalives_count": "1",
        "tcp_user_timeout": "2000",
    }
    postgres.CLIENT |= {
        "connect_timeout": 2,
        "keepalives_idle": 1,
        "keepalives_count": 1,
        "tcp_user_timeout": 2000,
    }


def go_away(away: Network, hurried: bool) -> None:
    """The process is on the other machine from here on."""
    if hurried:
        hurry()
    away.enter()
