"""Help in which the options of a long command stand in groups."""

from __future__ import annotations

from collections.abc import Mapping

import click

GROUPS: Mapping[str, tuple[str, ...]] = {
    "What": ("dry_run", "sandbox", "yes", "approve", "apply_suggestions", "body", "watch"),
    "Limits": (
        *("max_orders", "max_cost", "max_orders_per_day", "max_cost_per_day"),
        *("max_orders_per_month", "max_cost_per_month", "time_zone", "all_or_nothing"),
        *("rate", "max_failures", "wait"),
    ),
    "Reading": ("worksheet", "header_row", "encoding", "delimiter", "password_file"),
    "Where": (
        *("account", "base_url", "api_key_file", "ledger", "new_ledger", "restored_ledger"),
        *("timeout", "config"),
    ),
    "Output": ("report", "reports_dir", "json", "log_format", "help"),
}
"""Names of parameters, in the order in which help lists them. What is in none of them comes last."""
OTHERS = "Other"


class GroupedCommand(click.Command):
    """A command whose help lists its options by what they are about."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        told = {
            "help" if "--help" in parameter.opts else str(parameter.name): record
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(ctx))
        }
        for group, names in GROUPS.items():
            if records := [told.pop(name) for name in names if name in told]:
                with formatter.section(group):
                    formatter.write_dl(records)
        if told:
            with formatter.section(OTHERS):
                formatter.write_dl(list(told.values()))
