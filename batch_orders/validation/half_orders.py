"""No half orders: an order waits for every faulty row that may belong to it.

A row whose domain can be guessed is among the rows of that order already. Here are the others: rows whose
mailbox is in another order's domain, and rows without a domain, which may belong to the one above.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import Field, Problem, Sheet
from batch_orders.core.wording import of_worksheet
from batch_orders.validation.firsts import first_of_domains, first_of_rows
from batch_orders.validation.judge import at_fault, to_arrow
from batch_orders.validation.letters import split_at
from batch_orders.validation.mailboxes import Addresses, hosts_of
from batch_orders.validation.meant_domains import domains_meant, look_up
from batch_orders.validation.names import registrable_part
from batch_orders.validation.problems import Findings, lines_at, tell
from batch_orders.validation.read_domains import LONGEST_READ, plain_text
from batch_orders.validation.vectorised import EMPTY, TEXT, are_in, places_among

ORDER_NOT_WHOLE = "order-not-whole"
NO_PLAIN_NAME = r"[^a-z0-9._-]|^[^.]+$|\..*\.|\.$|^www\."
SEVERAL = r"[\s,;|&+]"
WORD = re.compile(r"[\w.-]+")


class Pointed(NamedTuple):
    """Rows, by position, and domains that they point at, one for each."""

    positions: np.ndarray
    domains: pa.Array


def point_at_orders(
    entries: pd.DataFrame, written: Addresses, faulty: np.ndarray, above: pd.Series[str], good: pa.Array
) -> pd.DataFrame:
    """What faulty rows point at beside their own order: `position`, and `group` and `domain` of the order.

    `written` are the entries' mailboxes as they were before they were judged; `above` is the domain above a row that
    names none, by the row's position; `good` are the distinct domains without a fault.
    """
    of_faulty = faulty[entries["position"].to_numpy()]
    at_risk = orders_at_risk(entries, of_faulty)
    domains = to_arrow(at_risk[Field.DOMAIN])
    pointed = [Pointed(above.index.to_numpy(), to_arrow(above))]
    if len(domains) and of_faulty.any():
        hosts = hosts_beside(entries, written, of_faulty)
        pointed += [hosts, read_hosts(hosts, domains, good), domains_named(entries, of_faulty, domains)]
    positions = np.concatenate([each.positions for each in pointed])
    at = places_among(pa.concat_arrays([each.domains for each in pointed]), domains)
    places = np.asarray(at.drop_null())
    known = at_risk.iloc[places].assign(position=positions[np.asarray(at.is_valid())])
    own = entries["group"].to_numpy()[first_of_rows(entries)]
    others = known["group"].to_numpy() != own[known["position"].to_numpy()]
    found: pd.DataFrame = known.loc[others].drop_duplicates("group")
    return found


def orders_at_risk(entries: pd.DataFrame, of_faulty: np.ndarray) -> pd.DataFrame:
    """`group` and domain of the orders without a faulty row of their own: the others wait whatever points at them."""
    groups = entries["group"].to_numpy()
    waits = np.zeros(groups.max(initial=0) + 1, dtype=bool)
    waits[groups[of_faulty & (groups >= 0)]] = True
    first = ~at_fault(entries, Field.DOMAIN) & first_of_domains(groups) & ~waits[np.maximum(groups, 0)]
    orders: pd.DataFrame = entries[["group", Field.DOMAIN]][first]
    return orders


def hosts_beside(entries: pd.DataFrame, written: Addresses, of_faulty: np.ndarray) -> Pointed:
    """The hosts of the mailboxes of faulty rows that are another domain than the row's; bare names with a dot, too."""
    mailboxes, meant = to_arrow(entries[Field.MAILBOX]), to_arrow(entries["meant"])
    # Few are looked at more closely: a mailbox that was written in the row's domain is in it, too, when it is judged.
    likely = pc.and_(pa.array(of_faulty), pc.not_equal(written.parts.behind, meant))
    mailboxes, meant = mailboxes.filter(likely), meant.filter(likely)
    hosts = hosts_of(mailboxes)
    other = pc.and_(pc.not_equal(hosts, meant), pc.match_substring_regex(mailboxes, "[@.]"))
    positions = entries["position"].to_numpy()[np.asarray(likely)]
    return Pointed(positions[np.asarray(other)], hosts.filter(other))


