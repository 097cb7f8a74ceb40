"""The command `prune`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from batch_orders.cli.exits import Exit
from batch_orders.cli.show import open_console
from batch_orders.core.wording import counted
from batch_orders.errors import ConfigurationError
from batch_orders.inbox import Folder
from batch_orders.inbox.folders import find_root
from batch_orders.service.retention import Kept, find_finished, find_reports, remove

FINISHED = (Folder.DONE, Folder.REFUSED)


@dataclass(frozen=True, slots=True)
class PruneOptions:
    older_than: timedelta
    reports_dir: Path
    inbox: str | None
    attention: bool
    dry_run: bool
    yes: bool


def prune_files(words: PruneOptions, now: datetime | None = None) -> int:
    """`now` is what ages are counted from."""
    if words.attention and words.inbox is None:
        raise ConfigurationError("--attention is about an inbox. Name it with --inbox.")
    console = open_console(aside=False)
    old = list(find_all(words, (now or datetime.now(UTC)) - words.older_than))
    if not old:
        console.print("Nothing is that old.")
        return Exit.DONE
    show_old(console, old)
    if words.dry_run:
        console.print("Nothing was removed: this is a dry run.")
        return Exit.DONE
    if not approve(words, len(old)):
        console.print("Nothing was removed.")
        return Exit.STOPPED
    return remove_all(console, old)


def find_all(words: PruneOptions, before: datetime) -> Iterator[Kept]:
    yield from find_reports(words.reports_dir, before)
    if words.inbox is not None:
        if "://" in words.inbox:
            raise ConfigurationError("prune removes files of this machine only. Name a folder with --inbox.")
        root = find_root(Path(words.inbox))
        for folder in (*FINISHED, Folder.ATTENTION) if words.attention else FINISHED:
            yield from find_finished(root / folder, before)


def show_old(console: Console, old: list[Kept]) -> None:
    for kept in old:
        console.print(Text(f"{kept.changed.astimezone():%Y-%m-%d}  {kept.path}"), soft_wrap=True)
    console.print(f"{counted(len(old), 'file')}, {sum(kept.size for kept in old) / 1e6:,.1f} MB.")


def approve(words: PruneOptions, count: int) -> bool:
    if words.yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "There is no terminal to ask on, so nothing was removed. Give --yes to remove without asking, "
            "or --dry-run to look only."
        )
    return click.confirm(f"Remove {counted(count, 'file')}?")


def remove_all(console: Console, old: list[Kept]) -> int:
    faults = [fault for fault in map(remove, old) if fault]
    for fault in faults:
        console.print(Text(fault, style="red"))
    console.print(f"Removed {counted(len(old) - len(faults), 'file')}.")
    return Exit.ATTENTION if faults else Exit.DONE
