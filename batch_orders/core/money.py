"""Money: prices, and what may be spent. Pure.

Prices are decimals, as the API gives them: money is never a binary fraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from batch_orders.core.model import Order
from batch_orders.core.wording import counted


@dataclass(frozen=True, slots=True)
class Cost:
    """What one order costs. `amount` is None where no price is known."""

    amount: Decimal | None = None
    currency: str = ""

    def __str__(self) -> str:
        return "no price known" if self.amount is None else f"{self.amount:,} {self.currency}"


UNKNOWN_COST = Cost()


@dataclass(frozen=True, slots=True)
class Price:
    """What one domain and one mailbox cost, each."""

    domain: Decimal
    mailbox: Decimal
    currency: str

    def cost_of(self, order: Order) -> Cost:
        return Cost(self.domain + self.mailbox * len(order.mailboxes), self.currency)


def sum_costs(costs: Iterable[Cost]) -> Mapping[str, Decimal]:
    """The sum of all that is known, by currency."""
    sums: dict[str, Decimal] = {}
    for cost in costs:
        if cost.amount is not None:
            sums[cost.currency] = sums.get(cost.currency, Decimal(0)) + cost.amount
    return sums


@dataclass(frozen=True, slots=True)
class SpendingLimits:
    """How much one call may spend. None is no limit. `max_cost` counts in the vendors' own currency."""

    max_orders: int | None = None
    max_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What a call has spent so far. `currency` is that of its first order whose price is known."""

    orders: int = 0
    cost: Decimal = Decimal(0)
    currency: str = ""

    def plus(self, cost: Cost) -> Spent:
        return replace(
            self,
            orders=self.orders + 1,
            cost=self.cost + (cost.amount or 0),
            currency=self.currency or cost.currency,
        )


class Limit(StrEnum):
    """A limit, by the name of its setting."""

    ORDERS = "max-orders"
    COST = "max-cost"


@dataclass(frozen=True, slots=True)
class OverLimit:
    """Why an order is not sent. `frees` says whether another call with the same limits could send it."""

    limit: Limit
    sentence: str
    frees: bool


def over_limit(order: Order, cost: Cost, limits: SpendingLimits, spent: Spent) -> OverLimit | None:
    """Why an order goes over a limit when so much is spent before it, or None."""
    most, most_cost = limits.max_orders, limits.max_cost
    if most is not None and spent.orders >= most:
        return OverLimit(Limit.ORDERS, f"The limit of {counted(most, 'order')} is reached.", frees=most > 0)
    if most_cost is None:
        return None
    if cost.amount is None:
        sentence = f"No price is known for vendor {order.vendor}, and there is a limit on the cost."
        return OverLimit(Limit.COST, sentence, frees=False)
    if spent.currency and cost.currency != spent.currency:
        sentence = f"Its price is in {cost.currency}, and the limit on the cost counts {spent.currency}."
        return OverLimit(Limit.COST, sentence, frees=True)
    if spent.cost + cost.amount > most_cost:
        sentence = f"It would cost {cost} and go over the limit of {most_cost:,}."
        return OverLimit(Limit.COST, sentence, frees=cost.amount <= most_cost)
    return None
