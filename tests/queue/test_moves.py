"""What becomes of batches in the queue, move by move, on a real database without any worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from batch_orders.core.retries import Next
from batch_orders.core.stops import Stop, StopReason
from batch_orders.ledger import Ledger
from batch_orders.queue import QueuedBatch, moves, schema
from batch_orders.queue.state import is_over, read_queue
from batch_orders.queue.waiting import enqueue
from tests.ledger.batches import LIVE, store_batch

INTERRUPTED = Stop(StopReason.INTERRUPTED, "Interrupted.")
DEAD_AFTER = 30.0
ANY_AGE = 0.0


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    opened = Ledger.open(postgres_url)
    schema.prepare(opened)
    yield opened
    opened.close()


def put_in(ledger: Ledger, *domains: str, account: str = "") -> str:
    batch = store_batch(ledger, *domains, started=False, account=account)
    with ledger.transaction() as connection:
        enqueue(connection, [QueuedBatch(batch, LIVE, account, batch, "june.csv")])
    return batch


def register(ledger: Ledger) -> int:
    with ledger.transaction() as connection:
        return int(
            connection.execute(text("SELECT worker_id FROM procrastinate_register_worker_v1()")).scalar_one()
        )


def fetch(ledger: Ledger, worker: int) -> int | None:
    """The job that the engine gives a worker next, of any account."""
    with ledger.transaction() as connection:
        fetched = text("SELECT id FROM procrastinate_fetch_job_v2(NULL, :worker)")
        job: int | None = connection.execute(fetched, {"worker": worker}).scalar()
        return job


def settle(ledger: Ledger, job: int | None, worker: int, stop: Stop | None) -> Next | None:
    assert job
    with ledger.transaction() as connection:
        settled = moves.settle(connection, job, worker, stop)
    return settled.decision.next if settled else None


def rescue(ledger: Ledger, dead_after: float = ANY_AGE) -> list[moves.Settled]:
    with ledger.transaction() as connection:
        return moves.rescue(connection, dead_after)


def test_a_batch_that_waits_for_later_holds_up_those_of_its_account_and_no_others(ledger: Ledger) -> None:
    put_in(ledger, "one.com", account="acme")
    put_in(ledger, "two.com", account="acme")
    put_in(ledger, "three.com", account="bolt")
    worker = register(ledger)
    first = fetch(ledger, worker)
    assert settle(ledger, first, worker, Stop(StopReason.NEVER_SENT, "Not reached.")) is Next.AGAIN
    third = fetch(ledger, worker)
    assert settle(ledger, third, worker, None) is Next.DONE
    # The second one of acme is not given out before the first: it is what keeps the order.
    assert fetch(ledger, worker) is None
    assert read_queue(ledger).accounts[0].waiting == 2


def test_only_who_has_a_batch_in_hand_settles_it(ledger: Ledger) -> None:
    put_in(ledger, "one.com")
    lost, other = register(ledger), register(ledger)
    job = fetch(ledger, lost)
    with ledger.transaction() as connection:
        connection.execute(text("DELETE FROM procrastinate_workers WHERE id = :worker"), {"worker": lost})
    assert rescue(ledger, DEAD_AFTER) == []
    assert fetch(ledger, other) == job
    assert settle(ledger, job, lost, None) is None
    assert settle(ledger, job, other, None) is Next.DONE


def test_a_living_workers_batch_is_not_taken(ledger: Ledger) -> None:
    put_in(ledger, "one.com")
    worker = register(ledger)
    job = fetch(ledger, worker)
    rescue(ledger, DEAD_AFTER)
    assert settle(ledger, job, worker, INTERRUPTED) is Next.AGAIN


def test_one_poisonous_sheet_does_not_take_the_fleet_down(ledger: Ledger) -> None:
    poison, following = put_in(ledger, "one.com"), put_in(ledger, "two.com")
    for _ in range(moves.MOST_RESCUES):
        assert fetch(ledger, register(ledger))
        given_up = rescue(ledger)
    assert [settled.batch for settled in given_up] == [poison]
    assert given_up[0].decision.next is Next.FAILED
    worker = register(ledger)
    assert settle(ledger, fetch(ledger, worker), worker, None) is Next.DONE
    assert is_over(ledger, poison)
    assert is_over(ledger, following)


def test_rescues_are_counted_anew_where_orders_moved(ledger: Ledger) -> None:
    batch = put_in(ledger, "one.com", "two.com")
    for number in range(2 * moves.MOST_RESCUES - 2):
        assert fetch(ledger, register(ledger))
        if number == moves.MOST_RESCUES - 2:
            with ledger.transaction() as connection:
                placed = text("UPDATE orders SET state = 'placed' WHERE domain = 'one.com'")
                connection.execute(placed)
        assert rescue(ledger) == []
    assert not is_over(ledger, batch)


def test_a_paused_account_waits_until_it_may_go_on(ledger: Ledger) -> None:
    batch = put_in(ledger, "one.com", account="acme")
    worker = register(ledger)
    stop = Stop(StopReason.VENDOR, "The API key was refused (401).")
    assert settle(ledger, fetch(ledger, worker), worker, stop) is Next.PAUSE
    (account,) = read_queue(ledger).accounts
    assert account.paused
    assert account.paused.sentence == stop.sentence
    assert is_over(ledger, batch)
    with ledger.transaction() as connection:
        assert moves.paused_queues(connection) == {QueuedBatch(batch, LIVE, "acme", "", "").queue}
        assert moves.go_on(connection, LIVE, "acme")
        assert not moves.go_on(connection, LIVE, "acme")
        assert moves.paused_queues(connection) == set()
    assert settle(ledger, fetch(ledger, worker), worker, None) is Next.DONE


def test_the_same_sheet_cannot_wait_twice_also_while_it_runs(ledger: Ledger) -> None:
    from batch_orders.errors import ConfigurationError

    batch = put_in(ledger, "one.com")
    worker = register(ledger)
    job = fetch(ledger, worker)
    with (
        pytest.raises(ConfigurationError, match="waits in the queue already"),
        ledger.transaction() as connection,
    ):
        enqueue(connection, [QueuedBatch(batch, LIVE, "", batch, "june.csv")])
    assert settle(ledger, job, worker, INTERRUPTED) is Next.AGAIN


def test_what_is_cancelled_while_it_runs_is_not_tried_again(ledger: Ledger) -> None:
    batch, waiting = put_in(ledger, "one.com"), put_in(ledger, "two.com")
    worker = register(ledger)
    job = fetch(ledger, worker)
    with ledger.transaction() as connection:
        assert list(moves.cancel(connection, batch, "")) == [(batch, True)]
        assert list(moves.cancel(connection, waiting, "")) == [(waiting, False)]
    assert settle(ledger, job, worker, INTERRUPTED) is Next.CANCELLED
    assert fetch(ledger, worker) is None
