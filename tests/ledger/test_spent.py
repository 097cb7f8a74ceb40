"""What an account has spent, as the ledger counts it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from batch_orders.core.money import Spent
from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.ledger import Ledger
from tests.ledger.batches import APPROVAL, LIVE, plan_orders, store_batch

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def send(ledger: Ledger, domain: str, outcome: Outcome | None, account: str = "") -> None:
    (order,) = plan_orders(ledger, domain, account=account)
    with ledger.submitting(LIVE, account) as submitter:
        submitter.claim(order)
        if outcome:
            submitter.record(order, outcome)


def test_what_is_or_may_be_bought_counts_and_nothing_else(ledger: Ledger) -> None:
    outcomes: dict[str, Outcome | None] = {
        "placed.com": Placed("1"),
        "unconfirmed.com": Unconfirmed("lost"),
        "submitting.com": None,
        "rejected.com": Rejected("no"),
        "turned-away.com": NotTaken("busy", again=True),
    }
    for domain, outcome in outcomes.items():
        send(ledger, domain, outcome)
    plan_orders(ledger, "planned.com")
    assert ledger.spent_since(LIVE, "", LONG_AGO).orders == 3


def test_each_account_has_a_budget_of_its_own(ledger: Ledger) -> None:
    send(ledger, "one.com", Placed("1"), "acme")
    send(ledger, "two.com", Placed("2"), "acme")
    send(ledger, "three.com", Placed("3"), "bolt")
    assert [ledger.spent_since(LIVE, name, LONG_AGO).orders for name in ("", "acme", "bolt")] == [0, 2, 1]
    assert ledger.spent_since("sandbox", "acme", LONG_AGO) == Spent()


def test_what_was_sent_before_does_not_count(ledger: Ledger) -> None:
    send(ledger, "one.com", Placed("1"))
    now = datetime.now(UTC)
    assert ledger.spent_since(LIVE, "", now + timedelta(minutes=1)) == Spent()
    assert ledger.spent_since(LIVE, "", now - timedelta(minutes=1)).orders == 1


def test_money_is_summed_in_decimals(ledger: Ledger) -> None:
    for number in range(3):
        batch = store_batch(ledger, f"n{number}.com")
        ledger.approve(batch, APPROVAL, {f"n{number}.com": (Decimal("0.10"), "USD")})
        (order,) = ledger.orders(batch)
        with ledger.submitting(LIVE) as submitter:
            submitter.claim(order.id)
    assert ledger.spent_since(LIVE, "", LONG_AGO) == Spent(3, Decimal("0.30"), "USD")
