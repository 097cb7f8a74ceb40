"""The command `sandbox`."""

from __future__ import annotations

import click


@click.command()
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
