"""The commands about people: `user add`, `user history`."""

from __future__ import annotations

from typing import Any

import click

from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.core.people import USUAL_ROLE, Role
from batch_orders.settings import Settings


@click.group()
def user() -> None:
    """People who sign in to the page, and what they did."""


@user.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--role",
    "roles",
    type=click.Choice(tuple(role.value for role in Role)),
    multiple=True,
    default=(USUAL_ROLE.value,),
    show_default=True,
    help="What NAME may do. upload includes look, and confirm includes upload; resolve settles what may have been "
    "bought, and includes look. Can be given twice.",
)
@click.option(
    "--account", "accounts", multiple=True, metavar="NAME", help="Only for this account. Can be given twice."
)
@click.option("--max-orders", type=click.IntRange(0), metavar="N", help="Confirms no plan of more orders.")
@click.option("--max-cost", type=options.amount, help="Confirms no plan that costs more.")
def add(name: str, **words: Any) -> None:
    """Print the line for [users] of the settings by which NAME signs in to the page.

    Asks for the password, which is not shown, or reads it from a pipe. Only a hash of it is printed.
    """
    from batch_orders.cli.user import NewUser, add_user

    add_user(NewUser(name, **words))


@user.command()
@with_options(click.argument("name", metavar="NAME"), options.config, options.ledger)
def history(settings: Settings, name: str) -> None:
    """Show all that NAME did: sheets handed in, plans confirmed, batches stopped, orders settled.

    NAME is a person or a program of the page, or who ran a command, as status names it.
    """
    from batch_orders.cli.who import show_person

    show_person(settings.place.ledger, name)
