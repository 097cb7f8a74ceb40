"""What a worker tells people, over a real socket: of a paused account, of batches that failed, wait, or need them."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence

from batch_orders.notifications import notices
from batch_orders.notifications.notice import Notice
from tests.chaos.story import KILLED
from tests.harness.command_line import Machine
from tests.harness.counting_vendor import CountingVendor
from tests.harness.listener import Listener, listener
from tests.harness.mail_server import mail_server
from tests.queue.fleet import Fleet

__all__ = ["listener"]
ACCOUNTS = {name: f"canary-key-of-{name}" for name in ("acme", "bolt", "cork", "dorn", "edge")}
KILLS_ITS_WORKERS = """
    UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT job FROM queue_batches WHERE account = 'edge');
    UPDATE queue_batches SET begun_at = now(), rescues = 4 WHERE account = 'edge'
"""


def test_a_worker_tells_what_needs_a_person_and_what_to_type(
    machine: Machine, postgres_url: str, vendor: CountingVendor, listener: Listener
) -> None:
    fleet = Fleet(machine, postgres_url, vendor.base_url, ACCOUNTS)
    fleet.settle_in()
    with (machine.here / "batch-orders.toml").open("a") as settings:
        settings.write(f'[notify]\ntargets = ["{listener.target("/told")}"]\nwhen = "attention"\n')
    domains = {
        "acme": "unpaid-a.com",
        "bolt": "b.com",
        "cork": "reject-c.com",
        "dorn": "d.com",
        "edge": "e.com",
    }
    for account, domain in domains.items():
        fleet.enqueue(fleet.sheet(domain), account=account)
    # What it costs now is not known any more, and may be more than was approved.
    fleet.ask("UPDATE orders SET price = '1.00', currency = 'USD' WHERE account = 'bolt'")
    for statement in KILLS_ITS_WORKERS.split(";"):
        fleet.ask(statement)
    assert fleet.work_until_empty().code == 0
    batches = {line.account: line.id for line in fleet.ask("SELECT account, id FROM batches")}
    told = {
        account: next(m for m in listener.messages if f"(account {account})" in m["message"])
        for account in ("acme", "bolt", "cork", "edge")
    }
    # Of the one that needs nobody, nobody is told.
    assert len(listener.messages) == len(told)
    assert "There is no money left" in told["acme"]["message"]
    assert "batch-orders account acme --go-on" in told["acme"]["message"]
    assert f"batch-orders resume {batches['bolt']}" in told["bolt"]["message"]
    assert "rejected reject-c.com: This domain is not for sale." in told["cork"]["message"]
    assert f"batch-orders report {batches['cork']}" in told["cork"]["message"]
    assert "5 workers in a row ended" in told["edge"]["message"]
    assert f"batch-orders resume {batches['edge']}" in told["edge"]["message"]
    heard = str(listener.heard)
    assert not [secret for secret in (*ACCOUNTS.values(), "Jane Doe") if secret in heard]


def test_what_a_dead_worker_had_to_tell_is_told_by_the_next_and_by_mail(
    machine: Machine, postgres_url: str, vendor: CountingVendor
) -> None:
    fleet = Fleet(machine, postgres_url, vendor.base_url)
    fleet.settle_in()
    with mail_server() as mail:
        with (machine.here / "batch-orders.toml").open("a") as settings:
            settings.write(f'[notify]\ntargets = ["{mail.target("ops@example.com")}"]\n')
        fleet.enqueue(fleet.sheet("reject-c.com"))
        assert machine.run("worker", "--until-empty", before=die_before_telling).code == KILLED
        assert fleet.jobs() == [("succeeded", "done")]
        # A message that may be on its way is left to whoever sends it.
        assert fleet.work_until_empty().code == 0
        assert mail.letters == []
        fleet.ask("UPDATE queue_batches SET owed_at = owed_at - interval '1 hour'")
        for _ in range(2):
            assert fleet.work_until_empty().code == 0
        (letter,) = mail.letters
    assert (letter["To"], letter["Subject"]) == (
        "ops@example.com",
        "batch-orders: 1 of 1 sheet needs a person",
    )
    body = letter.get_body(("plain", "html"))
    assert body
    assert "rejected reject-c.com: This domain is not for sale." in body.get_content()


def die_before_telling() -> None:
    """For `before` of a start."""

    def die(notice: Notice, targets: Sequence[str]) -> tuple[str, ...]:
        os.kill(os.getpid(), signal.SIGKILL)
        return ()

    notices.send_notice = die
