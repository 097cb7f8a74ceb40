"""The words that several commands share and that are no settings: a person says them on one call alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from batch_orders.cli.workspace import LedgerWords
from batch_orders.settings import Settings


def take_approval(settings: Settings, words: dict[str, Any]) -> Settings:
    """The settings with --yes and --approve in them; both are taken out of `words`."""
    submitting = replace(settings.submitting, yes=words.pop("yes"), approve=words.pop("approve"))
    return replace(settings, submitting=submitting)


def take_ledger_words(words: dict[str, Any]) -> LedgerWords:
    """What was said of the ledger; it is taken out of `words`."""
    return LedgerWords(words.pop("new_ledger"), words.pop("restored_ledger"))
