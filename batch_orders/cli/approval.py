"""A plan is shown, and somebody says yes: a person at the terminal, --yes, or --approve."""

from __future__ import annotations

from collections.abc import Callable

import click
from rich.console import Console

from batch_orders.cli.plan import show_plan
from batch_orders.cli.stopping import Stopping
from batch_orders.core.plan import Plan
from batch_orders.core.wording import counted
from batch_orders.service.submission import INTERRUPTED
from batch_orders.settings import SubmitOptions
from batch_orders.smart_senders import Environment


class Approval:
    """`plan` is the last plan that was approved, or None; `said` are the remarks that were shown."""

    def __init__(
        self,
        console: Console,
        environment: Environment,
        words: SubmitOptions,
        stopping: Stopping,
        aside: bool,
    ) -> None:
        self.plan: Plan | None = None
        self.said: tuple[str, ...] = ()
        self._console = console
        self._environment = environment
        self._words = words
        self._stopping = stopping
        self._aside = aside

    def ask(self, plan: Plan, begin: Callable[[int], None]) -> str:
        """Why the plan may not be carried out, or "". From a yes on, the run is ended gently only."""
        show_plan(self._console, plan, self._environment)
        self.said = plan.remarks
        if refused := self._refuse(plan):
            return refused
        self.plan = plan
        self._stopping.gentle = True
        begin(len(plan.to_send))
        return ""

    def _refuse(self, plan: Plan) -> str:
        words = self._words
        if words.approve and plan.checksum not in words.approve:
            return f"The plan is now {plan.checksum}, not the one that was approved. Look at it again."
        if not plan.to_send or words.yes or words.approve:
            return ""
        try:
            with self._stopping.at_once():
                agreed = click.confirm(f"Submit {counted(len(plan.to_send), 'order')}?", err=self._aside)
        except (click.Abort, KeyboardInterrupt, OSError):  # the terminal is gone
            return INTERRUPTED
        return "" if agreed else "The plan was not approved."
