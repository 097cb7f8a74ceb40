"""Orders: valid entries → one order per domain. Pure: no clock, no disk, no network.

Rows of one domain must agree, and one bad row holds its whole order back: nobody wants half an
order. The other orders go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import CONTACT_PREFIX, PERSON_FIELDS, Field, Order
from batch_orders.core.rules import KEPT_PROBLEMS
from batch_orders.core.wording import name_places
from batch_orders.validation import Findings, Rows
from batch_orders.validation.blanks import EDGES
from batch_orders.validation.firsts import first_of_rows, leading_entries, number_in_turn
from batch_orders.validation.half_orders import tell_half_orders
from batch_orders.validation.judge import at_fault, fault_column, to_arrow
from batch_orders.validation.normal import shared_columns
from batch_orders.validation.problems import lines_at, tell
from batch_orders.validation.tidy import fold, fold_texts

CONTRADICTION = "contradiction"

SAID = ("position", "row", "meant")
COMPARED = ("group", "worksheet", *SAID)
"""Beside the column itself. Of a large sheet in which all is at fault, a copy of every column takes long."""

TOLD_ROWS = 10
"""How many rows a sentence names one by one."""


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
    """Group rows by domain, find contradictions, hold back what is not whole."""
    entries = rows.entries
    order_of = number_in_turn(entries["group"].to_numpy()[first_of_rows(entries)])
    faulty = rows.faulty.copy()
    findings = rows.findings
    leading = leading_entries(entries["group"].to_numpy())
    for name in shared_columns(entries):
        doubted = in_doubt(entries, name, leading)
        if not doubted.any():
            continue
        compared = [column for column in (*COMPARED, name, fault_column(name)) if column in entries]
        contradicting = find_contradictions(entries[compared][doubted], name, rows.broken)
        faulty[contradicting["position"].unique()] = True
        findings += tell_contradictions(rows, contradicting, name, kept)
    held_back = np.zeros(int(order_of.max(initial=-1)) + 1, dtype=bool)
    held_back[order_of[faulty]] = True
    waiting = find_waiting(rows, order_of, held_back)
    firsts = waiting["first"].to_numpy()
    faulty[firsts] = True
    held_back[order_of[firsts]] = True
    findings += tell_half_orders(rows.sheet, rows.cells, waiting, kept)
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


def in_doubt(entries: pd.DataFrame, name: str, leading: np.ndarray) -> np.ndarray:
    """Whether an entry's domain has a good value that is not the leading one: quick, and seldom so."""
    values = to_arrow(entries[name])
    differs = np.asarray(pc.not_equal(values, values.take(pa.array(leading))))
    if differs.any() and fault_column(name) in entries:
        differs &= ~at_fault(entries, name)
    return np.isin(leading, leading[differs]) if differs.any() else differs


def find_contradictions(entries: pd.DataFrame, name: str, broken: np.ndarray) -> pd.DataFrame:
    """The entries of domains whose rows name more than one value in the column `name`.

    A blank cell was filled with its domain's first value, so it contradicts nothing and is not
    among them; a value that is faulty by itself is told elsewhere, and so is a `broken` row.
    """
    # A row counts for the domain that it surely means: to be told after that is mended would be a second round.
    clean: np.ndarray = (entries["group"].to_numpy() >= 0) & ~broken[entries["position"].to_numpy()]
    if fault_column(name) in entries:
        clean &= ~at_fault(entries, name)
    folded = fold_texts(to_arrow(entries[name]).filter(pa.array(clean))).dictionary_encode()
    named = {"group": entries["group"].to_numpy()[clean], "value": np.asarray(folded.indices)}
    distinct = pd.DataFrame(named).drop_duplicates()
    several = distinct.loc[distinct["group"].duplicated(), "group"]
    found: pd.DataFrame = entries[clean & entries["group"].isin(several)].drop_duplicates("position")
    return found


class Said(NamedTuple):
    """What a row says, of the domain that it means."""

    position: int
    row: int
    meant: str
    value: str
    text: str
    worksheet: str


def tell_contradictions(rows: Rows, entries: pd.DataFrame, name: str, kept: int) -> Findings:
    """One error for each row concerned that names a value itself; each sentence names all rows."""
    own = entries[rows.cells[name].iloc[entries["position"]].str.strip(EDGES).ne("").to_numpy()]
    # The first errors are of the domains that the first rows name; their sentences name all rows of these.
    told = own[own["group"].isin(own["group"].iloc[:kept])]
    groups: defaultdict[int, list[Said]] = defaultdict(list)
    # A vendor is told as the sheet writes it: its number need not stand there.
    values = rows.cells[name].iloc[told["position"]].str.strip(EDGES) if name == Field.VENDOR else told[name]
    titles = told["worksheet"].map(dict(enumerate(rows.sheet.titles)))
    said_of = (told[column].tolist() for column in SAID)
    saying = zip(told["group"], *said_of, told[name], values, titles, strict=True)
    for group, *said in saying:
        groups[group].append(Said(*said))
    first = list(islice(chain.from_iterable(explain(group, name) for group in groups.values()), kept))
    lines = lines_at(rows.cells, [said.position for said, _, _ in first])
    problems = tuple(
        tell(rows.sheet, line, name, CONTRADICTION, usual, message=message)
        for line, (_, message, usual) in zip(lines, first, strict=True)
    )
    return Findings(problems, errors=len(own))


def explain(group: Sequence[Said], name: str) -> Iterator[tuple[Said, str, str]]:
    """The rows of a domain that contradict each other, with what is wrong, and what most of them say."""
    by_value: defaultdict[str, list[Said]] = defaultdict(list)
    for said in group:
        by_value[fold(said.value)].append(said)
    message = contradiction_sentence(by_value.values(), name)
    usual = usual_value(list(by_value.values()))
    for said in group:
        yield said, message, usual.text if usual and fold(said.value) != fold(usual.value) else ""


def contradiction_sentence(by_value: Collection[Sequence[Said]], name: str) -> str:
    places = ((same[0].text, [(said.worksheet, said.row) for said in same]) for same in by_value)
    told = "; ".join(f"{text} in {name_places(where, TOLD_ROWS)}" for text, where in places)
    column, meant = name.replace("_", " "), next(iter(by_value))[0].meant
    return f"The rows of {meant} name more than one {column}: {told}. Make them agree."


def usual_value(by_value: Sequence[Sequence[Said]]) -> Said | None:
    """A row that says what more rows name than any other value, or None."""
    most, *others = sorted(by_value, key=len, reverse=True)
    return None if others and len(others[0]) == len(most) else most[0]


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
