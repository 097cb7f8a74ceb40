"""The command `account`."""

from __future__ import annotations

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings


@click.command()
@with_options(
    click.argument("name", metavar="NAME"),
    options.config,
    click.option(
        "--new-key", is_flag=True, help="From now on the key given opens NAME, and no other key does."
    ),
    click.option("--go-on", is_flag=True, help="Carry out the batches of NAME again, which was paused."),
    options.base_url,
    options.api_key_file,
    options.ledger,
)
def account(settings: Settings, name: str, new_key: bool, go_on: bool) -> None:
    """Show since when the account NAME has its key, or tell that it has got a new one.

    The one without a name is called default. Orders belong to the name: a new key changes nothing of them.
    """
    from batch_orders.cli.account import show_account_or_change

    show_account_or_change(settings.under(name), name, new_key, go_on)
