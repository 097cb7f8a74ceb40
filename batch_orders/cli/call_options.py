"""The options that several commands share and that are no settings: a person gives them for one call alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from batch_orders.cli.workspace import LedgerOptions
from batch_orders.settings import SETTINGS, Settings


@contextmanager
def rehearsed(settings: Settings, sandbox: bool) -> Iterator[Settings]:
    """In a rehearsal the settings with a ledger of its own, which is thrown away with the block.

    What was rehearsed before would not be ordered again. A ledger that was named with --ledger is used as it is.
    """
    if not sandbox or settings.source("ledger") == SETTINGS["ledger"].option:
        yield settings
        return
    with TemporaryDirectory(prefix="batch-orders-rehearsal-", ignore_cleanup_errors=True) as folder:
        yield settings.with_ledger(str(Path(folder) / "ledger.db"))


def pick_approval(settings: Settings, words: dict[str, Any]) -> Settings:
    """The settings with --yes and --approve in them; both are taken out of `words`."""
    submitting = replace(settings.submitting, yes=words.pop("yes"), approve=words.pop("approve"))
    return replace(settings, submitting=submitting)


def pick_ledger_options(words: dict[str, Any]) -> LedgerOptions:
    """What was said of the ledger; it is taken out of `words`."""
    return LedgerOptions(words.pop("new_ledger"), words.pop("restored_ledger"))
