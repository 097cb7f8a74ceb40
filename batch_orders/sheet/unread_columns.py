"""Columns that mean no field and yet hold what may be meant to be ordered: a warning names each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import Field
from batch_orders.core.wording import counted
from batch_orders.sheet.tables.foreign_headers import FOREIGN_FIELD_OF
from batch_orders.sheet.tables.grid import Table
from batch_orders.sheet.tables.header_names import FIELD_OF, squeeze, words_of
from batch_orders.sheet.tables.no_header import is_typo
from batch_orders.sheet.tables.text import BLANKS

SAMPLE = 1_000
"""Filled cells of a column that are looked at."""

MOST = 0.8
"""The share of them that speaks for the column."""

ADDRESS = r"^[^@\s,;<>]+@([\pL\pN-]+\.)+[\pL-]{2,}\b"
DOMAIN = r"^(?:https?://)?([\pL\pN-]+\.)+\pL[\pL-]+/?$"
NAME = r"^[\pL\pN_'-]*\pL[\pL\pN._'-]*(?:@\S+)?(?:[,;\s]|$)"
NO_NAMES = (
    r"(?i)^(?:[xyn]|yes|no|ok|true|false|done|new|ja|nein|oui|non|sí|si|n/?a|none|null|tb[acd]"
    r"|active|inactive|pending|google|outlook|microsoft)$"
)
OTHER_WORDS = (
    "alternative alternate alt backup fallback spare reserve copy cont continued wanted requested desired proposed "
    "suggested planned preferred next possible recommended create order buy list weitere weiterer weiteres zusätzlich "
    "zusätzliche zusätzliches neu neue neues zweite zweites nuevo nueva segundo segunda otro otra nouveau nouvelle "
    "deuxième autre altro altra nuovo nuova secondo seconda novo nova outro tweede nieuwe andere nowy nowa drugi druga"
)
OTHERS = frozenset(OTHER_WORDS.split())
"""Words that make of a field's name one more of it, though nobody can tell whether to order."""

FILLERS = frozenset(["to", "a", "the", "of", "for", "up"])
TYPO_OF = {
    name: field
    for name, field in FIELD_OF.items()
    if field in (Field.DOMAIN, Field.MAILBOX) and len(name) >= 6
}


class Unread(NamedTuple):
    """A column that was not read: its header, how many of its cells are filled, and some of them."""

    header: str
    filled: int
    texts: pa.Array


def filled_columns(table: Table) -> list[Unread]:
    """The columns that were not read and hold something."""
    columns = [take_filled(table, at) for at in table.unread_places]
    return [column for column in columns if column.filled]


def take_filled(table: Table, at: int) -> Unread:
    count, taken = 0, [pa.array([], pa.large_string())]
    for batch in table.batches:
        texts = batch.column(1 + at)
        filled = texts.filter(pc.not_equal(texts, ""))
        count += len(filled)
        taken.append(filled[: max(0, SAMPLE - sum(map(len, taken)))])
    return Unread(table.headers[at].strip(), count, pc.utf8_trim(pa.concat_arrays(taken), characters=BLANKS))


def doubts_of(table: Table, columns: Sequence[Unread]) -> Iterator[tuple[str, str]]:
    """Of each column that may hold what is to be ordered, its header and what is said of it."""
    for column in columns:
        if share(column.texts, ADDRESS) >= MOST and in_ordered_domains(table, column.texts):
            yield column.header, tell(column, "addresses of this sheet's domains", Field.MAILBOX)
        elif (field := field_once_more(column.header)) and holds(field, column.texts):
            more = "mailboxes" if field == Field.MAILBOX else "domains"
            yield column.header, tell(column, f"what may be more {more}", field)


def kinds_of(columns: Sequence[Unread]) -> dict[str, list[str]]:
    """The headers of columns that hold addresses, and of those that hold domains."""
    found = {
        kind: [column.header for column in columns if share(column.texts, pattern) >= MOST]
        for kind, pattern in (("addresses", ADDRESS), ("domains", DOMAIN))
    }
    return {kind: headers for kind, headers in found.items() if headers}


def share(texts: pa.Array, pattern: str) -> float:
    hits: int = pc.sum(pc.match_substring_regex(texts, pattern)).as_py()
    return hits / len(texts)


def in_ordered_domains(table: Table, addresses: pa.Array) -> bool:
    """Whether most of the addresses are in domains that the table names."""
    at = table.columns.get(Field.DOMAIN)
    if at is None:
        return False
    hosts = pc.struct_field(pc.extract_regex(addresses, r"@(?P<host>[^\s,;>]+)"), "host")
    ordered = pa.concat_arrays([batch.column(1 + at) for batch in table.batches])
    folded = pc.utf8_lower(pc.utf8_trim(ordered, characters=BLANKS))
    hits: int = pc.sum(pc.is_in(pc.utf8_lower(hosts), folded)).as_py()
    return hits >= MOST * len(addresses)


def field_once_more(header: str) -> str:
    """Domain or mailbox, where the header names one more of it, in this language or another, or with a typo; or ""."""
    words = re.findall(r"\w+", words_of(header))
    rest = "".join(word for word in words if word not in OTHERS | FILLERS)
    name = FIELD_OF.get(rest) or FOREIGN_FIELD_OF.get(rest) or ""
    if name in (Field.DOMAIN, Field.MAILBOX):
        return name
    squeezed = squeeze(header)
    return next((name for known, name in TYPO_OF.items() if is_typo(squeezed, known)), "")


def holds(field: str, texts: pa.Array) -> bool:
    if field == Field.DOMAIN:
        return share(texts, DOMAIN) >= MOST
    return share(texts, NAME) >= MOST and share(texts, NO_NAMES) < 1 - MOST


def tell(column: Unread, holding: str, field: str) -> str:
    repair = (
        "If they are mailboxes to buy, call the column Mailbox 2."
        if field == Field.MAILBOX
        else "If they are domains to buy, give each a row of its own."
    )
    return (
        f"{column.header} is not read, and holds {holding} in {counted(column.filled, 'row')}, such as "
        f"{column.texts[0].as_py()}: none of it is ordered. {repair}"
    )
