"""What the vendors offer: their names, and whom a name in a sheet means. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from batch_orders.core.money import Price


@dataclass(frozen=True, slots=True)
class Offer:
    """One vendor as get-vendors tells of it. `price` and `days` of delivery are None where it tells none."""

    vendor: int
    name: str
    price: Price | None = None
    days: Decimal | None = None


def fold_name(text: str) -> str:
    """A name without regard to case and spaces, for looking vendors up."""
    return "".join(text.casefold().split())


def name_vendor(vendor: int | str, name: str | None) -> str:
    """`inboxkitGoogle (1)`, or what stands for the vendor alone where no name is known."""
    return f"{name} ({vendor})" if name else str(vendor)


def told_as(vendor: int, name: str) -> Iterator[str]:
    """How plan and report write a vendor, and how a fault lists it, folded: people copy it from there."""
    if name:
        yield fold_name(f"{name} ({vendor})")
        yield fold_name(f"{vendor} {name}")


@dataclass(frozen=True, slots=True)
class VendorNames:
    """Vendor names and their ids: those of the settings first, then those that vendors go by.

    `listed` are the vendors that there are, number → name; empty where nobody knows. `own` are the numbers that
    the settings name.
    """

    ids: Mapping[str, frozenset[int]] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    """A folded name as it is written."""
    listed: Mapping[int, str] = field(default_factory=dict)
    own: frozenset[int] = frozenset()

    @classmethod
    def of(cls, own: Mapping[str, int], offers: Iterable[Offer] = ()) -> VendorNames:
        ids: dict[str, frozenset[int]] = {}
        shown: dict[str, str] = {}
        listed: dict[int, str] = {}
        for offer in offers:
            listed[offer.vendor] = offer.name
            name = fold_name(offer.name)
            ids[name] = ids.get(name, frozenset()) | {offer.vendor}
            shown.setdefault(name, offer.name)
        for vendor, name in listed.items():
            for folded in told_as(vendor, name):
                ids[folded] = ids.get(folded, frozenset()) | {vendor}
        for written, vendor in own.items():
            ids[fold_name(written)] = frozenset({vendor})
            shown[fold_name(written)] = written
        return cls(ids, shown, listed, frozenset(own.values()))

    def is_unknown(self, vendor: int) -> bool:
        """Whether it is known that no vendor has this number, and the settings do not name it either."""
        return bool(self.listed) and vendor not in self.listed and vendor not in self.own

    def is_unlisted(self, vendor: int) -> bool:
        """Whether the settings name a number that no vendor has, as far as it is known."""
        return bool(self.listed) and vendor not in self.listed and vendor in self.own

    def find(self, text: str) -> frozenset[int]:
        """The ids that go by this name: none, one, or several where it is ambiguous."""
        return self.ids.get(fold_name(text), frozenset())

    def nearest(self, text: str) -> tuple[str, ...]:
        """Up to three names that are close to `text`, the closest first."""
        return tuple(self.shown[name] for name in difflib.get_close_matches(fold_name(text), self.shown, n=3))
