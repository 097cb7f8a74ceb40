"""The command `template`."""

from __future__ import annotations

from pathlib import Path

import click

from batch_orders.cli import options


@click.command()
@click.argument("path", type=options.file_path, default=Path("order-sheet.xlsx"))
def template(path: Path) -> None:
    """Write an empty order sheet to PATH, .xlsx or .csv by its ending."""
    from batch_orders.report.template import write_template

    write_template(path)
    click.echo(f"Wrote {path}. Fill it in, then: batch-orders check {path}")
