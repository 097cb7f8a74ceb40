"""What vendors offered when they were last asked, kept in the user's cache directory: for `check`, which asks nobody.

Nothing is ordered by it. A file that cannot be read or written is none.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from batch_orders.core.money import Price
from batch_orders.core.vendors import Offer
from batch_orders.core.wording import counted

FAULTS = (OSError, ValueError, KeyError, TypeError, ArithmeticError, AttributeError)
"""What a file that was cut off, or written by somebody else, may give rise to."""


@dataclass(frozen=True, slots=True)
class KnownVendors:
    """What was offered at an environment, and when that was."""

    offers: tuple[Offer, ...]
    asked_at: datetime

    def describe(self, environment: str, now: datetime) -> str:
        hours = int((now - self.asked_at).total_seconds() // 3600)
        age = f"{counted(hours, 'hour')} ago" if hours < 48 else f"{counted(hours // 24, 'day')} ago"
        when = f"{self.asked_at.astimezone():%Y-%m-%d %H:%M}"
        return f"Vendors as {environment} told them on {when}, {age}."


def remember_vendors(folder: Path, environment: str, offers: Sequence[Offer]) -> None:
    """Keep a list that is not empty, in place of the last one."""
    if not offers:
        return
    said = {
        "environment": environment,
        "asked_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "offers": [describe_offer(offer) for offer in offers],
    }
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        # Written beside and then moved: another start may be reading.
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as file:
            json.dump(said, file)
        Path(file.name).replace(file_of(folder, environment))


def recall_vendors(folder: Path, environment: str) -> KnownVendors | None:
    """What is known without asking, or None."""
    with suppress(*FAULTS):
        said = json.loads(file_of(folder, environment).read_text("utf-8"))
        offers = tuple(read_offer(offer) for offer in said["offers"])
        asked_at = datetime.fromisoformat(said["asked_at"])
        if said["environment"] == environment and asked_at.tzinfo and offers:
            return KnownVendors(offers, asked_at)
    return None


def file_of(folder: Path, environment: str) -> Path:
    return folder / f"vendors-{hashlib.sha256(environment.encode()).hexdigest()[:16]}.json"


def describe_offer(offer: Offer) -> Mapping[str, Any]:
    price = offer.price
    return {
        "vendor": offer.vendor,
        "name": offer.name,
        "days": None if offer.days is None else str(offer.days),
        "price": price and [str(price.domain), str(price.mailbox), price.currency],
    }


def read_offer(said: Mapping[str, Any]) -> Offer:
    price = None
    if said["price"]:
        domain, mailbox, currency = said["price"]
        price = Price(Decimal(domain), Decimal(mailbox), str(currency))
    days = None if said["days"] is None else Decimal(said["days"])
    return Offer(int(said["vendor"]), str(said["name"]), price, days)
