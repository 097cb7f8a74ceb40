"""What the vendor lists as bought. Frozen values; how the list is read is in smart_senders/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from batch_orders.core.wording import counted

CLOCKS_DIFFER = timedelta(days=1)
"""By how much a date in the list may lie before an attempt that it belongs to: a zone that it does not
name, a clock that is wrong, a day without a time."""


@dataclass(frozen=True, slots=True)
class ListedDomain:
    """One domain of the vendor's list. What the list does not say, or not in a readable form, is "" or None."""

    order_id: str = ""
    vendor: int | None = None
    created_at: datetime | None = None
    """With its time zone: UTC where the list names none."""
    forwarding_domain: str = ""
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The vendor's list of domains, each as A-labels, and what of it could not be read."""

    entries: Mapping[str, ListedDomain] = field(default_factory=dict)
    unreadable: int = 0
    """Lines in which no domain was found. Each may be a domain that is owned."""
    is_partial: bool = False
    """It says of itself that there are more pages, or does not say that there are none."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should know before relying on a domain's not being listed."""
        told = []
        if self.unreadable:
            what = counted(self.unreadable, "line")
            told.append(
                f"{what} of the vendor's list of domains could not be read. Look there before you order."
            )
        if self.is_partial:
            told.append("The vendor gave only a part of its list of domains. Look there before you order.")
        return tuple(told)


def tell_other(listed: ListedDomain, vendor: int, attempted: datetime) -> str:
    """Why a listed domain cannot be what an attempt bought, or "". `vendor` is the one that was asked."""
    if listed.vendor is not None and listed.vendor != vendor:
        return f"the list has it with vendor {listed.vendor}, and vendor {vendor} was asked"
    if listed.created_at is not None and listed.created_at < attempted - CLOCKS_DIFFER:
        return f"the list has it since {listed.created_at:%Y-%m-%d}, before it was ordered"
    return ""


@dataclass(frozen=True, slots=True)
class Matched:
    """What a look-up found of unconfirmed orders: domains that are placed now, and those of which the list tells
    another purchase, with the reason; they stay unconfirmed."""

    found: tuple[str, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def remarks(self) -> tuple[str, ...]:
        placed = (
            (f"Found in the vendor's list, and so placed: {', '.join(self.found)}.",) if self.found else ()
        )
        return (*placed, *(f"{domain} stays unconfirmed: {why}." for domain, why in self.others.items()))
