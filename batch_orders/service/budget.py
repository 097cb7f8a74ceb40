"""The budget of one call: what it may spend over all its sheets, and what it has spent."""

from __future__ import annotations

from dataclasses import dataclass, field

from batch_orders.core.money import Cost, SpendingLimits, Spent


@dataclass(slots=True)
class Budget:
    """Outlives the sheets of a call. With `inbox --watch`, a call is the process's whole life."""

    limits: SpendingLimits = field(default_factory=SpendingLimits)
    spent: Spent = field(default_factory=Spent)

    def spend(self, cost: Cost) -> None:
        """Count an order that was sent, whatever came of it: one that proved nothing may have been bought."""
        self.spent = self.spent.plus(cost)
