"""The command `report`."""

from __future__ import annotations

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(
    click.argument("batch"),
    options.config,
    click.option(
        "--format",
        "form",
        type=click.Choice(("xlsx", "csv", "json")),
        default="xlsx",
        show_default=True,
        help="xlsx: the report, and a workbook of the rows to correct. csv: the result CSV. "
        "json: the object of run --json, on standard output.",
    ),
    options.ledger,
    options.reports_dir,
)
def report(settings: Settings, batch: str, form: str) -> int:
    """Write the report of a BATCH anew, at any time, from the ledger alone. Asks nobody and sends nothing."""
    from batch_orders.cli.report import report_batch

    return report_batch(settings, batch, form)
