"""Rows below a domain that is written only once: which domain they mean.

A blank domain is read as the one above it only where the row's own mailbox proves it. Otherwise the domain
above is what is suggested, and its order waits: half an order is never bought.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import Field
from batch_orders.validation.judge import at_fault, fault_column, is_filled, to_arrow, to_series
from batch_orders.validation.mailboxes import LIKE_A_DOMAIN, split_mailboxes
from batch_orders.validation.names import registrable_part, to_ascii
from batch_orders.validation.placeholders import NOTHING

DITTO = (
    r"^(?:[\"“”„‟″〃〞'’´`]{1,3}|-+ *[\"“”„″〃'’]+ *-+|\^|↑|[(\[]?(?:ditto|dito|do\.?|dto\.?|id\.|idem|ibid\.?|same"
    r"|same domain|same as above|see above|as above|like above|s\. ?o\.|siehe oben|wie oben|ebd\.?|comme ci-dessus"
    r"|igual|lo mismo|come sopra|zelfde|jw\.?|j\.w\.)[)\]]?)$"
)
"""What people write for "the same as above"."""

REFERRING = "same|see|as|like|siehe|wie|voir|comme|ver|vedi|zie"
NAMES_A_ROW = rf"^[(\[]?(?:(?:{REFERRING})\b.*\b)?(?:row|line|zeile|ligne|fila|riga|rij)\b"
"""Means the domain of another row, which need not be the one above."""

UNNAMED = rf"{DITTO}|{NAMES_A_ROW}|{NOTHING}|^#|^0$|^[\pP\pS\pZ\pC]+$"
"""A cell that names no domain although it is filled: a ditto mark, a placeholder, signs alone, an error value."""

DOMAIN_FAULT = fault_column(Field.DOMAIN)


class Blocks(NamedTuple):
    """By row: whether it names no domain itself, and the position of the one above that does, or -1."""

    unnamed: np.ndarray
    above: np.ndarray


def find_blocks(rows: pd.DataFrame, apart: Sequence[int] = ()) -> Blocks:
    """`rows` are in the sheet's order, their domains judged. Those at the positions `apart` belong to none above."""
    faulty = at_fault(rows, Field.DOMAIN)
    above = np.full(len(rows), -1)
    if not faulty.any():
        return Blocks(faulty, above)
    unnamed, found = faulty.copy(), to_arrow(rows[Field.DOMAIN]).filter(pa.array(faulty)).dictionary_encode()
    no_name = pc.match_substring_regex(found.dictionary, f"^$|{UNNAMED}")
    unnamed[faulty] = np.asarray(no_name.take(found.indices))
    unnamed[list(apart)] = False
    if not unnamed.any():
        return Blocks(unnamed, above)
    places = np.arange(len(rows))
    nearest = np.maximum.accumulate(np.where(unnamed, -1, places))
    worksheets = rows["worksheet"].to_numpy()
    below = unnamed & (nearest >= 0) & (worksheets[nearest] == worksheets)
    above[below] = nearest[below]
    return Blocks(unnamed, above)


def read_from_above(rows: pd.DataFrame, blocks: Blocks) -> tuple[pd.DataFrame, np.ndarray]:
    """The rows with each blank domain that its mailbox proves to be the one above, and which these are."""
    read = (blocks.above >= 0) & ~is_filled(rows[Field.DOMAIN])
    if not read.any():
        return rows, read
    domains, faults = rows[Field.DOMAIN].to_numpy(), rows[DOMAIN_FAULT].to_numpy()
    read &= faults[blocks.above] == ""
    read[read] = proven(
        to_arrow(rows[Field.MAILBOX][read]), pa.array(domains[blocks.above[read]], pa.large_string())
    )
    domains, faults = domains.copy(), faults.copy()
    domains[read] = domains[blocks.above[read]]
    faults[read] = ""
    put = {Field.DOMAIN: domains, DOMAIN_FAULT: faults}
    series = {name: to_series(pa.array(texts, pa.large_string()), rows.index) for name, texts in put.items()}
    return rows.assign(**series), read


def proven(mailboxes: pa.Array, domains: pa.Array) -> np.ndarray:
    """Whether each cell holds nothing but whole addresses of the domain."""
    hosts = pc.replace_substring_regex(mailboxes, r"^[^@,;\s]*@", "")
    same = np.asarray(pc.and_(pc.equal(hosts, domains), pc.match_substring(mailboxes, "@")))
    same = same.copy()
    for at in np.flatnonzero(~same & np.asarray(pc.match_substring(mailboxes, "@"))):
        domain = domains[int(at)].as_py()
        same[at] = all(is_in(address, domain) for address in split_mailboxes(mailboxes[int(at)].as_py()))
    return same


def is_in(address: str, domain: str) -> bool:
    _, at, host = address.rpartition("@")
    return bool(at) and (host == domain or to_ascii(host) == domain)


def meant_by_unnamed(
    rows: pd.DataFrame, blocks: Blocks, meant: pd.Series[str], good: pa.Array
) -> pd.Series[str]:
    """`meant` with what rows without a domain mean: the domain of their addresses, else the one above.

    A domain in the mailbox's cell is meant as well: the cells of such a row moved by one.
    """
    if not blocks.unnamed.any():
        return meant
    filled = meant.to_numpy(copy=True).astype(object)
    domains, mailboxes = rows[Field.DOMAIN].to_numpy(), rows[Field.MAILBOX].to_numpy()
    named = frozenset(good.to_pylist())
    for at in np.flatnonzero(blocks.unnamed & at_fault(rows, Field.DOMAIN)):
        over = blocks.above[at] if not re.match(NAMES_A_ROW, domains[at]) else -1
        filled[at] = common_host(mailboxes[at], named) or (filled[over] if over >= 0 else "")
    return pd.Series(filled, index=rows.index, dtype="str")


def common_host(cell: str, good: frozenset[str]) -> str:
    """The one domain that can be bought and that all addresses of a cell are in, or that it is itself; or ""."""
    says = "@" in cell or cell in good or LIKE_A_DOMAIN.fullmatch(cell)
    hosts = {address.rpartition("@")[2] for address in split_mailboxes(cell)} if says else set()
    host = hosts.pop() if len(hosts) == 1 else ""
    part = registrable_part(host)
    return part if part and part == to_ascii(host) else ""
