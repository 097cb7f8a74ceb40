"""What commands work with, from their options: the key, the ledger, the context."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from batch_orders.core.actions import COMMAND_LINE
from batch_orders.errors import ConfigurationError
from batch_orders.service.context import SANDBOX_KEY, Opening
from batch_orders.service.known_ledger import Expected, refuse_missing_folder
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.reading import read_secret
from batch_orders.service.submission import RetryPolicy
from batch_orders.settings import (
    PlaceOptions,
    SubmitOptions,
    default_cache,
    default_ledger,
    user_data,
    user_state,
)
from batch_orders.smart_senders import LIVE_BASE_URL, ApiKey, Environment

DOOR = COMMAND_LINE


def find_key(place: PlaceOptions) -> ApiKey:
    """The account's API key. Raises ConfigurationError where no account was named, or there is no key."""
    account = place.customer
    if place.api_key_file:
        return ApiKey(read_secret(place.api_key_file, "API key"))
    if account and not has_key(place):
        raise ConfigurationError(
            f"There is no API key for the account {account}: {place.key_variable} is not set."
        )
    return ApiKey(os.environ.get(place.key_variable, "").strip())


def has_key(place: PlaceOptions) -> bool:
    return place.api_key_file is not None or bool(os.environ.get(place.key_variable, "").strip())


def find_run_key(place: PlaceOptions, sandbox: bool, dry_run: bool) -> ApiKey | None:
    """A dry run may go without a key: then it does not ask the vendor either."""
    if sandbox:
        return ApiKey(SANDBOX_KEY)
    if dry_run and not has_key(place):
        return None
    return find_key(place)


def ledger_place(ledger: str | None) -> str:
    return ledger or str(default_ledger())


def existing_place(ledger: str | None) -> str:
    """As `ledger_place`, for what makes no folder for a new ledger. Raises LedgerError where a named one has none."""
    if ledger:
        refuse_missing_folder(ledger)
    return ledger_place(ledger)


@dataclass(frozen=True, slots=True)
class LedgerOptions:
    """A person's words on the ledger, for this call alone: that it is new, or that it is known to be older."""

    new_ledger: bool = False
    restored_ledger: bool = False

    def expect(self, place: PlaceOptions, sandbox: bool) -> Expected | None:
        """What the ledger must be for orders that count."""
        if sandbox:
            return None
        return Expected(place.ledger is not None, sys.stdin.isatty(), self.new_ledger, self.restored_ledger)


def data_folder(place: PlaceOptions) -> Path:
    """Where this machine's own files lie: the user's data directory or, without a home, beside the ledger."""
    own = user_data()
    if own or not place.ledger or "://" in place.ledger:
        return own or default_ledger().parent
    return Path(place.ledger).absolute().parent


def open_to_ask(place: PlaceOptions) -> Opening:
    """For commands that only ask the vendor at the base URL."""
    return Opening(
        ledger=ledger_place(place.ledger),
        environment=Environment.at(place.base_url or LIVE_BASE_URL),
        key=find_key(place),
        account=place.customer,
        timeout=place.timeout,
        door=DOOR,
        prices=False,
    )


def open_to_submit(
    place: PlaceOptions,
    submitting: SubmitOptions,
    environment: Environment,
    key: ApiKey | None,
    limiter: RateLimiter,
    door: str = DOOR,
    expected: Expected | None = None,
) -> Opening:
    return Opening(
        ledger=ledger_place(place.ledger),
        environment=environment,
        key=key,
        account=place.customer,
        timeout=place.timeout,
        door=door,
        limiter=limiter,
        cache=default_cache(),
        retry=RetryPolicy(failures=submitting.max_failures),
        wait=submitting.wait,
        expected=expected,
        state=user_state(),
    )


def ordered_name(typed: str) -> str:
    """A domain as orders name it, however it was typed; what is no name stays as it is."""
    # Imported here: with it comes pandas.
    from batch_orders.validation.names import to_ascii

    return to_ascii(typed.strip().lower()) or typed
