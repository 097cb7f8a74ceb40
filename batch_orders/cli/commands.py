"""The commands. What they do is imported when they are called, so that help is quick."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from batch_orders import __version__
from batch_orders.cli import inbox_options, options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings

FIRST_STEPS = """\
Place the orders of a spreadsheet with Smart Senders, each exactly once, and hand back a report.

  batch-orders template       write an empty order sheet to fill in
  batch-orders check SHEET    say what is wrong with a sheet; needs no key and spends nothing
  batch-orders run SHEET      show what would be bought, ask, order, and write the report

All commands: batch-orders --help. A rehearsal that spends nothing: batch-orders run SHEET --sandbox."""


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


@batch_orders.command()
@with_options(
    options.sheets,
    options.config,
    click.option("--dry-run", is_flag=True, help="Stop after the plan. A report is still written."),
    options.apply_suggestions,
    options.sandbox,
    *options.submitting,
    *options.place,
    *options.ledger_words,
    *options.reading,
    *options.reporting,
    options.log_format,
)
def run(
    settings: Settings,
    yes: bool,
    approve: tuple[str, ...],
    new_ledger: bool,
    restored_ledger: bool,
    **words: Any,
) -> int:
    """Read, validate, plan, confirm, submit one at a time, and report."""
    from batch_orders.cli.run import RunCall, run_sheets
    from batch_orders.cli.workspace import LedgerWords

    submitting = replace(settings.submitting, yes=yes, approve=approve)
    said = LedgerWords(new_ledger, restored_ledger)
    return run_sheets(RunCall(replace(settings, submitting=submitting), words=said, **words))


@batch_orders.command()
@with_options(
    click.argument("folder", metavar="FOLDER"),
    options.config,
    *inbox_options.inbox,
    options.sandbox,
    *options.sending,
    *options.place,
    *options.ledger_words,
    *options.reading,
    options.as_json,
    options.log_format,
)
def inbox(
    settings: Settings, folder: str, watch: bool, sandbox: bool, new_ledger: bool, restored_ledger: bool
) -> int:
    """Take the sheets that were dropped into FOLDER, order without asking, and hand results back.

    A FOLDER of the name inbox is the one that people drop files into; working, done, attention and
    refused lie beside it. Any other FOLDER holds all five. It must exist; what is missing in it is
    made. sftp://user@host/path is a FOLDER on a server.

    A file ends in done/ (exit code 0), attention/ (1 or 4) or refused/ (3), with its report. Teams
    may have folders of their own in inbox/. If another process is at work on FOLDER, this one says
    so and ends with 0.
    """
    from batch_orders.cli.inbox import InboxCall, work_inbox
    from batch_orders.cli.workspace import LedgerWords

    words = LedgerWords(new_ledger, restored_ledger)
    return work_inbox(InboxCall(settings, folder, watch, sandbox, words))


@batch_orders.command()
@with_options(
    options.sheets,
    options.config,
    click.option(
        "--corrections", type=options.file_path, help="Write the rows that are held back to this workbook."
    ),
    options.apply_suggestions,
    *options.reading,
    options.as_json,
)
def check(settings: Settings, **words: Any) -> int:
    """Read and validate only, and print the problems. Needs no key and no network."""
    from batch_orders.cli.check import check_sheets

    return check_sheets(settings, **words)


@batch_orders.command()
@click.argument("path", type=options.file_path, default=Path("order-sheet.xlsx"))
def template(path: Path) -> None:
    """Write an empty order sheet to PATH, .xlsx or .csv by its ending."""
    from batch_orders.report.template import write_template

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
def serve(
    settings: Settings, host: str, port: int, sandbox: bool, new_ledger: bool, restored_ledger: bool
) -> None:
    """Serve a page on which sheets are handed in, looked at, ordered and handed back with a browser.

    Prints the address to open, which can be opened once, and serves until it is stopped. Batches
    that were started go on without it. Needs: pip install 'batch-orders[web]'
    """
    from batch_orders.cli.serve import serve_page
    from batch_orders.cli.workspace import LedgerWords

    words = LedgerWords(new_ledger, restored_ledger)
    serve_page(settings, options.typed_settings(), host, port, words.expect(settings.place, sandbox))


@batch_orders.command()
@with_options(click.argument("domain", required=False), options.config, options.ledger)
def status(settings: Settings, domain: str | None) -> None:
    """Show what the ledger knows: its batches, or the history of one DOMAIN."""
    from batch_orders.cli.status import show_status

    show_status(settings.place.ledger, domain)


@batch_orders.command()
@with_options(click.argument("to", metavar="PATH|URL"), options.config, options.ledger)
def copy_ledger(settings: Settings, to: str) -> None:
    """Copy the whole ledger to an empty one, such as from SQLite to PostgreSQL."""
    from batch_orders.cli.status import copy_to

    copy_to(settings.place.ledger, to)


@batch_orders.command()
@with_options(
    click.argument("batch", required=False),
    options.config,
    *options.submitting,
    *options.place,
    *options.ledger_words,
    *options.reporting,
    options.log_format,
)
def resume(
    settings: Settings,
    batch: str | None,
    yes: bool,
    approve: tuple[str, ...],
    new_ledger: bool,
    restored_ledger: bool,
) -> int:
    """Carry an interrupted BATCH on. Without a name: the latest one that was cut short."""
    from batch_orders.cli.resume import resume_interrupted
    from batch_orders.cli.workspace import LedgerWords

    submitting = replace(settings.submitting, yes=yes, approve=approve)
    words = LedgerWords(new_ledger, restored_ledger)
    return resume_interrupted(replace(settings, submitting=submitting), batch, words)


@batch_orders.command()
@with_options(
    click.argument("batch"),
    options.config,
    click.option(
        "--format",
        "form",
        type=click.Choice(("xlsx", "csv")),
        default="xlsx",
        show_default=True,
        help="xlsx: the report, and a workbook of the rows to correct. csv: the result CSV.",
    ),
    options.ledger,
    options.reports_dir,
)
def report(settings: Settings, batch: str, form: str) -> int:
    """Write the report of a BATCH anew, at any time, from the ledger alone. Asks nobody and sends nothing."""
    from batch_orders.cli.report import report_batch

    return report_batch(settings, batch, form)


@batch_orders.command()
@with_options(options.config, *options.place)
def reconcile(settings: Settings) -> int:
    """Look unconfirmed orders up in the vendor's list of domains. Changes nothing there."""
    from batch_orders.cli.followup import reconcile_orders

    return reconcile_orders(settings.place)