def read_hosts(hosts: Pointed, domains: pa.Array, good: pa.Array) -> Pointed:
    """Which of the distinct `domains` the hosts were meant to be, as far as they can be read.

    A host that the sheet orders is meant as it stands, and is no typo of another order's domain.
    """
    unknown = hosts.domains.filter(pc.invert(are_in(hosts.domains, good)))
    read = look_up(hosts.domains, domains_meant(unknown, domains))
    is_read = pc.not_equal(read, EMPTY)
    return Pointed(hosts.positions[np.asarray(is_read)], read.filter(is_read))


def domains_named(entries: pd.DataFrame, of_faulty: np.ndarray, domains: pa.Array) -> Pointed:
    """The `domains` that stand somewhere in cells that are no plain name, with or without their ending."""
    faulty = of_faulty & at_fault(entries, Field.DOMAIN)
    cells, meant = (to_arrow(entries[name]).filter(pa.array(faulty)) for name in (Field.DOMAIN, "meant"))
    unclear = cells.filter(pc.or_(pc.equal(meant, EMPTY), pc.match_substring_regex(cells, SEVERAL)))
    texts = pc.unique(unclear.filter(pc.match_substring_regex(unclear, NO_PLAIN_NAME))).to_pylist()
    words = {text: names_in(text) for text in texts}
    labels = split_at(domains, ".", first=True).before
    wanted = pa.array({word for each in words.values() for word in each}, TEXT)
    hit = pc.or_(pc.is_in(labels, wanted), pc.is_in(domains, wanted))
    named: defaultdict[str, list[str]] = defaultdict(list)
    for domain, label in zip(domains.filter(hit).to_pylist(), labels.filter(hit).to_pylist(), strict=True):
        named[domain].append(domain)
        named[label].append(domain)
    found = {text: [domain for word in each for domain in named[word]] for text, each in words.items()}
    known = pc.is_in(cells, pa.array([text for text, each in found.items() if each], TEXT))
    each_row = [found[text] for text in cells.filter(known).to_pylist()]
    positions = entries["position"].to_numpy()[faulty][np.asarray(known)]
    return Pointed(
        np.repeat(positions, [len(each) for each in each_row]),
        pa.array([domain for each in each_row for domain in each], TEXT),
    )


def names_in(text: str) -> set[str]:
    """Whatever in a text may name a domain: parts of names with dots, and words, also all of them as one."""
    words = [word.strip(".") for word in WORD.findall(plain_text(text[:LONGEST_READ]))]
    together = "".join(words)
    names = {
        word for word in (*words, together, together.replace("-", ""), "-".join(words)) if "." not in word
    }
    for word in words:
        labels = word.split(".")
        names |= {".".join(labels[at:end]) for at in range(len(labels) - 1) for end in (at + 2, at + 3)}
        names |= set() if len(labels) == 1 or registrable_part(word) else set(labels)
    return names


def tell_half_orders(sheet: Sheet, cells: pd.DataFrame, waiting: pd.DataFrame, limit: int) -> Findings:
    """One error at the first row of each order that waits for a row beside its own."""
    if waiting.empty:
        return Findings()
    told = waiting.head(limit)
    firsts = lines_at(cells, told["first"])
    rows = lines_at(cells, told["position"])
    titles = sheet.titles
    problems: list[Problem] = [
        tell(
            sheet,
            first,
            "",
            ORDER_NOT_WHOLE,
            message=f"The order of {domain} waits, because row {row['row']}"
            f"{of_worksheet(titles[row['worksheet']])} may belong to it. Mend that row.",
        )
        for first, row, domain in zip(firsts, rows, told["domain"], strict=True)
    ]
    return Findings(tuple(problems), errors=len(waiting))
