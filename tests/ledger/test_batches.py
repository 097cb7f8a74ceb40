"""What a ledger keeps of batches and gives back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import event

from batch_orders.core.listing import ListedDomain
from batch_orders.core.order_json import order_from_json
from batch_orders.core.outcomes import NotTaken, Placed, Rejected, Unconfirmed
from batch_orders.core.results import Status
from batch_orders.core.states import State
from batch_orders.core.stops import Stop, StopReason
from batch_orders.errors import LedgerConflict
from batch_orders.ledger import Ledger, NewBatch, NewOrder, new_batch_id
from tests.ledger.batches import APPROVAL, LIVE, OTHER, make_draft, make_order, plan_orders, store_batch


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


def test_who_approved_what_at_what_price_is_kept(ledger: Ledger) -> None:
    covered = NewOrder(make_order("shop.com"), Decimal("22.50"), "USD")
    left_over = NewOrder(make_order("store.com"), None, "", approved=False)
    approval = replace(APPROVAL, cost=None, currency="")
    ledger.accept(
        NewBatch("one", make_draft(["shop.com", "store.com"]), "", True, (covered, left_over)), approval
    )
    first, second = ledger.orders("one")
    assert (first.price, first.currency, second.price, second.currency) == (Decimal("22.50"), "USD", None, "")
    assert first.approval is not None
    assert second.approval is None
    assert ledger.approvals("one") == (approval,)


def test_a_further_approval_covers_what_it_names(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com", "store.com")
    again = replace(APPROVAL, actor="john", checksum="ba9876543210", cost=Decimal("0.10"), currency="EUR")
    ledger.approve(batch, again, {"store.com": (Decimal("0.10"), "EUR")})
    first, second = ledger.orders(batch)
    assert (first.price, second.price, second.currency) == (Decimal("22.50"), Decimal("0.10"), "EUR")
    assert first.approval != second.approval
    assert ledger.approvals(batch) == (APPROVAL, again)


def test_nothing_is_approved_that_is_not_planned_any_more(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com", "store.com")
    before = ledger.orders(batch)
    with ledger.submitting(LIVE) as submitter:
        submitter.claim(before[1].id)
    with pytest.raises(LedgerConflict, match=r"store\.com"):
        ledger.approve(batch, APPROVAL, {"shop.com": (Decimal(1), "USD"), "store.com": (Decimal(1), "USD")})
    assert ledger.orders(batch)[0] == before[0]
    assert ledger.approvals(batch) == (APPROVAL,)


def test_a_batch_is_told_alone_as_among_others_and_by_its_bytes(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com", account="acme", source="sales")
    (told,) = ledger.batches()
    assert told == ledger.batch(batch) == ledger.handed_in(LIVE, "acme", "00")
    assert (told.account, told.source, told.states) == ("acme", "sales", {State.PLANNED: 1})
    assert ledger.handed_in(LIVE, "", "00") is None
    assert ledger.handed_in(OTHER, "acme", "00") is None


def test_what_was_held_back_is_told_of_any_number_of_batches_with_the_same_queries(ledger: Ledger) -> None:
    draft = make_draft(["shop.com", "store.com"])
    faulty = replace(draft, orders=(replace(draft.orders[0], status=Status.INVALID),), rows_invalid=3)
    one = store_batch(ledger, draft=replace(draft, rows_invalid=1))
    asked: list[str] = []
    event.listen(ledger._engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    (told,) = ledger.batches()
    alone = len(asked)
    two, three = store_batch(ledger, draft=faulty), store_batch(ledger, "shop.com")
    asked.clear()
    held = {batch.id: batch.held_back.told for batch in ledger.batches()}
    assert held == {one: "1 row has mistakes", two: "1 order has mistakes", three: ""}
    assert told == ledger.batch(one)
    assert len(asked) - alone == alone  # of the list, and of the one


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
        submitter.reconcile({"store.com": ListedDomain("8"), "unheard-of.com": ListedDomain("9")})
        assert ledger.known(LIVE, ["store.com"])["store.com"].vendor_order_id == "8"
        known = ledger.known(LIVE, ["shop.com", "market.com"])
        assert {known[domain].state for domain in known} == {State.UNCONFIRMED}
        submitter.resolve("market.com", NotTaken("not in the account", again=True))
        submitter.claim(ids[2])
        with pytest.raises(LedgerConflict):
            submitter.claim(ids[0])
        with pytest.raises(LedgerConflict):
            submitter.resolve("store.com", NotTaken("too late", again=True))
