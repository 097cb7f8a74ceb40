"""What fits into a call, a day and a month, what does not, and when it will."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from batch_orders.core.budgets import Allowance, Limit, Period, begin_of, end_of, refuse_order
from batch_orders.core.model import Order
from batch_orders.core.money import Cost, Price, Spent
from batch_orders.core.plan import Plan, SheetOrders, VendorView, explain_left_over, refuse_partial
from batch_orders.core.planning import plan_orders
from batch_orders.core.stops import StopReason

ORDER = Order("one.com", ("jane@one.com",), 1, "example.org", {"name": "Jo"})
PRICE = Price(Decimal(13), Decimal("4.50"), "USD")
MIDNIGHT = datetime(2026, 11, 26, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)


def plan(count: int, *allowances: Allowance) -> Plan:
    orders = tuple(replace(ORDER, domain=f"n{number}.com") for number in range(count))
    return plan_orders(
        "sandbox", [SheetOrders("june.csv", orders)], {}, VendorView({}, {1: PRICE}), allowances
    )


def a_day(orders: int | None = None, cost: str | None = None, spent: Spent | None = None) -> Allowance:
    return Allowance(Period.DAY, orders, Decimal(cost) if cost else None, spent or Spent(), MIDNIGHT)


def test_what_was_spent_before_counts() -> None:
    spent = Spent(2, Decimal(35), "USD")
    assert len(plan(3, a_day(4, spent=spent)).to_send) == 2
    assert len(plan(3, a_day(cost="52.50", spent=spent)).to_send) == 1
    assert len(plan(3, a_day(cost="52.49", spent=spent)).to_send) == 0


def test_what_does_not_fit_is_told_before_anybody_says_yes() -> None:
    stop = explain_left_over(plan(3, a_day(cost="40")).planned)
    assert stop
    assert stop.reason is StopReason.LIMIT
    assert stop.sentence == (
        "2 of 3 orders fit, for 35.00 USD. 1 order does not fit under the limit, for 17.50 USD. n2.com would cost "
        "17.50 USD, with 35.00 USD before it, and go over the limit of 40 a day. More may be sent from 2026-11-26 at "
        "00:00 UTC on."
    )
    assert stop.until == MIDNIGHT


def test_one_that_no_time_lets_pass_is_told_without_what_is_before_it() -> None:
    stop = explain_left_over(plan(2, a_day(cost="17")).planned)
    assert stop
    assert stop.reason is StopReason.OUT_OF_REACH
    assert "n0.com would cost 17.50 USD and go over the limit of 17 a day, all by itself." in stop.sentence


def test_one_that_fits_is_told_as_one() -> None:
    stop = explain_left_over(plan(2, a_day(1)).planned)
    assert stop
    assert stop.sentence.startswith("1 of 2 orders fits, for 17.50 USD.")
    assert "The limit of 1 order a day is reached." in stop.sentence


def test_of_several_limits_the_one_that_lasts_longest_is_told() -> None:
    month = Allowance(Period.MONTH, 1, ends_at=DECEMBER)
    for allowances in ([a_day(1), month], [month, a_day(1)], [Allowance(Period.CALL, 1), month]):
        over = refuse_order(ORDER, Cost(), [each.plus(Cost()) for each in allowances])
        assert over
        assert (over.limit, over.frees_at) == (Limit.ORDERS_PER_MONTH, DECEMBER)


def test_what_no_day_could_ever_send_needs_a_person() -> None:
    stop = explain_left_over(plan(1, a_day(cost="10")).planned)
    assert stop
    assert (stop.reason, stop.until) == (StopReason.OUT_OF_REACH, None)


def test_a_limit_of_one_call_frees_with_the_next() -> None:
    stop = explain_left_over(plan(2, Allowance(Period.CALL, 1)).planned)
    assert stop
    assert (stop.reason, stop.until) == (StopReason.LIMIT, None)


def test_all_or_nothing() -> None:
    assert refuse_partial(plan(2, a_day(2))) is None
    stop = refuse_partial(plan(2, a_day(1)))
    assert stop
    assert stop.sentence.endswith("Nothing is sent: all or nothing was asked for.")


@pytest.mark.parametrize(
    ("zone", "now", "day", "next_day", "month", "next_month"),
    [
        ("UTC", "2026-11-25T23:59:59", "2026-11-25", "2026-11-26", "2026-11-01", "2026-12-01"),
        ("UTC", "2026-12-31T12:00:00", "2026-12-31", "2027-01-01", "2026-12-01", "2027-01-01"),
        ("UTC", "2027-01-31T00:00:00", "2027-01-31", "2027-02-01", "2027-01-01", "2027-02-01"),
        # The days on which clocks are set back and forth.
        ("Europe/Berlin", "2026-10-25T12:00:00", "2026-10-25", "2026-10-26", "2026-10-01", "2026-11-01"),
        ("Europe/Berlin", "2026-03-29T12:00:00", "2026-03-29", "2026-03-30", "2026-03-01", "2026-04-01"),
    ],
)
def test_days_and_months_begin_at_midnight_in_their_zone(
    zone: str, now: str, day: str, next_day: str, month: str, next_month: str
) -> None:
    there = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone))
    found = [
        begin_of(Period.DAY, there),
        end_of(Period.DAY, there),
        begin_of(Period.MONTH, there),
        end_of(Period.MONTH, there),
    ]
    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in found] == [
        f"{date} 00:00" for date in (day, next_day, month, next_month)
    ]
