"""Names of accounts. The one without a name, which everything of before there were any belongs to, is `default`."""

from __future__ import annotations

DEFAULT_ACCOUNT = "default"
"""What people call the account without a name."""


def show_account(account: str) -> str:
    """An account's name as people read and type it."""
    return account or DEFAULT_ACCOUNT


def read_account(text: str) -> str:
    """The name that the ledger has of what a person typed."""
    name = text.strip()
    return "" if name == DEFAULT_ACCOUNT else name


def under_account(account: str) -> str:
    """` under the account acme`, or "" for the one without a name."""
    return f" under the account {account}" if account else ""
