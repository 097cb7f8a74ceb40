"""The command `demo`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

import batch_orders
from batch_orders.cli import options
from batch_orders.cli.options import with_options
from batch_orders.settings import Settings, SubmitOptions

EXAMPLE = Path(batch_orders.__file__).with_name("templates") / "example-orders.xlsx"


@click.command()
@with_options(options.config, *options.reporting, options.log_format)
def demo(settings: Settings) -> int:
    """Rehearse with the example that is shipped: read it, plan it, order it at an embedded sandbox, and report.

    Spends nothing, needs no key and leaves nothing but the report. Of the settings, only those of reports count.
    """
    from batch_orders.cli.call_options import rehearsed
    from batch_orders.cli.run import RunCall, run_sheets

    with rehearsed(Settings(), sandbox=True) as alone:
        own = replace(alone, reporting=settings.reporting, submitting=SubmitOptions(yes=True, rate=None))
        return run_sheets(RunCall(own, (EXAMPLE,), dry_run=False, sandbox=True, demo=True))
