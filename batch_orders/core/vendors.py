"""What the vendors offer: their names, and whom a name in a sheet means. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from batch_orders.core.money import Price


@dataclass(frozen=True, slots=True)
class Offer:
    """One vendor as get-vendors tells of it. `price` is None where it tells none."""

    vendor: int
    name: str
    price: Price | None = None


def fold_name(text: str) -> str:
    """A name without regard to case and spaces, for looking vendors up."""
    return "".join(text.casefold().split())


@dataclass(frozen=True, slots=True)
class VendorNames:
    """Vendor names and their ids: those of the settings first, then those that vendors go by."""

    ids: Mapping[str, frozenset[int]] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    """A folded name as it is written."""

    @classmethod
    def of(cls, own: Mapping[str, int], offers: Iterable[Offer] = ()) -> VendorNames:
        ids: dict[str, frozenset[int]] = {}
        shown: dict[str, str] = {}
        for offer in offers:
            name = fold_name(offer.name)
            ids[name] = ids.get(name, frozenset()) | {offer.vendor}
            shown.setdefault(name, offer.name)
        for written, vendor in own.items():
            ids[fold_name(written)] = frozenset({vendor})
            shown[fold_name(written)] = written
        return cls(ids, shown)

    def find(self, text: str) -> frozenset[int]:
        """The ids that go by this name: none, one, or several where it is ambiguous."""
        return self.ids.get(fold_name(text), frozenset())

    def nearest(self, text: str) -> tuple[str, ...]:
        """Up to three names that are close to `text`, the closest first."""
        return tuple(self.shown[name] for name in difflib.get_close_matches(fold_name(text), self.shown, n=3))
