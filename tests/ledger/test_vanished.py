"""A machine that vanishes while it holds the lock: the cable is pulled, and nobody says goodbye."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from batch_orders.errors import SubmitterBusy
from batch_orders.ledger import Ledger
from tests.harness.starts import PATIENCE, ROOT
from tests.ledger.batches import LIVE
from tests.ledger.own_server import own_server
from tests.ledger.postgres_server import PostgresServer, find_binaries

pytestmark = [pytest.mark.long, pytest.mark.postgres]

HERE, THERE = "10.213.77.1", "10.213.77.2"
HOLDER = """
import sys
from batch_orders.ledger import Ledger, postgres
# A tenth of the seconds, so that nobody waits for them. test_durable asks for the true ones.
postgres.SESSION |= {
    "tcp_keepalives_idle": "1", "tcp_keepalives_interval": "1", "tcp_keepalives_count": "1", "tcp_user_timeout": "2000"
}
with Ledger.open(sys.argv[1]).submitting(sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


def command(*words: str) -> bool:
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


@pytest.fixture
def away() -> Iterator[str]:
    """A network of its own, joined to this one by one cable. Making it takes the rights of root."""
    name, cable, end = (f"{kind}{os.getpid()}" for kind in ("away", "here", "there"))
    if not shutil.which("ip") or not command("ip", "netns", "add", name):
        pytest.skip("No network namespace can be made here.")
    inside = ("ip", "netns", "exec", name)
    made = (
        command("ip", "link", "add", cable, "type", "veth", "peer", "name", end)
        and command("ip", "link", "set", end, "netns", name)
        and command("ip", "addr", "add", f"{HERE}/24", "dev", cable)
        and command("ip", "link", "set", cable, "up")
        and command(*inside, "ip", "addr", "add", f"{THERE}/24", "dev", end)
        and command(*inside, "ip", "link", "set", end, "up")
    )
    try:
        if not made:
            pytest.skip("No network can be made here.")
        yield name
    finally:
        command("ip", "link", "del", cable)
        command("ip", "netns", "del", name)


def test_the_lock_of_a_machine_that_vanished_is_given_back(
    postgres_server: PostgresServer, away: str
) -> None:
    binaries = find_binaries()
    assert binaries
    with own_server(binaries, host=HERE) as server, closing(Ledger.open(server.url)) as ledger:
        words = ["ip", "netns", "exec", away, sys.executable, "-c", HOLDER, server.url_over_tcp, LIVE]
        with subprocess.Popen(
            words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as holder:
            try:
                assert holder.stdout and holder.stdout.readline() == "held\n"
                with pytest.raises(SubmitterBusy), ledger.submitting(LIVE):
                    pass
                assert command("ip", "link", "set", f"here{os.getpid()}", "down")
                wait_for_lock(ledger)
                assert holder.poll() is None
            finally:
                holder.kill()


def wait_for_lock(ledger: Ledger) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with ledger.submitting(LIVE):
                return
        except SubmitterBusy:
            assert time.monotonic() < deadline, "The lock was not given back."
        time.sleep(0.1)
