"""Budgets: what may be spent in one call, one day and one month, and what does not fit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from batch_orders.core.model import Order
from batch_orders.core.money import Cost, Spent
from batch_orders.core.wording import counted


class Period(StrEnum):
    """A stretch that a budget counts in, in words that follow the limit."""

    CALL = "in one call"
    DAY = "a day"
    MONTH = "a month"


class Limit(StrEnum):
    """A limit, by the name of its setting."""

    ORDERS = "max-orders"
    COST = "max-cost"
    ORDERS_PER_DAY = "max-orders-per-day"
    COST_PER_DAY = "max-cost-per-day"
    ORDERS_PER_MONTH = "max-orders-per-month"
    COST_PER_MONTH = "max-cost-per-month"


ORDERS_IN: Mapping[Period, Limit] = {
    Period.CALL: Limit.ORDERS,
    Period.DAY: Limit.ORDERS_PER_DAY,
    Period.MONTH: Limit.ORDERS_PER_MONTH,
}
COST_IN: Mapping[Period, Limit] = {
    Period.CALL: Limit.COST,
    Period.DAY: Limit.COST_PER_DAY,
    Period.MONTH: Limit.COST_PER_MONTH,
}


NOTHING_SPENT = Spent()


@dataclass(frozen=True, slots=True)
class SpendingLimits:
    """How much may be spent. None is no limit. A cost counts in the vendors' own currency."""

    max_orders: int | None = None
    max_cost: Decimal | None = None
    max_orders_per_day: int | None = None
    max_cost_per_day: Decimal | None = None
    max_orders_per_month: int | None = None
    max_cost_per_month: Decimal | None = None

    def of(self, period: Period) -> tuple[int | None, Decimal | None]:
        """How many orders, and how much."""
        match period:
            case Period.CALL:
                return self.max_orders, self.max_cost
            case Period.DAY:
                return self.max_orders_per_day, self.max_cost_per_day
            case Period.MONTH:
                return self.max_orders_per_month, self.max_cost_per_month


@dataclass(frozen=True, slots=True)
class OverLimit:
    """Why an order is not sent.

    `frees` says whether the same limits could let it through another time, and `frees_at` when that is;
    None is with any other call. With it comes a time zone.
    """

    limit: Limit
    sentence: str
    frees: bool
    frees_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may be spent in one call, day or month, and what has been. `ends_at` is when the next one begins."""

    period: Period
    max_orders: int | None = None
    max_cost: Decimal | None = None
    spent: Spent = NOTHING_SPENT
    ends_at: datetime | None = None

    def plus(self, cost: Cost) -> Allowance:
        return replace(self, spent=self.spent.plus(cost))

    def refuse(self, order: Order, cost: Cost) -> OverLimit | None:
        """Why an order does not fit any more, or None."""
        spent, most, most_cost = self.spent, self.max_orders, self.max_cost
        if most is not None and spent.orders >= most:
            limit = f"{counted(most, 'order')} {self.period}"
            return self._over(ORDERS_IN[self.period], f"The limit of {limit} is reached.", frees=most > 0)
        if most_cost is None:
            return None
        limit_on_cost = COST_IN[self.period]
        if cost.amount is None:
            sentence = f"No price is known for vendor {order.vendor}, and there is a limit on the cost."
            return self._over(limit_on_cost, sentence, frees=False)
        if spent.currency and cost.currency != spent.currency:
            sentence = f"{order.domain} costs {cost}, and the limit on the cost counts {spent.currency}."
            return self._over(limit_on_cost, sentence, frees=True)
        if spent.cost + cost.amount > most_cost:
            frees = cost.amount <= most_cost
            before = f", with {spent.cost:,} {spent.currency} before it," if spent.cost and frees else ""
            goes_over = (
                f"go over the limit of {most_cost:,} {self.period}{'' if frees else ', all by itself'}"
            )
            sentence = f"{order.domain} would cost {cost}{before} and {goes_over}."
            return self._over(limit_on_cost, sentence, frees)
        return None

    def _over(self, limit: Limit, sentence: str, frees: bool) -> OverLimit:
        return OverLimit(limit, sentence, frees, self.ends_at if frees else None)


def refuse_order(order: Order, cost: Cost, allowances: Iterable[Allowance]) -> OverLimit | None:
    """Why an order does not fit, or None. Of several reasons the one that lasts longest."""
    over = [reason for each in allowances if (reason := each.refuse(order, cost))]
    return max(over, key=how_long) if over else None


def how_long(over: OverLimit) -> tuple[bool, float]:
    return not over.frees, over.frees_at.timestamp() if over.frees_at else 0.0


def begin_of(period: Period, now: datetime) -> datetime:
    """When the day or the month began that `now` lies in, in its time zone."""
    midnight = datetime(now.year, now.month, now.day, tzinfo=now.tzinfo)
    return midnight.replace(day=1) if period is Period.MONTH else midnight


def end_of(period: Period, now: datetime) -> datetime:
    """When the next one begins."""
    begin = begin_of(period, now)
    # 36 hours after midnight it is the next day, and 32 days after the first the next month, whatever the clocks do.
    later = begin + (timedelta(days=32) if period is Period.MONTH else timedelta(hours=36))
    return begin_of(period, later)


def describe_time(moment: datetime) -> str:
    """`2026-11-26 at 00:00 UTC`"""
    return f"{moment:%Y-%m-%d at %H:%M} {moment.tzname()}"
