"""The budget of a call: what it may spend over all its sheets, and what its account may in a day and a month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from batch_orders.core.budgets import Allowance, Period, SpendingLimits, begin_of, end_of
from batch_orders.core.money import Cost, Spent
from batch_orders.service.context import Context
from batch_orders.settings import SubmitOptions


@dataclass(slots=True)
class Budget:
    """Outlives the sheets of a call. With `inbox --watch`, a call is the process's whole life.

    Days and months begin in `zone`. What was spent in them is counted from the ledger, so that every door and
    machine counts alike. `all_or_nothing`: where not all of a plan fits, nothing of it is sent.
    """

    limits: SpendingLimits = field(default_factory=SpendingLimits)
    zone: tzinfo = UTC
    all_or_nothing: bool = False
    spent: Spent = field(default_factory=Spent)

    @classmethod
    def of(cls, submitting: SubmitOptions) -> Budget:
        """The budget that the settings give."""
        limits = SpendingLimits(
            max_orders=submitting.max_orders,
            max_cost=submitting.max_cost,
            max_orders_per_day=submitting.max_orders_per_day,
            max_cost_per_day=submitting.max_cost_per_day,
            max_orders_per_month=submitting.max_orders_per_month,
            max_cost_per_month=submitting.max_cost_per_month,
        )
        return cls(limits, submitting.time_zone, submitting.all_or_nothing)

    def spend(self, cost: Cost) -> None:
        """Count an order that was sent, whatever came of it: one that proved nothing may have been bought."""
        self.spent = self.spent.plus(cost)

    def allowances(self, context: Context) -> tuple[Allowance, ...]:
        """What may still be spent now, by every limit that there is. Exact under the account's lock only."""
        now = datetime.now(self.zone)
        limited = [period for period in Period if self.limits.of(period) != (None, None)]
        return tuple(self._allow(period, now, context) for period in limited)

    def _allow(self, period: Period, now: datetime, context: Context) -> Allowance:
        most, most_cost = self.limits.of(period)
        if period is Period.CALL:
            return Allowance(period, most, most_cost, self.spent)
        spent = context.ledger.spent_since(context.place, context.account, begin_of(period, now))
        return Allowance(period, most, most_cost, spent, end_of(period, now))
