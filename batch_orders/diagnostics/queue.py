"""Checks of the queue: is somebody at work, is nothing stuck, does the ledger's server keep what it is told?"""

from __future__ import annotations

from collections.abc import Iterator

from batch_orders.core.accounts import show_account
from batch_orders.diagnostics import Check, Health
from batch_orders.diagnostics.ledger import check_server, check_sessions
from batch_orders.ledger import Ledger
from batch_orders.ledger.engine import open_engine
from batch_orders.queue.requirements import refuse_without_engine, refuse_without_server
from batch_orders.queue.state import LATEST_BEAT, QueueState, count_stalled, read_queue

WHAT = "Queue"


def check_queue(place: str) -> Iterator[Check]:
    """Raises ConfigurationError where there can be no queue, LedgerError where the ledger cannot be used."""
    refuse_without_server(place)
    refuse_without_engine()
    yield from check_schema(place)
    ledger = Ledger.open(place)
    try:
        state = read_queue(ledger)
        yield from check_workers(state)
        yield from check_pauses(state)
        if stalled := count_stalled(ledger):
            said = (
                f"{stalled:,} are in the hand of a worker that is not heard of. A living worker rescues them."
            )
            yield Check("Batches", Health.WRONG, said)
        else:
            yield Check("Batches", Health.WELL, "None is stalled.")
    finally:
        ledger.close()
    engine = open_engine(place)
    try:
        found = [*check_server(engine), *check_sessions(engine)]
    finally:
        engine.dispose()
    yield from found
    if not found:
        yield Check("Ledger", Health.WELL, "A lock is held by one alone, and what is committed is kept.")


def check_schema(place: str) -> Iterator[Check]:
    # Imported here: it needs the engine.
    from batch_orders.queue.schema import expected, read_revision

    ledger = Ledger.open(place)
    try:
        with ledger.transaction() as connection:
            found = read_revision(connection)
    finally:
        ledger.close()
    if found == expected():
        yield Check(WHAT, Health.WELL, f"Its tables are as this version has them ({found[0]}, {found[1]}).")
    elif found is None:
        yield Check(WHAT, Health.WRONG, "There is none yet. The first batch-orders worker makes it.")
    else:
        said = f"Its tables are of another version ({found[0]}, {found[1]}). The next batch-orders worker updates them."
        yield Check(WHAT, Health.WRONG, said)


def check_workers(state: QueueState) -> Iterator[Check]:
    beats = [worker.beat for worker in state.workers]
    heard = sum(worker.is_heard for worker in state.workers)
    if heard:
        yield Check("Workers", Health.WELL, f"{heard:,} heard of in the last {LATEST_BEAT:.0f} seconds.")
    else:
        last = f" The last was heard of {min(beats):,.0f} seconds ago." if beats else ""
        yield Check("Workers", Health.WRONG, f"None is heard of.{last} Start one: batch-orders worker")


def check_pauses(state: QueueState) -> Iterator[Check]:
    for account in state.accounts:
        if account.paused:
            name = show_account(account.account)
            said = (
                f"{name} at {account.environment} is paused: {account.paused.sentence} When it is mended: "
                f"batch-orders account {name} --go-on"
            )
            yield Check("Account", Health.WRONG, said)
