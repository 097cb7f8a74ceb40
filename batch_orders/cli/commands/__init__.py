"""The commands, each in its file. What they do is imported when they are called, so that help is quick."""

from __future__ import annotations

import click

from batch_orders import __version__
from batch_orders.cli.commands.account import account
from batch_orders.cli.commands.cancel import cancel
from batch_orders.cli.commands.check import check
from batch_orders.cli.commands.completion import completion
from batch_orders.cli.commands.copy_ledger import copy_ledger
from batch_orders.cli.commands.demo import demo
from batch_orders.cli.commands.doctor import doctor
from batch_orders.cli.commands.enqueue import enqueue
from batch_orders.cli.commands.export import export
from batch_orders.cli.commands.inbox import inbox
from batch_orders.cli.commands.prune import prune
from batch_orders.cli.commands.reconcile import reconcile
from batch_orders.cli.commands.report import report
from batch_orders.cli.commands.resolve import resolve
from batch_orders.cli.commands.resume import resume
from batch_orders.cli.commands.run import run
from batch_orders.cli.commands.sandbox import sandbox
from batch_orders.cli.commands.serve import serve
from batch_orders.cli.commands.status import status
from batch_orders.cli.commands.template import template
from batch_orders.cli.commands.track import track
from batch_orders.cli.commands.user import user
from batch_orders.cli.commands.vendors import vendors
from batch_orders.cli.commands.worker import worker

FIRST_STEPS = """\
Place the orders of a spreadsheet with Smart Senders, each exactly once, and hand back a report.

  batch-orders template       write an empty order sheet to fill in
  batch-orders check SHEET    say what is wrong with a sheet; needs no key and spends nothing
  batch-orders run SHEET      show what would be bought, ask, order, and write the report

All commands: batch-orders --help. A rehearsal that spends nothing: batch-orders demo"""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="batch-orders")
@click.pass_context
def batch_orders(context: click.Context) -> None:
    """Place the orders of a spreadsheet with Smart Senders, each exactly once, and hand back a report."""
    if context.invoked_subcommand is None:
        click.echo(FIRST_STEPS)


COMMANDS = (
    run,
    inbox,
    enqueue,
    worker,
    cancel,
    check,
    template,
    demo,
    sandbox,
    serve,
    status,
    copy_ledger,
    resume,
    report,
    export,
    reconcile,
    track,
    vendors,
    account,
    resolve,
    doctor,
    prune,
    user,
    completion,
)
"""In the order in which help and docs/commands.md list them."""

for each in COMMANDS:
    batch_orders.add_command(each)
