"""Orders: valid entries → one order per domain. Pure: no clock, no disk, no network.

Rows of one domain must agree, and one bad row holds its whole order back: nobody wants half an
order. The other orders go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from batch_orders.core.model import CONTACT_PREFIX, PERSON_FIELDS, Field, Order
from batch_orders.core.rules import KEPT_PROBLEMS
from batch_orders.validation import Findings, Rows
from batch_orders.validation.firsts import first_of_rows, number_in_turn
from batch_orders.validation.half_orders import tell_half_orders
from batch_orders.validation.judge import at_fault


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the rows of a sheet come to.

    `order_of` numbers, for each row by position, the order it belongs to, in the sheet's order
    from 0; `held_back` says of each order whether it is held back; `faulty` of each row whether
    it has an error of its own, contradictions included.
    """

    rows: Rows
    order_of: np.ndarray
    held_back: np.ndarray
    faulty: np.ndarray
    findings: Findings

    @property
    def total(self) -> int:
        return len(self.held_back)


def group_rows(rows: Rows, kept: int = KEPT_PROBLEMS) -> Grouping:
    """Group rows by domain, hold back what is not whole."""
    entries = rows.entries
    order_of = number_in_turn(entries["group"].to_numpy()[first_of_rows(entries)])
    faulty = rows.faulty | rows.contradicting
    held_back = np.zeros(int(order_of.max(initial=-1)) + 1, dtype=bool)
    held_back[order_of[faulty]] = True
    waiting = find_waiting(rows, order_of, held_back)
    firsts = waiting["first"].to_numpy()
    faulty[firsts] = True
    held_back[order_of[firsts]] = True
    findings = rows.findings + tell_half_orders(rows.sheet, rows.cells, waiting, kept)
    return Grouping(rows, order_of, held_back, faulty, findings.first(kept, rows.sheet))


def find_waiting(rows: Rows, order_of: np.ndarray, held_back: np.ndarray) -> pd.DataFrame:
    """Of the orders that a faulty row points at, those that nothing holds back yet: `first` is their first row."""
    entries = rows.entries
    if rows.pointing.empty:
        return rows.pointing.assign(first=0)
    pointed = entries[["group", "position"]][entries["group"].isin(rows.pointing["group"])]
    first_of = pointed.drop_duplicates("group").set_index("group")["position"]
    firsts = rows.pointing["group"].map(first_of).astype("int64")
    whole = ~held_back[order_of[firsts.to_numpy()]]
    waiting: pd.DataFrame = rows.pointing.assign(first=firsts).loc[whole]
    return waiting


def held_back_rows(grouping: Grouping) -> list[int]:
    """The positions of all rows whose order is held back, also of those with no error of their own."""
    positions: list[int] = np.flatnonzero(grouping.held_back[grouping.order_of]).tolist()
    return positions


def held_back_domains(grouping: Grouping) -> list[str]:
    """The domains of the orders that are held back, as far as they can be read, as an order would name them."""
    entries = grouping.rows.entries
    waits = grouping.held_back[grouping.order_of[entries["position"].to_numpy()]]
    good = ~at_fault(entries, Field.DOMAIN)
    domains: list[str] = entries.loc[waits & good, Field.DOMAIN].unique().tolist()
    return domains


def group_orders(grouping: Grouping) -> tuple[Order, ...]:
    """The orders that are not held back, in the sheet's order, mailboxes in the sheet's order.

    What names a vendor that was not looked up (`UnknownVendors.PASS`) is no order yet: it has no number.
    """
    entries = grouping.rows.entries
    numbers = grouping.order_of[entries["position"].to_numpy()]
    whole = entries[~grouping.held_back[numbers]]
    names = list(PERSON_FIELDS) if grouping.rows.people else []
    members: dict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
    # Several mailboxes in one cell are several entries of one row.
    positions: dict[int, dict[int, None]] = defaultdict(dict)
    for group, position, mailbox, *person in zip(
        *(whole[name].tolist() for name in ("group", "position", Field.MAILBOX, *names)), strict=True
    ):
        members[group].setdefault(mailbox, tuple(person))
        positions[group][position] = None
    firsts = whole.drop_duplicates("group")
    firsts = firsts[firsts[Field.VENDOR].str.isdigit()]
    shared = (
        firsts[name].tolist() for name in ("group", Field.DOMAIN, Field.VENDOR, Field.FORWARDING_DOMAIN)
    )
    return tuple(
        Order(
            domain=domain,
            mailboxes=tuple(members[group]),
            vendor=int(vendor),
            forwarding_domain=forwarding_domain,
            contact=contact,
            people=tuple((names[0], names[1]) for names in members[group].values() if names),
            rows=tuple(positions[group]),
        )
        for group, domain, vendor, forwarding_domain, contact in zip(
            *shared, contacts_of(firsts), strict=True
        )
    )


def contacts_of(firsts: pd.DataFrame) -> Iterator[dict[str, str]]:
    """The contact of each order, of which these are the first entries: a name, and what else is said."""
    columns = [name for name in firsts if str(name).startswith(CONTACT_PREFIX)]
    details = [str(name).removeprefix(CONTACT_PREFIX) for name in columns]
    for name, *said in zip(*(firsts[column].tolist() for column in (Field.CONTACT, *columns)), strict=True):
        yield {"name": name, **{detail: value for detail, value in zip(details, said, strict=True) if value}}
