"""The command `check`."""

from __future__ import annotations

from typing import Any

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(
    options.sheets,
    options.config,
    click.option(
        "--corrections", type=options.file_path, help="Write the rows that are held back to this workbook."
    ),
    options.apply_suggestions,
    *options.reading,
    options.as_json,
)
def check(settings: Settings, **words: Any) -> int:
    """Read and validate only, and print the problems. Needs no key and no network."""
    from batch_orders.cli.check import check_sheets

    return check_sheets(settings, **words)
