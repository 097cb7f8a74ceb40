"""Money: prices, and what may be spent. Pure.

Prices are decimals, as the API gives them: money is never a binary fraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

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


def describe_costs(costs: Iterable[Cost]) -> str:
    """`735.00 USD`, `35.00 USD, without 1 order of no known price`, or `no known price`; of nothing `nothing`."""
    told = tuple(costs)
    sums = [f"{amount:,} {currency}" for currency, amount in sorted(sum_costs(told).items())]
    unpriced = sum(cost.amount is None for cost in told)
    if not sums:
        return "no known price" if unpriced else "nothing"
    known = " and ".join(sums)
    return f"{known}, without {counted(unpriced, 'order')} of no known price" if unpriced else known


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent so far. `currency` is that of its first order whose price is known."""

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
