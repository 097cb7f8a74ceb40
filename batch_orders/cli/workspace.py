"""What commands work with, opened from their words: environment, key, vendor, ledger."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batch_orders.cli.reading import read_secret
from batch_orders.core.vendors import Offer
from batch_orders.errors import LookUpError, SandboxError
from batch_orders.ledger import Ledger
from batch_orders.settings import PlaceOptions, default_ledger
from batch_orders.smart_senders import LIVE_BASE_URL, ApiKey, Environment, SmartSenders

SANDBOX = "sandbox"
SANDBOX_KEY = "sandbox-key"


@contextmanager
def open_environment(base_url: str | None, sandbox: bool) -> Iterator[Environment]:
    if not sandbox:
        yield Environment.at(base_url or LIVE_BASE_URL)
        return
    from batch_orders.sandbox import start_sandbox

    try:
        served = start_sandbox()
    except OSError as error:
        raise SandboxError(f"The sandbox could not be started: {error}.") from None
    with served:
        yield Environment.at(served.base_url, SANDBOX)


def find_key(file: Path | None) -> ApiKey:
    """The API key. Raises ConfigurationError where there is none."""
    return ApiKey(read_secret(file, "API key") if file else os.environ.get("SMARTLEAD_API_KEY", "").strip())


def has_key(file: Path | None) -> bool:
    return file is not None or bool(os.environ.get("SMARTLEAD_API_KEY", "").strip())


@contextmanager
def open_ledger(place: str | None) -> Iterator[Ledger]:
    ledger = Ledger.open(place or str(default_ledger()))
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def open_vendor(place: PlaceOptions) -> Iterator[tuple[Environment, SmartSenders]]:
    """The vendor at the base URL, for commands that only ask."""
    environment = Environment.at(place.base_url or LIVE_BASE_URL)
    with SmartSenders(environment, find_key(place.api_key_file), place.timeout) as vendor:
        yield environment, vendor


def ask_offers(vendor: SmartSenders) -> tuple[tuple[Offer, ...], tuple[str, ...]]:
    """What vendors offer, and what is to be said where they cannot be asked."""
    try:
        return vendor.list_vendors(), ()
    except LookUpError as error:
        return (), (f"Vendors' names and prices could not be looked up: {error}",)


def ordered_name(typed: str) -> str:
    """A domain as orders name it, however it was typed; what is no name stays as it is."""
    # Imported here: with it come pandas and pandera.
    from batch_orders.validation.names import to_ascii

    return to_ascii(typed.strip().lower()) or typed
