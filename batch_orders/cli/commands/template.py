"""The command `template`."""

from __future__ import annotations

from pathlib import Path

import click

from batch_orders.cli import options


@click.command()
@click.argument("path", type=options.file_path, default=Path("order-sheet.xlsx"))
def template(path: Path) -> None:
    """Write an empty order sheet to PATH, .xlsx or .csv by its ending."""
    from batch_orders.cli.next import Line, as_typed, show_next
    from batch_orders.cli.show import open_console
    from batch_orders.report.template import write_template

    write_template(path)
    show_next(open_console(aside=False), Line(f"Wrote {path}. Fill it in, then:", ("check", as_typed(path))))
