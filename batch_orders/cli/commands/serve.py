"""The command `serve`."""

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
        "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen."
    ),
    click.option(
        "--port",
        type=click.IntRange(0, 65_535),
        default=8765,
        show_default=True,
        metavar="N",
        help="The port; 0 takes a free one.",
    ),
    options.sandbox,
    *options.sending,
    *options.place,
    *options.ledger_words,
    options.log_format,
)
def serve(settings: Settings, host: str, port: int, sandbox: bool, **words: Any) -> None:
    """Serve a page on which sheets are handed in, looked at, ordered and handed back with a browser.

    Prints the address to open, which can be opened once, and serves until it is stopped. Batches
    that were started go on without it. Needs: pip install 'batch-orders[web]'
    """
    from batch_orders.cli.call_options import pick_ledger_options
    from batch_orders.cli.serve import serve_page

    expected = pick_ledger_options(words).expect(settings.place, sandbox)
    serve_page(settings, options.typed_settings(), host, port, expected)
