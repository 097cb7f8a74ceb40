"""What a caller may decide about the judging of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from batch_orders.core.model import PERSON_FIELDS, Field
from batch_orders.core.vendors import VendorNames

KEPT_PROBLEMS = 10_000
"""How many errors, and how many warnings, are kept in words. All are counted."""


class UnknownVendors(StrEnum):
    """What becomes of vendors' names that nobody here knows."""

    FAULT = "fault"
    """The vendor's own list is known, and they are not in it."""
    HOLD = "hold"
    """It is not known, and what is ordered needs a number."""
    PASS = "pass"
    """It is not known, and nothing is to be ordered now."""


@dataclass(frozen=True, slots=True)
class RowRules:
    """`names` finds vendors by name; `defaults` stand in for blank cells, by field; `people` asks
    for the first and last name of each mailbox, as the second body dialect does. `order_when` says, by the
    header of a column, which of its values mean that a row is to be ordered, or None where it does not count.
    """

    names: VendorNames = field(default_factory=VendorNames)
    defaults: Mapping[str, str] = field(default_factory=dict)
    people: bool = False
    order_when: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    unknown_vendors: UnknownVendors = UnknownVendors.FAULT

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are judged."""
        return (*Field, *PERSON_FIELDS) if self.people else tuple(Field)
