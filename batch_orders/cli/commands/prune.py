"""The command `prune`."""

from __future__ import annotations

from typing import Any

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(
    options.config,
    click.option(
        "--older-than",
        type=options.age,
        help="Remove files that are older, such as 90d. It counts from their last change, or from when they "
        "were put away.",
    ),
    click.option(
        "--snapshots",
        type=options.age,
        help="Take the sheets, which hold contact details, out of batches in the ledger that ended longer ago, "
        "such as 365d. What was bought stays.",
    ),
    options.ledger,
    options.reports_dir,
    click.option("--inbox", metavar="FOLDER", help="Prune done/ and refused/ of this inbox, too."),
    click.option(
        "--attention", is_flag=True, help="Prune attention/, too: what needs a person, done with or not."
    ),
    click.option("--dry-run", is_flag=True, help="Say what is that old, and remove nothing."),
    click.option("--yes", is_flag=True, help="Remove without asking."),
)
def prune(settings: Settings, **words: Any) -> int:
    """Remove old reports and finished sheets, and sheets of old batches from the ledger.

    Never what was bought, and nothing that waits or is worked on.
    """
    from batch_orders.cli import prune as command

    place, reporting = settings.place, settings.reporting
    return command.prune(command.PruneOptions(reporting.reports_dir, place.ledger, **words))
