"""What a ledger keeps of batches and gives back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from batch_orders.core.model import Problem, Severity
from batch_orders.core.order_json import order_from_json
from batch_orders.core.outcomes import NotTaken, Placed, Rejected, Unconfirmed
from batch_orders.core.results import OrderResult, Status
from batch_orders.core.states import State
from batch_orders.errors import LedgerConflict
from batch_orders.ledger import Ledger, new_batch_id
from tests.ledger.batches import LIVE, OTHER, make_draft, make_order, plan_orders
from tests.sheets import make_sheet, make_worksheet, row

ODD_TEXT = "Zoë \U0001f4e6 =1+1 'quoted' \"double\"\nsecond line\ttab \x07"


def test_a_batch_is_whole_before_anything_is_sent(ledger: Ledger) -> None:
    draft = make_draft(["shop.com", "store.com"])
    orders = [make_order("shop.com"), make_order("store.com")]
    ledger.open_batch(draft, orders)
    entries = ledger.entries(draft.batch)
    assert [(entry.place, entry.domain, entry.state, entry.attempts) for entry in entries] == [
        (0, "shop.com", State.PLANNED, 0),
        (1, "store.com", State.PLANNED, 0),
    ]
    assert [order_from_json(entry.content) for entry in entries] == orders


def test_a_batch_is_stored_once_or_not_at_all(ledger: Ledger) -> None:
    draft = make_draft(["shop.com"])
    ledger.open_batch(draft, [make_order("shop.com")])
    with pytest.raises(Exception, match="cannot be used"):
        ledger.open_batch(draft, [make_order("store.com")])
    assert [entry.domain for entry in ledger.entries(draft.batch)] == ["shop.com"]


def test_the_papers_come_back_as_they_went_in(ledger: Ledger) -> None:
    problem = Problem(Severity.WARNING, "Orders", 7, "Contact", ODD_TEXT, "a-code", ODD_TEXT, "try this")
    sheet = make_sheet(
        make_worksheet([row("shop.com", contact=ODD_TEXT), row("store.com")], "Orders", [5, 9]),
        make_worksheet([row(contact_email="jane@example.com")], "More"),
        problems=[problem],
    )
    draft = replace(
        make_draft(["shop.com"]),
        sheet=replace(sheet, path=Path("some where") / "orders.xlsx", assumptions=("read as UTF-8",)),
        orders=(
            OrderResult(
                "shop.com", Status.NOT_SUBMITTED, (0,), mailboxes=("jane@shop.com",), contact=ODD_TEXT
            ),
            OrderResult(
                "store.com", Status.ALREADY_PLACED, (1, 2), "7", "Placed before.", time=datetime.now(UTC)
            ),
        ),
        problems=(problem,),
        problem_count=1000,
        rows_invalid=3,
        row_problems={0: ODD_TEXT, 2: "why"},
    )
    ledger.open_batch(draft, [make_order("shop.com")])
    papers = ledger.papers(draft.batch)
    assert papers is not None
    for mine, theirs in zip(draft.sheet.worksheets, papers.sheet.worksheets, strict=True):
        pd.testing.assert_frame_equal(mine.cells, theirs.cells, check_names=False, check_index_type=False)
    bare = tuple(replace(worksheet, cells=None) for worksheet in draft.sheet.worksheets)  # type: ignore[arg-type]
    again = tuple(replace(worksheet, cells=None) for worksheet in papers.sheet.worksheets)  # type: ignore[arg-type]
    assert again == bare
    assert replace(papers, sheet=replace(papers.sheet, worksheets=())) == replace(
        draft, sheet=replace(draft.sheet, worksheets=())
    )


def test_a_batch_that_nobody_knows_has_no_papers(ledger: Ledger) -> None:
    assert ledger.papers("20200101-000000-0000") is None
    assert ledger.entries("20200101-000000-0000") == ()


def test_a_batch_is_told_with_its_end_and_its_states(ledger: Ledger) -> None:
    first, second = make_draft(["shop.com", "store.com"]), make_draft([])
    ledger.open_batch(first, [make_order("shop.com"), make_order("store.com")])
    with ledger.submitting(LIVE) as submitter:
        submitter.claim(ledger.entries(first.batch)[0].id)
    ledger.open_batch(second, [])
    ledger.close_batch(second.batch, "Interrupted.")
    lines = {line.id: line for line in ledger.batch_lines()}
    assert lines[first.batch].states == {State.SUBMITTING: 1, State.PLANNED: 1}
    assert lines[first.batch].ended == ""
    assert lines[second.batch].stopped == "Interrupted."
    assert lines[second.batch].ended >= lines[second.batch].begun


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
    assert (known["shop.com"].state, known["shop.com"].order_id) == (State.PLACED, "7")
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
    assert lines[-1].order_id == "7"
    assert all(line.who for line in lines[1:])
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
        assert ledger.known(LIVE, ["store.com"])["store.com"].order_id == "8"
        known = ledger.known(LIVE, ["shop.com", "market.com"])
        assert {known[domain].state for domain in known} == {State.UNCONFIRMED}
        submitter.resolve("market.com", NotTaken("not in the account", again=True))
        submitter.claim(ids[2])
        with pytest.raises(LedgerConflict):
            submitter.claim(ids[0])
        with pytest.raises(LedgerConflict):
            submitter.resolve("store.com", NotTaken("too late", again=True))
