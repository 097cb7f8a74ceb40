"""A plan is shown, and somebody says yes: a person at the terminal, --yes, or --approve."""

from __future__ import annotations

from dataclasses import dataclass

import click
from rich.console import Console

from batch_orders.cli.plan import ask_to_buy, show_plan
from batch_orders.cli.stopping import Stopping
from batch_orders.core.plan import Plan, refuse_partial
from batch_orders.core.records import Approval
from batch_orders.core.stops import Stop, StopReason
from batch_orders.service.approval import approve_plan
from batch_orders.service.budget import Budget
from batch_orders.service.changes import explain_change
from batch_orders.service.context import Context
from batch_orders.service.submission import INTERRUPTED
from batch_orders.settings import SubmitOptions

DECLINED = Stop(StopReason.DECLINED, "The plan was not approved.")


@dataclass(slots=True)
class Approver:
    """Asks for every plan, also for one that has changed since. `said` are the remarks that were shown."""

    console: Console
    context: Context
    options: SubmitOptions
    stopping: Stopping
    aside: bool
    budget: Budget
    said: tuple[str, ...] = ()

    @property
    def persons(self) -> bool:
        """Whether it is a person at the terminal who says yes, after a time."""
        return not (self.options.yes or self.options.approve)

    def ask(self, plan: Plan) -> Approval | Stop:
        """The approval, or why the plan may not be carried out. From a yes on, the run is ended gently only."""
        show_plan(self.console, plan, self.context)
        self.said = plan.remarks
        if refused := self._refuse(plan):
            return refused
        self.stopping.gentle = True
        return approve_plan(plan, self.context)

    def _refuse(self, plan: Plan) -> Stop | None:
        options = self.options
        if self.budget.all_or_nothing and (partial := refuse_partial(plan)):
            return partial
        if options.approve and plan.checksum not in options.approve:
            why = explain_change(plan, options.approve, self.context.ledger)
            changed = f"The plan is now {plan.checksum}, not the one that was approved. {why}"
            return Stop(StopReason.PLAN_CHANGED, changed)
        if not plan.to_send or not self.persons:
            return None
        try:
            with self.stopping.at_once():
                agreed = click.confirm(ask_to_buy(plan, self.context.environment), err=self.aside)
        except (click.Abort, KeyboardInterrupt, OSError):  # the terminal is gone
            return INTERRUPTED
        return None if agreed else DECLINED