@batch_orders.command()
@with_options(options.config, *options.place)
def track(settings: Settings) -> int:
    """Ask the vendor how placed orders stand, and record its word. Changes nothing there."""
    from batch_orders.cli.followup import track_orders

    return track_orders(settings.place)


@batch_orders.command()
@with_options(options.config, *options.asking)
def vendors(settings: Settings) -> int:
    """Show the vendors: number, name, prices, and how long a delivery takes, as they tell it themselves."""
    from batch_orders.cli.vendors import show_vendors

    return show_vendors(settings.place)


@batch_orders.command()
@with_options(
    click.argument("name", metavar="NAME"),
    options.config,
    click.option(
        "--new-key", is_flag=True, help="From now on the key given opens NAME, and no other key does."
    ),
    options.base_url,
    options.api_key_file,
    options.ledger,
)
def account(settings: Settings, name: str, new_key: bool) -> None:
    """Show since when the account NAME has its key, or tell that it has got a new one.

    The one without a name is called default. Orders belong to the name: a new key changes nothing of them.
    """
    from batch_orders.cli.account import show_account_or_change

    show_account_or_change(settings.under(name), name, new_key)


@batch_orders.command()
@with_options(
    click.argument("domain"),
    options.config,
    click.option("--placed", is_flag=True, help="It was bought."),
    click.option("--order-id", metavar="ID", default="", help="The vendor's order id, with --placed."),
    click.option(
        "--not-bought",
        is_flag=True,
        help="It was not bought. Its sheet orders it when it is handed in again.",
    ),
    click.option(
        "--gone",
        is_flag=True,
        help="It was placed, and the vendor does not have it any more. Its sheet orders it when it is handed in "
        "again.",
    ),
    click.option("--reason", metavar="TEXT", default="", help="How you know, with --not-bought or --gone."),
    click.option("--sandbox", is_flag=True, help="The order went to the embedded sandbox."),
    options.setting("base-url", help="Where the order went, if that is not clear."),
    options.setting("account", help="The account that it was sent under, if that is not clear."),
    options.ledger,
)
def resolve(settings: Settings, **words: Any) -> int:
    """Record what you found out about a DOMAIN's order that is unconfirmed, or that was placed and failed."""
    from batch_orders.cli.followup import ResolveOptions, resolve_order

    place = settings.place
    return resolve_order(
        ResolveOptions(base_url=place.base_url, account=place.account, ledger=place.ledger, **words)
    )


@batch_orders.command()
@with_options(
    options.config,
    *options.place,
    options.reports_dir,
    click.option("--inbox", metavar="FOLDER", help="Look at the folders of this inbox, too."),
    click.option("--notify", is_flag=True, help="Send a test message to every notification target."),
)
def doctor(settings: Settings, inbox: str | None, notify: bool) -> int:
    """Check settings, key, clock, ledger, folders and notification targets. Spends nothing.

    Says what is wrong and how to mend it. Exit code 0: all is well. 1: something wants mending.
    """
    from batch_orders.cli.doctor import DoctorOptions, examine_all

    return examine_all(DoctorOptions(settings.place, settings.reporting.reports_dir, inbox, notify))


@batch_orders.command()
@with_options(
    options.config,
    click.option(
        "--older-than",
        type=options.age,
        help="Remove files that are older, such as 90d. It counts from their last change, or from when they "
        "were put away.",
    ),
    click.option(
        "--snapshots",
        type=options.age,
        help="Take the sheets, which hold contact details, out of batches in the ledger that ended longer ago, "
        "such as 365d. What was bought stays.",
    ),
    options.ledger,
    options.reports_dir,
    click.option("--inbox", metavar="FOLDER", help="Prune done/ and refused/ of this inbox, too."),
    click.option(
        "--attention", is_flag=True, help="Prune attention/, too: what needs a person, done with or not."
    ),
    click.option("--dry-run", is_flag=True, help="Say what is that old, and remove nothing."),
    click.option("--yes", is_flag=True, help="Remove without asking."),
)
def prune(settings: Settings, **words: Any) -> int:
    """Remove old reports and finished sheets, and sheets of old batches from the ledger.

    Never what was bought, and nothing that waits or is worked on.
    """
    from batch_orders.cli import prune as command

    place, reporting = settings.place, settings.reporting
    return command.prune(command.PruneOptions(reporting.reports_dir, place.ledger, **words))


@batch_orders.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print what completes commands, options and files in SHELL when Tab is pressed.

    For bash, this line in ~/.bashrc turns it on; the other shells take it alike:
    eval "$(batch-orders completion bash)". For fish: batch-orders completion fish | source.
    """
    from batch_orders.cli.completion import completion_script

    click.echo(completion_script(batch_orders, shell))
