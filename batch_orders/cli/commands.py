"""The commands and their options. What they do is imported when they are called: help is quick."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from batch_orders import __version__
from batch_orders.cli.options import (
    FILE_OPTIONS,
    RateOption,
    file_path,
    read_settings,
)

Command = TypeVar("Command", bound=Callable[..., Any])


def with_options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def option(name: str, **settings: Any) -> Callable[[Command], Command]:
    """An option that also stands in the environment, under BATCH_ORDERS_ and its name."""
    variable = "BATCH_ORDERS_" + name.removeprefix("--").replace("-", "_").upper()
    return click.option(name, envvar=variable, show_envvar=True, **settings)


config = click.option(
    "--config",
    type=file_path,
    is_eager=True,
    expose_value=False,
    callback=read_settings,
    envvar="BATCH_ORDERS_CONFIG",
    help="The settings file. Without it: batch-orders.toml in the working directory, or in the user's "
    "configuration directory.",
)
ledger = option(
    "--ledger",
    metavar="PATH|URL",
    help="Where the ledger is: a path, or a database URL. Default: in the user's data directory.",
)
sheets = click.argument("sheets", metavar="SHEET…", nargs=-1, required=True, type=file_path)
as_json = option(
    "--json", is_flag=True, help="Print one JSON object on standard output, all else on standard error."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="batch-orders")
def batch_orders() -> None:
    """Place the orders of a spreadsheet with Smart Senders, each exactly once, and hand back a report."""


@batch_orders.command()
@with_options(
    sheets,
    config,
    click.option("--yes", is_flag=True, help="Submit without asking."),
    click.option("--dry-run", is_flag=True, help="Stop after the plan. A report is still written."),
    click.option(
        "--sandbox", is_flag=True, help="Start the embedded sandbox and order there. Spends nothing."
    ),
    option(
        "--base-url", metavar="URL", help="Where orders go.  [default: https://smart-senders.smartlead.ai]"
    ),
    option(
        "--api-key-file", type=file_path, help="A file that holds the API key, in place of SMARTLEAD_API_KEY."
    ),
    ledger,
    option("--report", type=file_path, help="Where the report of the one sheet goes."),
    option(
        "--reports-dir", type=file_path, default=Path("reports"), show_default=True, help="Where reports go."
    ),
    option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True, max=86_400),
        default=300,
        show_default=True,
        metavar="SECONDS",
        help="The deadline of one whole call.",
    ),
    option(
        "--rate",
        type=RateOption(),
        default="10/2s",
        show_default=True,
        help="At most so many calls, or none.",
    ),
    option(
        "--max-failures",
        type=click.IntRange(min=1),
        default=3,
        show_default=True,
        metavar="N",
        help="Stop after so many answers in a row that prove nothing.",
    ),
    as_json,
)
def run(**words: Any) -> int:
    """Read, validate, plan, confirm, submit one at a time, and report."""
    from batch_orders.cli.run import RunOptions, run_sheets

    return run_sheets(RunOptions(**words))


@batch_orders.command()
@with_options(sheets, config, as_json)
def check(sheets: tuple[Path, ...], json: bool) -> int:
    """Read and validate only, and print the problems. Needs no key and no network."""
    from batch_orders.cli.check import check_sheets

    return check_sheets(sheets, json)


@batch_orders.command()
@click.argument("path", type=file_path, default=Path("order-sheet.xlsx"))
def template(path: Path) -> None:
    """Write an empty order sheet to PATH, .xlsx or .csv by its ending."""
    from batch_orders.template import write_template

    write_template(path)
    click.echo(f"Wrote {path}. Fill it in, then: batch-orders check {path}")


@batch_orders.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=0,
    metavar="N",
    help="The port.  [default: any free one]",
)
def sandbox(port: int) -> None:
    """Serve a Smart Senders of our own on this machine until stopped, and print its base URL."""
    from batch_orders.cli.sandbox import serve_sandbox

    serve_sandbox(port)


@batch_orders.command()
@with_options(click.argument("domain", required=False), config, ledger)
def status(domain: str | None, ledger: str | None) -> None:
    """Show what the ledger knows: its batches, or the history of one DOMAIN."""
    from batch_orders.cli.status import show_status

    show_status(ledger, domain)


FILE_OPTIONS.extend(
    name.removeprefix("--")
    for command in (run,)
    for parameter in command.params
    if isinstance(parameter, click.Option) and parameter.envvar and parameter.expose_value
    for name in parameter.opts
)
