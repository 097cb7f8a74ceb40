"""The command `worker`."""

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
        "--accounts-at-once",
        type=click.IntRange(1, 64),
        default=8,
        show_default=True,
        metavar="N",
        help="Carry out batches of at most so many accounts at the same time.",
    ),
    click.option(
        "--only", "only", multiple=True, metavar="ACCOUNT", help="Take batches of this account alone."
    ),
    click.option(
        "--until-empty", is_flag=True, help="End when no batch is left that can be carried out now."
    ),
    click.option(
        "--beat-every",
        type=click.FloatRange(0.1, 600),
        default=10.0,
        show_default=True,
        metavar="SECONDS",
        help="Give a sign of life this often. Who misses three is taken for dead.",
    ),
    *options.sending_queued,
    options.base_url,
    options.api_key_file,
    options.ledger,
    options.timeout,
    *options.ledger_words,
    options.log_format,
)
def worker(settings: Settings, **words: Any) -> int:
    """Take batches out of the queue and carry them out, one at a time per account and in order.

    Needs a ledger on PostgreSQL, which any number of workers share. Ctrl-C or SIGTERM: the orders in
    flight are finished, the batches given back, and the worker ends with 0; a second one leaves at once.
    """
    from batch_orders.cli.call_options import pick_ledger_options
    from batch_orders.cli.worker import WorkerCall, serve_queue

    said = pick_ledger_options(words)
    return serve_queue(WorkerCall(settings, ledger=said, **words))
