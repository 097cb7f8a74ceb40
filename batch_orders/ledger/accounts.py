"""Which key opens which account: a salted mark of it, kept from its first use on, and never the key itself.

The name is the identity of an account. A key that stands for another account, or one that an account was
never used with, would spend one customer's money on another's orders.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from sqlalchemy import Connection, delete, insert, select, text, update

from batch_orders.core.accounts import show_account
from batch_orders.core.records import AccountRecord
from batch_orders.errors import ConfigurationError
from batch_orders.ledger.lock import now
from batch_orders.ledger.schema import accounts

ROUNDS = 10_000
"""A key is random and long, so that nobody finds it by trying. These make it dearer still."""


def find_accounts(connection: Connection, environment: str) -> tuple[AccountRecord, ...]:
    query = select(accounts).where(accounts.c.environment == environment).order_by(accounts.c.account)
    return tuple(
        AccountRecord(row.account, row.salt, row.mark, row.first_seen_at, row.key_changed_at)
        for row in connection.execute(query)
    )


def refuse_other_key(connection: Connection, environment: str, account: str, key: str) -> bool:
    """Whether the key of this account is known already.

    Raises ConfigurationError where it is another one, or where the key is known as another account's.
    """
    known = {record.account: record for record in find_accounts(connection, environment)}
    own = known.get(account)
    if own is not None and has_mark(own, key):
        return True
    owner = next((record for record in known.values() if has_mark(record, key)), None)
    name = show_account(account)
    if owner is not None:
        raise ConfigurationError(
            f"The API key is the one of the account {show_account(owner.account)} at {environment}, and was given for "
            f"{name}. Nothing was sent.",
            setting="new-key",
        )
    if own is not None:
        raise ConfigurationError(
            f"The API key is not the one that the account {name} has at {environment} since {own.since}. Nothing was "
            "sent. A key of another customer needs an account of its own.",
            setting="new-key",
        )
    return False


def note_key(connection: Connection, environment: str, account: str, key: str) -> None:
    """Keep the mark of an account's key at its first use. Raises as `refuse_other_key` does."""
    if refuse_other_key(connection, environment, account, key):
        return
    if connection.dialect.name == "postgresql":
        # Two accounts may be used with one key for the first time at the same moment: one waits, and is refused.
        connection.execute(text("LOCK TABLE accounts IN EXCLUSIVE MODE"))
        if refuse_other_key(connection, environment, account, key):
            return
    connection.execute(
        insert(accounts).values(
            environment=environment, account=account, first_seen_at=now(), key_changed_at="", **make_mark(key)
        )
    )


def change_key(connection: Connection, environment: str, account: str, key: str) -> tuple[str, ...]:
    """Let this key open this account from now on, and no other. Returns the accounts that it opened before."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE accounts IN EXCLUSIVE MODE"))
    before = tuple(
        record.account
        for record in find_accounts(connection, environment)
        if record.account != account and has_mark(record, key)
    )
    for other in before:
        connection.execute(
            delete(accounts).where(accounts.c.environment == environment, accounts.c.account == other)
        )
    here = (accounts.c.environment == environment) & (accounts.c.account == account)
    changed = connection.execute(update(accounts).where(here).values(key_changed_at=now(), **make_mark(key)))
    if not changed.rowcount:
        note_key(connection, environment, account, key)
    return before


def make_mark(key: str) -> dict[str, str]:
    salt = secrets.token_hex(16)
    return {"salt": salt, "mark": mark_of(key, salt)}


def mark_of(key: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", key.encode(), bytes.fromhex(salt), ROUNDS).hex()


def has_mark(record: AccountRecord, key: str) -> bool:
    return hmac.compare_digest(record.mark, mark_of(key, record.salt))
