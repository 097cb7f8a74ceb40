"""Money: prices, and what may be spent. Pure.

Prices are decimals, as the API gives them: money is never a binary fraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

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
        return cost_at(self, len(order.mailboxes))


@lru_cache(maxsize=1024)  # a sheet has the same few sizes of orders in every row
def cost_at(price: Price, mailboxes: int) -> Cost:
    return Cost(price.domain + price.mailbox * mailboxes, price.currency)


@dataclass(frozen=True, slots=True)
class Prices:
    """Sums by currency of what has a known price: not sent yet, placed, and at risk, which is unconfirmed."""

    planned: Mapping[str, Decimal] = field(default_factory=dict)
    placed: Mapping[str, Decimal] = field(default_factory=dict)
    at_risk: Mapping[str, Decimal] = field(default_factory=dict)

    def __str__(self) -> str:
        """`630.00 USD placed, 17.50 USD at risk`, or "" where no price is known."""
        told = {"placed": self.placed, "at risk": self.at_risk, "planned": self.planned}
        return ", ".join(f"{describe_sums(sums)} {what}" for what, sums in told.items() if sums)


def describe_sums(sums: Mapping[str, Decimal]) -> str:
    """`735.00 USD`, `10.00 EUR and 735.00 USD`"""
    return " and ".join(f"{amount:,} {currency}" for currency, amount in sorted(sums.items()))


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
    known = describe_sums(sum_costs(told))
    unpriced = sum(cost.amount is None for cost in told)
    if not known:
        return "no known price" if unpriced else "nothing"
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
