"""What people see of the queue, and how they act on it."""

from __future__ import annotations

from tests.harness.command_line import pasted
from tests.harness.counting_vendor import CountingVendor
from tests.harness.json_forms import held
from tests.ledger.postgres_server import PostgresServer
from tests.queue.fleet import Fleet


def test_status_shows_what_waits_and_runs_and_who_works(fleet: Fleet, vendor: CountingVendor) -> None:
    fleet.enqueue(fleet.sheet("one.com", "hold-two.com", "three.com"))
    fleet.enqueue(fleet.sheet("four.com"))
    (account,) = fleet.status()["accounts"]
    assert (account["account"], account["waiting"], account["running"]) == ("default", 2, None)
    assert account["oldest_wait_seconds"] > 0
    assert fleet.status()["workers"] == []
    with fleet.worker():
        fleet.wait_for(lambda: "hold-two.com" in vendor.seen())
        said = held("status_of_queue", fleet.machine.run("status", "--queue", "--json"))
        (account,), (worker,) = said["accounts"], said["workers"]
        assert account["waiting"] == 1
        assert (account["running"]["sent"], account["running"]["orders"]) == (1, 3)
        assert account["running"]["worker"] == worker["worker"]
        assert worker["last_beat_seconds"] < 30
        shown = fleet.machine.run("status", "--queue")
        assert "1 of 3" in shown.output
        vendor.release()
        fleet.wait_for(lambda: fleet.jobs() == [("succeeded", "done")] * 2)


def test_an_account_that_cannot_pay_is_paused_until_a_person_lets_it_go_on(
    fleet: Fleet, vendor: CountingVendor
) -> None:
    fleet.enqueue(fleet.sheet("unpaid-one.com"))
    fleet.enqueue(fleet.sheet("two.com"))
    assert fleet.work_until_empty().code == 0
    assert vendor.seen() == {}
    (account,) = held("status_of_queue", fleet.machine.run("status", "--queue", "--json"))["accounts"]
    assert (account["waiting"], account["paused"]["reason"]) == (2, "vendor")
    assert pasted(fleet.machine.run("status", "--queue")) == [["account", "default", "--go-on"], ["worker"]]
    assert fleet.machine.run("doctor", "--queue").code == 1
    vendor.release()
    assert fleet.machine.run("account", "default", "--go-on").code == 0
    assert fleet.machine.run("account", "default", "--go-on").code == 2
    assert fleet.work_until_empty().code == 0
    assert list(vendor.seen()) == ["unpaid-one.com", "two.com"]


def test_what_costs_more_than_was_approved_waits_for_a_person_and_is_not_sent(
    fleet: Fleet, vendor: CountingVendor
) -> None:
    fleet.enqueue(fleet.sheet("one.com"))
    fleet.enqueue(fleet.sheet("two.com"))
    # The vendor does not say any more what it costs: that may be more.
    fleet.ask("UPDATE orders SET price = '1.00', currency = 'USD' WHERE domain = 'one.com'")
    assert fleet.work_until_empty().code == 0
    assert vendor.seen() == {"two.com": 1}
    assert fleet.jobs() == [("succeeded", "waiting for approval"), ("succeeded", "done")]
    (batch,) = fleet.ask("SELECT id FROM batches WHERE sheet = 'one.com.csv'")
    assert "waiting for approval" in fleet.machine.run("report", batch.id).output
    assert fleet.machine.run("resume", batch.id, "--yes").code == 0
    assert vendor.seen() == {"two.com": 1, "one.com": 1}


def test_what_waits_can_be_cancelled_and_is_not_bought(fleet: Fleet, vendor: CountingVendor) -> None:
    sheet = fleet.sheet("one.com")
    fleet.enqueue(sheet)
    fleet.enqueue(fleet.sheet("two.com"))
    cancelled = fleet.machine.run("cancel", sheet)
    assert cancelled.code == 0
    (report,) = pasted(cancelled)
    assert fleet.machine.run(*report).code == 0
    assert fleet.machine.run("cancel", sheet).code == 2
    assert fleet.work_until_empty().code == 0
    assert vendor.seen() == {"two.com": 1}
    (batch,) = fleet.ask("SELECT id, stop_sentence FROM batches WHERE sheet = 'one.com.csv'")
    assert "taken out of the queue" in batch.stop_sentence


def test_what_runs_is_stopped_after_the_order_in_flight(fleet: Fleet, vendor: CountingVendor) -> None:
    sheet = fleet.sheet("hold-one.com", "two.com")
    fleet.enqueue(sheet)
    with fleet.worker():
        fleet.wait_for(lambda: "hold-one.com" in vendor.seen())
        assert fleet.machine.run("cancel", sheet).code == 0
        # The worker looks for that more often than it beats, and then every wait of it ends.
        asked = "SELECT 1 FROM procrastinate_jobs WHERE abort_requested"
        fleet.wait_for(lambda: bool(fleet.ask(asked)))
        polls = "SELECT last_heartbeat FROM procrastinate_workers"
        fleet.wait_for_changes(polls, 3)
        vendor.release()
        fleet.wait_for(lambda: fleet.jobs() == [("aborted", "cancelled")])
    assert vendor.seen() == {"hold-one.com": 1}


def test_doctor_serves_as_a_probe(fleet: Fleet) -> None:
    none = fleet.machine.run("doctor", "--queue")
    assert none.code == 1
    assert "There is none yet" in none.output
    with fleet.worker():
        fleet.wait_for(lambda: bool(fleet.ask("SELECT to_regclass('queue_workers') AS made")[0].made))
        fleet.wait_for(lambda: bool(fleet.ask("SELECT * FROM queue_workers")))
        found = fleet.machine.run("doctor", "--queue")
    wrong = [line for line in found.output.splitlines() if line.startswith("to mend")]
    # The server of the tests itself forgets what it was told when it loses its power.
    assert all("PostgreSQL runs with" in line for line in wrong), found.output
    assert "heard of" in found.output


def test_a_ledger_is_not_copied_while_batches_wait(fleet: Fleet, postgres_server: PostgresServer) -> None:
    fleet.enqueue(fleet.sheet("one.com"))
    refused = fleet.machine.run("copy-ledger", postgres_server.new_database())
    assert refused.code == 2
    assert "wait in the queue" in refused.errors
    assert fleet.work_until_empty().code == 0
    assert fleet.machine.run("copy-ledger", postgres_server.new_database()).code == 0
