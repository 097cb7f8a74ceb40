"""What a later batch asked for counts, also where it stored no order: the earlier one is never sent any more."""

from __future__ import annotations

import pytest

from batch_orders.core.order_json import fingerprint
from batch_orders.core.outcomes import NotTaken, Placed, Unconfirmed
from batch_orders.core.states import State
from batch_orders.core.stops import Stop, StopReason
from batch_orders.errors import LedgerConflict
from batch_orders.ledger import Ledger, NewBatch, Submitter
from tests.ledger.batches import LIVE, NUMBERS, make_draft, make_order, store_batch

SAME, CHANGED = fingerprint(make_order("shop.com")), fingerprint(make_order("shop.com", "john"))
UNKNOWN = ""
INTERRUPTED = Stop(StopReason.INTERRUPTED, "Interrupted.")
BUSY = NotTaken("429.", again=True)


def ask(ledger: Ledger, *fingerprints: str, account: str = "") -> str:
    """Store batches that ask for shop.com and store no order of it. Returns the last one's id."""
    batch = ""
    for asked in fingerprints:
        batch = f"batch-{next(NUMBERS)}"
        draft = make_draft(["shop.com"], account=account)
        ledger.accept(NewBatch(batch, draft, "", True, (), {"shop.com": asked}), None)
    return batch


def claim(ledger: Ledger, submitter: Submitter, batch: str) -> int:
    (order,) = ledger.orders(batch)
    submitter.claim(order.id)
    return order.id


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ((), True),
        ((SAME,), True),
        ((CHANGED,), False),
        ((UNKNOWN,), False),
        ((SAME, CHANGED), False),
        # The latest one counts.
        ((CHANGED, SAME), True),
    ],
    ids=["nothing", "the same", "something else", "not known what", "something else last", "the same last"],
)
def test_an_order_that_is_turned_away_is_sent_again_only_while_nothing_else_was_asked_for(
    ledger: Ledger, asked: tuple[str, ...], sent: bool
) -> None:
    """The process that was turned away tries again; meanwhile another one has taken a later sheet."""
    batch = store_batch(ledger, "shop.com")
    with ledger.submitting(LIVE) as submitter:
        order = claim(ledger, submitter, batch)
        later = ask(ledger, *asked)
        submitter.record(order, BUSY)
        ledger.finish(batch, INTERRUPTED)
        assert ledger.superseded(batch) == ({} if sent else {"shop.com": later})
        offered = ledger.resumable()
        assert (offered.id if offered else None) == (batch if sent else None)
        if sent:
            submitter.claim(order)
            return
        with pytest.raises(LedgerConflict, match="later sheet"):
            submitter.claim(order)


def test_what_another_account_asks_for_changes_nothing(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com")
    ask(ledger, CHANGED, account="acme")
    assert ledger.superseded(batch) == {}


def test_a_batch_that_waits_is_sent_as_it_was_approved(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com", started=False)
    ask(ledger, CHANGED)
    ledger.start(batch, "jane")
    with ledger.submitting(LIVE) as submitter:
        claim(ledger, submitter, batch)


def test_an_order_that_is_stored_later_counts_more_than_what_was_asked_before(ledger: Ledger) -> None:
    first = store_batch(ledger, "shop.com")
    asked = ask(ledger, CHANGED)
    assert ledger.superseded(first) == {"shop.com": asked}
    later = store_batch(ledger, "shop.com")
    assert (ledger.superseded(first), ledger.superseded(later)) == ({"shop.com": later}, {})
    last = ask(ledger, CHANGED)
    assert ledger.superseded(first) == ledger.superseded(later) == {"shop.com": last}


@pytest.mark.parametrize("stop", [None, INTERRUPTED])
def test_what_was_not_bought_is_ordered_by_a_sheet_only(ledger: Ledger, stop: Stop | None) -> None:
    batch = store_batch(ledger, "shop.com")
    with ledger.submitting(LIVE) as submitter:
        submitter.record(claim(ledger, submitter, batch), Unconfirmed("lost"))
        ledger.finish(batch, stop)
        submitter.resolve("shop.com", NotTaken("not bought", again=True))
        assert ledger.resumable() is None
        assert ledger.superseded(batch) == {"shop.com": ""}
        claim(ledger, submitter, store_batch(ledger, "shop.com"))


def test_only_what_is_placed_can_be_gone_and_then_the_domain_is_free(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com")
    with ledger.submitting(LIVE) as submitter:
        with pytest.raises(LedgerConflict, match="is placed"):
            submitter.free("shop.com", "support says so")
        order = claim(ledger, submitter, batch)
        with pytest.raises(LedgerConflict, match="is placed"):
            submitter.free("shop.com", "support says so")
        submitter.record(order, Placed("7"))
        submitter.free("shop.com", "support says so")
        known = ledger.known(LIVE, ["shop.com"])["shop.com"]
        assert (known.state, known.vendor_order_id, known.message) == (State.GONE, "7", "support says so")
        claim(ledger, submitter, store_batch(ledger, "shop.com"))


def test_a_batch_that_went_to_its_end_is_not_offered(ledger: Ledger) -> None:
    batch = store_batch(ledger, "shop.com")
    ledger.finish(batch)
    assert ledger.resumable() is None
    stopped = store_batch(ledger, "store.com")
    ledger.finish(stopped, INTERRUPTED)
    assert (offered := ledger.resumable()) and offered.id == stopped
    ledger.start(stopped, "jane")
    assert (offered := ledger.resumable()) and offered.id == stopped
    ledger.finish(stopped)
    assert ledger.resumable() is None
