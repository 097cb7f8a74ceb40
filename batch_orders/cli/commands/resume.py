"""The command `resume`."""

from __future__ import annotations

from typing import Any

import click

from batch_orders.cli import options
from batch_orders.cli.grouped_help import GroupedCommand
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command(cls=GroupedCommand)
@with_options(
    click.argument("batch", required=False),
    options.config,
    *options.submitting,
    *options.place,
    *options.ledger_words,
    *options.reporting,
    options.log_format,
)
def resume(settings: Settings, batch: str | None, **words: Any) -> int:
    """Carry an interrupted BATCH on. Without a name: the latest one that was cut short."""
    from batch_orders.cli.call_options import pick_approval, pick_ledger_options
    from batch_orders.cli.resume import resume_interrupted

    approved, said = pick_approval(settings, words), pick_ledger_options(words)
    return resume_interrupted(approved, batch, said)
