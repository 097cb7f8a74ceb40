"""The command `sandbox`."""

from __future__ import annotations

import click

from batch_orders.cli.next import Line, show_next
from batch_orders.cli.show import open_console
from batch_orders.cli.stopping import Stopping
from batch_orders.errors import SandboxError
from batch_orders.sandbox import TROUBLES, PortError, serve
from batch_orders.settings.groups import KEY_VARIABLE


def serve_sandbox(port: int) -> None:
    Stopping().listen()
    try:
        serve(port, announce)
    except PortError as error:
        raise SandboxError(str(error)) from None
    except KeyboardInterrupt:
        click.echo("The sandbox has stopped.", err=True)


def announce(base_url: str) -> None:
    """The base URL alone on standard output, for programs; how to use it on standard error."""
    click.echo(base_url)
    click.echo(
        f"The sandbox is ready. It spends nothing and takes any key that does not begin with 'wrong':\n"
        f"  {KEY_VARIABLE}=any batch-orders run SHEET --base-url {base_url}\n"
        "Stage trouble by how a domain begins, such as rejected-shop.com:",
        err=True,
    )
    for beginning, does in TROUBLES.items():
        click.echo(f"  {beginning:<22} {does}", err=True)
    asking = f"Ctrl-C stops it. See from another terminal, where {KEY_VARIABLE} is any key, what it offers:"
    show_next(open_console(aside=True), Line(asking, ("vendors", "--base-url", base_url)))
