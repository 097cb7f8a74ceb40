"""The command `prune`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import click
from rich.console import Console
from rich.text import Text

from batch_orders.cli.exits import Exit
from batch_orders.cli.next import SEE_LEDGER, Line, show_next
from batch_orders.cli.show import open_console
from batch_orders.cli.workspace import existing_place
from batch_orders.core.wording import counted
from batch_orders.errors import ConfigurationError
from batch_orders.inbox import Folder
from batch_orders.inbox.folders import find_root
from batch_orders.service.context import open_ledger
from batch_orders.service.retention import Kept, find_finished, find_reports, remove

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FINISHED = (Folder.DONE, Folder.REFUSED)


@dataclass(frozen=True, slots=True)
class PruneOptions:
    """`older_than` is the age of files, `snapshots` that of batches whose sheets leave the ledger."""

    reports_dir: Path
    ledger: str | None
    older_than: timedelta | None
    snapshots: timedelta | None
    inbox: str | None
    attention: bool
    dry_run: bool
    yes: bool

    @property
    def in_earnest(self) -> tuple[str, ...]:
        """The words of the same call without --dry-run."""
        ages = {"--older-than": self.older_than, "--snapshots": self.snapshots}
        asked = (word for name, age in ages.items() if age is not None for word in (name, tell_age(age)))
        inbox = ("--inbox", self.inbox) if self.inbox else ()
        return ("prune", *asked, *inbox, *(("--attention",) if self.attention else ()))


class Pruned(NamedTuple):
    """`found`: whether anything is that old."""

    code: Exit
    found: bool


def tell_age(age: timedelta) -> str:
    """As it is typed: `30d`, or `36h`."""
    return f"{age // HOUR}h" if age % DAY else f"{age // DAY}d"


def prune(options: PruneOptions, now: datetime | None = None) -> int:
    """`now` is what ages are counted from."""
    if options.attention and options.inbox is None:
        raise ConfigurationError("--attention is about an inbox. Name it with --inbox.")
    if options.older_than is None and options.snapshots is None:
        raise ConfigurationError(
            "Say what is old: files with --older-than 90d, or sheets in the ledger with --snapshots 365d."
        )
    console = open_console(aside=False)
    moment = now or datetime.now(UTC)
    pruned = [Pruned(Exit.DONE, found=False)]
    if options.older_than is not None:
        pruned.append(prune_files(console, options, moment - options.older_than))
    if options.snapshots is not None:
        pruned.append(prune_snapshots(console, options, moment - options.snapshots))
    if options.dry_run and any(each.found for each in pruned):
        show_next(console, Line("To remove what is that old:", options.in_earnest))
    else:
        show_next(console, SEE_LEDGER)
    return max(each.code for each in pruned)


def prune_files(console: Console, options: PruneOptions, before: datetime) -> Pruned:
    old = list(find_all(options, before))
    if not old:
        console.print("No file is that old.")
        return Pruned(Exit.DONE, found=False)
    show_old(console, old)
    if options.dry_run:
        console.print("Nothing was removed: this is a dry run.")
        return Pruned(Exit.DONE, found=True)
    if not approve(options, counted(len(old), "file")):
        console.print("Nothing was removed.")
        return Pruned(Exit.STOPPED, found=True)
    return Pruned(remove_all(console, old), found=True)


def prune_snapshots(console: Console, options: PruneOptions, before: datetime) -> Pruned:
    """Take the sheets out of old batches that have ended. What was bought stays."""
    with open_ledger(existing_place(options.ledger)) as ledger:
        count = ledger.prune_snapshots(before, dry=True)
        what = f"{counted(count, 'sheet')} in the ledger"
        if not count:
            console.print("No sheet in the ledger belongs to a batch that ended that long ago.")
            return Pruned(Exit.DONE, found=False)
        console.print(
            f"{what}, of batches that ended before {before.astimezone():%Y-%m-%d}. What was bought stays."
        )
        if options.dry_run:
            console.print("Nothing was removed: this is a dry run.")
            return Pruned(Exit.DONE, found=True)
        if not approve(options, what):
            console.print("Nothing was removed.")
            return Pruned(Exit.STOPPED, found=True)
        console.print(f"Removed {counted(ledger.prune_snapshots(before), 'sheet')} from the ledger.")
    return Pruned(Exit.DONE, found=True)


def find_all(options: PruneOptions, before: datetime) -> Iterator[Kept]:
    yield from find_reports(options.reports_dir, before)
    if options.inbox is not None:
        if "://" in options.inbox:
            raise ConfigurationError("prune removes files of this machine only. Name a folder with --inbox.")
        root = find_root(Path(options.inbox))
        for folder in (*FINISHED, Folder.ATTENTION) if options.attention else FINISHED:
            yield from find_finished(root / folder, before)


def show_old(console: Console, old: list[Kept]) -> None:
    for kept in old:
        console.print(Text(f"{kept.changed.astimezone():%Y-%m-%d}  {kept.path}"), soft_wrap=True)
    console.print(f"{counted(len(old), 'file')}, {sum(kept.size for kept in old) / 1e6:,.1f} MB.")


def approve(options: PruneOptions, what: str) -> bool:
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "There is no terminal to ask on, so nothing was removed. Give --yes to remove without asking, "
            "or --dry-run to look only."
        )
    return click.confirm(f"Remove {what}?")


def remove_all(console: Console, old: list[Kept]) -> Exit:
    faults = [fault for fault in map(remove, old) if fault]
    for fault in faults:
        console.print(Text(fault, style="red"))
    console.print(f"Removed {counted(len(old) - len(faults), 'file')}.")
    return Exit.ATTENTION if faults else Exit.DONE
