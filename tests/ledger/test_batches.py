"""What a ledger keeps of batches and gives back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from batch_orders.core.order_json import order_from_json
from batch_orders.core.outcomes import NotTaken, Placed, Rejected, Unconfirmed
from batch_orders.core.states import State
from batch_orders.core.stops import Stop, StopReason
from batch_orders.errors import LedgerConflict
from batch_orders.ledger import Ledger, new_batch_id
from tests.ledger.batches import LIVE, OTHER, make_order, plan_orders, store_batch


def test_a_batch_is_whole_before_anything_is_sent(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com", "store.com")
    stored = ledger.orders(batch)
    assert [(order.position, order.domain, order.state, order.attempts) for order in stored] == [
        (0, "shop.com", State.PLANNED, 0),
        (1, "store.com", State.PLANNED, 0),
    ]
    assert [order_from_json(order.content) for order in stored] == [
        make_order("shop.com"),
        make_order("store.com"),
    ]


def test_a_batch_is_stored_once_or_not_at_all(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com")
    with pytest.raises(Exception, match="cannot be used"):
        store_batch(ledger, "store.com", batch=batch)
    assert [order.domain for order in ledger.orders(batch)] == ["shop.com"]


def test_a_batch_that_nobody_knows_has_no_draft(ledger: Ledger) -> None:
    assert ledger.batch("20200101-000000-0000") is None
    assert ledger.draft("20200101-000000-0000") is None
    assert ledger.orders("20200101-000000-0000") == ()


def test_a_batch_is_told_with_its_end_and_its_states(ledger: Ledger) -> None:
    first = store_batch(ledger, "shop.com", "store.com")
    with ledger.submitting(LIVE) as submitter:
        submitter.claim(ledger.orders(first)[0].id)
    second = store_batch(ledger)
    ledger.finish(second, Stop(StopReason.INTERRUPTED, "Interrupted."))
    told = {batch.id: batch for batch in ledger.batches()}
    assert told[first].states == {State.SUBMITTING: 1, State.PLANNED: 1}
    assert told[first].last_finished_at == ""
    assert told[second].first_stop == Stop(StopReason.INTERRUPTED, "Interrupted.")
    assert told[second].finished_at >= told[second].accepted_at


def test_batch_ids_sort_by_time_and_do_not_repeat() -> None:
    early, late = datetime(2026, 11, 23, 4, tzinfo=UTC), datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert new_batch_id(early) < new_batch_id(late)
    assert len({new_batch_id(early) for _ in range(20)}) == 20


def test_a_live_order_is_known_before_a_rejected_one(ledger: Ledger) -> None:
    (bought,) = plan_orders(ledger, "shop.com")
    (again,) = plan_orders(ledger, "shop.com")
    with ledger.submitting(LIVE) as submitter:
        submitter.claim(again)
        submitter.record(again, Rejected("no"))
        assert ledger.known(LIVE, ["shop.com"])["shop.com"].state is State.REJECTED
        submitter.claim(bought)
        submitter.record(bought, Placed("7"))
    known = ledger.known(LIVE, ["shop.com", "unheard-of.com"])
    assert (known["shop.com"].state, known["shop.com"].vendor_order_id) == (State.PLACED, "7")
    assert list(known) == ["shop.com"]
    assert ledger.known(OTHER, ["shop.com"]) == {}


def test_many_domains_are_looked_up(ledger: Ledger) -> None:
    domains = [f"shop-{number}.com" for number in range(1201)]
    ids = plan_orders(ledger, *domains)
    with ledger.submitting(LIVE) as submitter:
        for order in (ids[0], ids[600], ids[1200]):
            submitter.claim(order)
    assert set(ledger.known(LIVE, domains)) == {domains[0], domains[600], domains[1200]}


def test_a_history_tells_every_move_in_its_order(ledger: Ledger) -> None:
    (order,) = plan_orders(ledger, "shop.com")
    with ledger.submitting(LIVE) as submitter:
        for outcome in (NotTaken("busy", again=True), Unconfirmed("lost")):
            submitter.claim(order)
            submitter.record(order, outcome)
        submitter.resolve("shop.com", Placed("7", "seen in the account"))
    lines = ledger.history("shop.com")
    assert [(line.before, line.after) for line in lines] == [
        ("", "planned"),
        ("planned", "submitting"),
        ("submitting", "planned"),
        ("planned", "submitting"),
        ("submitting", "unconfirmed"),
        ("unconfirmed", "placed"),
    ]
    assert [line.message for line in lines] == ["", "", "busy", "", "lost", "seen in the account"]
    assert lines[-1].vendor_order_id == "7"
    assert all(line.actor for line in lines[1:])
    assert ledger.history("unheard-of.com") == ()


def test_what_a_dead_run_left_is_unconfirmed(ledger: Ledger) -> None:
    here, there = (
        plan_orders(ledger, "shop.com", "store.com"),
        plan_orders(ledger, "shop.com", environment=OTHER),
    )
    with ledger.submitting(LIVE) as one, ledger.submitting(OTHER) as two:
        one.claim(here[0])
        two.claim(there[0])
    with ledger.submitting(LIVE) as submitter:
        submitter.recover()
        with pytest.raises(LedgerConflict):
            submitter.claim(here[0])
    assert ledger.known(LIVE, ["shop.com"])["shop.com"].state is State.UNCONFIRMED
    # The other environment may be in the hands of a living run.
    assert ledger.known(OTHER, ["shop.com"])["shop.com"].state is State.SUBMITTING


def test_only_a_person_frees_an_unconfirmed_order(ledger: Ledger) -> None:
    ids = plan_orders(ledger, "shop.com", "store.com", "market.com")
    with ledger.submitting(LIVE) as submitter:
        for order in ids:
            submitter.claim(order)
            submitter.record(order, Unconfirmed("lost"))
        submitter.reconcile({"store.com": "8", "unheard-of.com": "9"})
        assert ledger.known(LIVE, ["store.com"])["store.com"].vendor_order_id == "8"
        known = ledger.known(LIVE, ["shop.com", "market.com"])
        assert {known[domain].state for domain in known} == {State.UNCONFIRMED}
        submitter.resolve("market.com", NotTaken("not in the account", again=True))
        submitter.claim(ids[2])
        with pytest.raises(LedgerConflict):
            submitter.claim(ids[0])
        with pytest.raises(LedgerConflict):
            submitter.resolve("store.com", NotTaken("too late", again=True))
