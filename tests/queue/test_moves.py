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


def begin(ledger: Ledger, job: int | None) -> None:
    assert job
    with ledger.transaction() as connection:
        moves.begin(connection, job)


def test_one_poisonous_sheet_does_not_take_the_fleet_down(ledger: Ledger) -> None:
    poison, following = put_in(ledger, "one.com"), put_in(ledger, "two.com")
    for _ in range(moves.MOST_RESCUES):
        run_out_waits(ledger)
        begin(ledger, fetch(ledger, register(ledger)))
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
        run_out_waits(ledger)
        begin(ledger, fetch(ledger, register(ledger)))
        if number == moves.MOST_RESCUES - 2:
            with ledger.transaction() as connection:
                # Its worker died while it was being sent, so its next one finds it unconfirmed.
                placed = text("UPDATE orders SET state = 'submitting' WHERE domain = 'one.com'")
                connection.execute(placed)
        assert rescue(ledger) == []
    assert not is_over(ledger, batch)


def test_a_batch_that_was_not_begun_is_not_blamed_for_its_workers_death(ledger: Ledger) -> None:
    batch = put_in(ledger, "one.com")
    for _ in range(3 * moves.MOST_RESCUES):
        job = fetch(ledger, register(ledger))
        assert job
        assert rescue(ledger) == []
    # Nor is it for the death of the next one because it was begun by one that gave it back.
    worker = register(ledger)
    job = fetch(ledger, worker)
    begin(ledger, job)
    assert settle(ledger, job, worker, INTERRUPTED) is Next.AGAIN
    for _ in range(3 * moves.MOST_RESCUES):
        assert fetch(ledger, register(ledger))
        assert rescue(ledger) == []
    assert not is_over(ledger, batch)


def test_those_that_die_together_with_a_poisonous_batch_are_begun_apart_and_are_not_given_up(
    ledger: Ledger,
) -> None:
    names = [f"customer{number}" for number in range(4)]
    poison, *others = [put_in(ledger, f"{name}.com", account=name) for name in names]
    given_up: list[str] = []
    for _ in range(4 * moves.MOST_RESCUES):
        # The worker takes all that waits, and dies of the poison before anything is sent, if it has it.
        worker = register(ledger)
        jobs = list(iter(lambda: fetch(ledger, worker), None))  # noqa: B023
        for job in jobs:
            begin(ledger, job)
        if poison in held_by(ledger, worker):
            given_up += [settled.batch for settled in rescue(ledger)]
        else:
            for job in jobs:
                assert settle(ledger, job, worker, None) is Next.DONE
            run_out_waits(ledger, first_only=True)
    assert given_up == [poison]
    assert all(is_over(ledger, batch) for batch in others)
    assert outcomes(ledger) == ["failed", "done", "done", "done"]


def held_by(ledger: Ledger, worker: int) -> set[str]:
    query = text(
        "SELECT batch FROM queue_batches JOIN procrastinate_jobs ON id = job "
        "WHERE worker_id = :worker AND status = 'doing'"
    )
    with ledger.transaction() as connection:
        return set(connection.execute(query, {"worker": worker}).scalars())


def outcomes(ledger: Ledger) -> list[str]:
    with ledger.transaction() as connection:
        return list(connection.execute(text("SELECT outcome FROM queue_batches ORDER BY job")).scalars())


def run_out_waits(ledger: Ledger, first_only: bool = False) -> None:
    """What waits for later may be taken now: all of it, or those alone that wait the shortest."""
    query = text(
        "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND (NOT :first_only "
        "OR scheduled_at < (SELECT min(scheduled_at) FROM procrastinate_jobs WHERE status = 'todo' "
        "AND scheduled_at > now()) + interval '1 second')"
    )
    with ledger.transaction() as connection:
        connection.execute(query, {"first_only": first_only})


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
        assert list(moves.cancel(connection, batch, "")) == [moves.Cancelled(batch, LIVE, "", running=True)]
        assert list(moves.cancel(connection, waiting, "")) == [
            moves.Cancelled(waiting, LIVE, "", running=False)
        ]
    assert settle(ledger, job, worker, INTERRUPTED) is Next.CANCELLED
    assert fetch(ledger, worker) is None
