"""How a batch waits, starts, ends, is carried on, and is pruned."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from batch_orders.core.outcomes import NotTaken, Placed, Rejected, Unconfirmed
from batch_orders.core.records import BatchRecord
from batch_orders.core.states import State
from batch_orders.core.stops import Stop, StopReason
from batch_orders.ledger import Ledger
from tests.ledger.batches import LIVE, OTHER, make_draft, store_batch

INTERRUPTED = Stop(StopReason.INTERRUPTED, "Interrupted.")
LIMIT = Stop(StopReason.LIMIT, "The limit on the cost is reached.")
LATER = timedelta(days=1)


def told(ledger: Ledger, batch: str) -> BatchRecord:
    record = ledger.batch(batch)
    assert record is not None
    return record


def attempt(ledger: Ledger, batch: str, outcome: Placed | Rejected | NotTaken | Unconfirmed) -> None:
    """Try the first order of a batch that is still planned."""
    order = next(order for order in ledger.orders(batch) if order.state is State.PLANNED)
    with ledger.submitting(order.environment, order.account) as submitter:
        submitter.claim(order.id)
        submitter.record(order.id, outcome)


def tick() -> None:
    """Times are kept to the millisecond."""
    time.sleep(0.003)


def test_a_batch_that_waits_starts_once(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com", started=False)
    assert told(ledger, batch).waiting
    tick()
    ledger.start(batch, "jane")
    started = told(ledger, batch)
    assert not started.waiting
    assert started.started_at > started.accepted_at
    ledger.finish(batch)
    ended = told(ledger, batch)
    assert (ended.started_at, ended.resumed_at) == (started.started_at, "")
    assert ended.finished_at == ended.last_finished_at != ""
    assert (ended.first_stop, ended.last_stop) == (None, None)


def test_a_batch_that_began_at_once_is_not_carried_on_by_its_own_start(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com")
    before = told(ledger, batch)
    ledger.start(batch, "jane")
    assert told(ledger, batch) == before


def test_a_first_end_is_never_overwritten(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com")
    ledger.finish(batch, INTERRUPTED)
    first = told(ledger, batch)
    tick()
    ledger.finish(batch, LIMIT)
    assert told(ledger, batch) == first
    ledger.start(batch, "john")
    under_way = told(ledger, batch)
    assert (under_way.finished_at, under_way.first_stop) == (first.finished_at, INTERRUPTED)
    assert (under_way.last_finished_at, under_way.last_stop) == ("", None)
    assert under_way.resumed_at > first.finished_at
    ledger.finish(batch, LIMIT)
    tick()
    ledger.start(batch, "john")
    ledger.finish(batch)
    ended = told(ledger, batch)
    assert (ended.finished_at, ended.first_stop, ended.last_stop) == (first.finished_at, INTERRUPTED, None)
    assert ended.last_finished_at >= ended.resumed_at > under_way.resumed_at


def test_a_batch_that_was_cut_off_keeps_that_it_had_no_end_of_its_own(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com")
    attempt(ledger, batch, NotTaken("busy", again=True))
    ledger.start(batch, "john")  # and this was cut off too
    ledger.start(batch, "john")
    ledger.finish(batch, LIMIT)
    ended = told(ledger, batch)
    assert (ended.finished_at, ended.first_stop) == ("", None)
    assert ended.last_finished_at
    assert ended.last_stop == LIMIT


@pytest.mark.parametrize("reason", StopReason)
def test_every_reason_to_stop_is_kept(ledger: Ledger, reason: StopReason) -> None:
    batch = store_batch(ledger)
    ledger.finish(batch, Stop(reason, "Why."))
    assert told(ledger, batch).first_stop == Stop(reason, "Why.")


def test_what_waits_is_known_to_those_who_come_later(ledger: Ledger) -> None:
    first = store_batch(ledger, "shop.com", "rejected.com")
    attempt(ledger, first, Placed("7"))
    attempt(ledger, first, Rejected("no"))
    batch = store_batch(ledger, "shop.com", "rejected.com", "fresh.com", started=False)
    known = ledger.known(LIVE, ["shop.com", "rejected.com", "fresh.com"])
    assert {domain: (prior.state, prior.waiting, prior.batch) for domain, prior in known.items()} == {
        "shop.com": (State.PLACED, False, first),
        "rejected.com": (State.PLANNED, True, batch),
        "fresh.com": (State.PLANNED, True, batch),
    }
    own = ledger.known(LIVE, ["rejected.com", "fresh.com"], besides=batch)
    assert {domain: prior.state for domain, prior in own.items()} == {"rejected.com": State.REJECTED}
    ledger.start(batch, "jane")
    assert ledger.known(LIVE, ["fresh.com"]) == {}


def test_a_batch_that_was_dropped_before_it_started_waits_no_more(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com", started=False)
    ledger.finish(batch, Stop(StopReason.DECLINED, "Taken back."))
    assert not told(ledger, batch).waiting
    assert ledger.known(LIVE, ["shop.com"]) == {}


def test_a_batch_that_waits_is_not_superseded_and_not_offered(ledger: Ledger) -> None:
    cut_off = store_batch(ledger, "shop.com", "other.com")
    waits = store_batch(ledger, "store.com", started=False)
    later = store_batch(ledger, "shop.com", "store.com", started=False)
    assert ledger.superseded(waits) == {}
    assert ledger.superseded(cut_off) == {"shop.com": later}
    offered = ledger.resumable()
    assert offered is not None
    assert offered.id == cut_off


def test_what_was_ordered_anew_is_not_offered(ledger: Ledger) -> None:
    store_batch(ledger, "shop.com", environment=OTHER)
    elsewhere = store_batch(ledger, "shop.com", account="acme")
    first = store_batch(ledger, "market.com")
    again = store_batch(ledger, "market.com")
    attempt(ledger, again, Placed("7"))
    offered = [ledger.resumable(besides=OTHER), ledger.resumable(besides=OTHER, account="")]
    assert [batch and batch.id for batch in offered] == [elsewhere, None]
    assert ledger.superseded(first) == {"market.com": again}


def test_only_what_is_over_is_pruned_and_what_was_bought_stays(ledger: Ledger) -> None:
    over = store_batch(ledger, "one.com", "two.com")
    attempt(ledger, over, Placed("7"))
    attempt(ledger, over, Rejected("no"))
    ledger.finish(over)
    died = store_batch(ledger, "three.com")
    attempt(ledger, died, Placed("8"))
    again = store_batch(ledger, "four.com")
    ledger.finish(again, INTERRUPTED)
    unconfirmed = store_batch(ledger, "four.com")
    attempt(ledger, unconfirmed, Unconfirmed("lost"))
    ledger.finish(unconfirmed)
    planned = store_batch(ledger, "five.com")
    ledger.finish(planned, LIMIT)
    waits = store_batch(ledger, "six.com", started=False)
    nothing_to_send = store_batch(ledger, started=False)
    bought = {batch: ledger.orders(batch) for batch in (over, died)}
    future = datetime.now(UTC) + LATER

    assert ledger.prune_snapshots(datetime.now(UTC) - LATER) == 0
    assert ledger.prune_snapshots(future, dry=True) == 3
    assert ledger.draft(over) is not None
    assert ledger.prune_snapshots(future) == 3
    assert ledger.prune_snapshots(future) == 0
    assert {batch.id for batch in ledger.batches() if batch.pruned} == {over, died, again}
    assert ledger.draft(over) is None
    assert {batch: ledger.orders(batch) for batch in (over, died)} == bought
    assert [event.after for event in ledger.history("one.com")] == ["planned", "submitting", "placed"]
    for batch in (unconfirmed, planned, waits, nothing_to_send):
        assert ledger.draft(batch) is not None


def test_a_batch_that_was_carried_on_since_is_not_pruned(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com")
    ledger.finish(batch, INTERRUPTED)
    tick()
    before = datetime.now(UTC)
    tick()
    ledger.start(batch, "john")
    attempt(ledger, batch, Placed("7"))
    assert ledger.prune_snapshots(before, dry=True) == 0
    ledger.finish(batch)
    assert ledger.prune_snapshots(before, dry=True) == 0
    assert ledger.prune_snapshots(before + LATER, dry=True) == 1


def test_a_pruned_sheet_is_not_left_in_the_file(sqlite_path: Path) -> None:
    secret = b"PK jane.doe@acmemail.com "
    draft = make_draft([])
    with closing(Ledger.open(str(sqlite_path))) as ledger:
        kept = replace(draft, sheet=replace(draft.sheet, data=secret * 1_000))
        ledger.finish(store_batch(ledger, draft=kept))
        assert ledger.prune_snapshots(datetime.now(UTC) + LATER) == 1
    files = sorted(sqlite_path.parent.glob("ledger.db*"))
    assert sqlite_path in files
    assert not any(secret in file.read_bytes() for file in files)
