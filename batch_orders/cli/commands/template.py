"""The command `template`."""

from __future__ import annotations

from pathlib import Path

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(
    click.argument("path", type=options.file_path, default=Path("order-sheet.xlsx")),
    options.config,
    options.base_url,
)
def template(settings: Settings, path: Path) -> None:
    """Write an empty order sheet to PATH, .xlsx or .csv by its ending.

    A workbook offers the vendors to choose from, as they were last asked for.
    """
    from batch_orders.cli.next import Line, as_typed, show_next
    from batch_orders.cli.show import open_console
    from batch_orders.core.base_url import LIVE_BASE_URL, normalise_base_url
    from batch_orders.report.template import write_template
    from batch_orders.service.vendor_cache import recall_vendors
    from batch_orders.settings import default_cache

    environment = normalise_base_url(settings.place.base_url or LIVE_BASE_URL)
    known = recall_vendors(default_cache(), environment)
    write_template(path, known.offers if known else ())
    show_next(open_console(aside=False), Line(f"Wrote {path}. Fill it in, then:", ("check", as_typed(path))))
