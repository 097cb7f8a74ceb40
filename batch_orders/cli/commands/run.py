"""The command `run`."""

from __future__ import annotations

from typing import Any

import click

from batch_orders.cli import options
from batch_orders.cli.grouped_help import GroupedCommand
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command(cls=GroupedCommand)
@with_options(
    options.sheets,
    options.config,
    click.option("--dry-run", is_flag=True, help="Stop after the plan. A report is still written."),
    options.apply_suggestions,
    options.sandbox,
    *options.submitting,
    *options.place,
    *options.ledger_words,
    *options.reading,
    *options.reporting,
    options.log_format,
)
def run(settings: Settings, **words: Any) -> int:
    """Read, validate, plan, confirm, submit one at a time, and report."""
    from batch_orders.cli.call_options import pick_approval, pick_ledger_options, rehearsed
    from batch_orders.cli.run import RunCall, run_sheets

    with rehearsed(settings, words["sandbox"]) as own:
        approved, said = pick_approval(own, words), pick_ledger_options(words)
        return run_sheets(RunCall(approved, ledger=said, **words))
