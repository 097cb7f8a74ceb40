"""What the vendor lists as bought. Frozen values; how the list is read is in smart_senders/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from batch_orders.core.wording import counted


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
    def order_ids(self) -> Mapping[str, str]:
        """Domain → order id, "" where it has none."""
        return {domain: listed.order_id for domain, listed in self.entries.items()}

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
