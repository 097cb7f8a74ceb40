"""From a sheet's worksheets to one frame of entries, trimmed and in lower case.

The frame has one line per mailbox: a cell with several mailboxes gives several entries. Its
columns are `position` (of the row among all rows of the sheet), `row` (as the spreadsheet
program shows it), `worksheet` (position among the sheet's worksheets) and one `str` column per
field, `contact_…` fields included. Domains are judged at once: `meant` is the domain that a row surely
means, itself where it can be bought, and `group` numbers these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import CONTACT_PREFIX, Field, Sheet, Worksheet
from batch_orders.validation.blanks import EDGES
from batch_orders.validation.blocks import Blocks, find_blocks, meant_by_unnamed, read_from_above
from batch_orders.validation.domain_numbers import Domains, distinct_domains, number_domains
from batch_orders.validation.judge import (
    at_fault,
    fault_column,
    is_filled,
    judge_names,
    put,
    to_arrow,
    to_series,
)
from batch_orders.validation.letters import may_hold
from batch_orders.validation.mailboxes import Addresses, split_mailboxes
from batch_orders.validation.meant_domains import domains_meant, look_up
from batch_orders.validation.more_mailboxes import mailbox_cells
from batch_orders.validation.problems import prepare_to_find
from batch_orders.validation.same_names import find_hosts, meant_by_hosts
from batch_orders.validation.swapped import meant_where_swapped
from batch_orders.validation.tidy import tidy_texts
from batch_orders.validation.vectorised import EMPTY, lower

SEPARATORS = ",;\r\n"
SEVERAL = rf"[{SEPARATORS}]|@[^@]*@"
"""A cell that may hold several mailboxes; arrow reads it many times faster than Python's re."""

PLACES = ("position", "row", "worksheet", "group", "meant")
LOWER_CASE = (Field.DOMAIN, Field.MAILBOX, Field.FORWARDING_DOMAIN)


def gather_cells(sheet: Sheet, fields: Sequence[str]) -> pd.DataFrame:
    """The cells of the known columns as they stand; missing columns are blank."""
    names = [
        *fields,
        *sorted({name for worksheet in sheet.worksheets for name in worksheet.columns} - set(fields)),
    ]
    frame = pd.concat(
        [take_columns(worksheet, number, names) for number, worksheet in enumerate(sheet.worksheets)],
        ignore_index=True,
    )
    frame.insert(0, "position", frame.index)
    return frame


def take_columns(worksheet: Worksheet, number: int, names: list[str]) -> pd.DataFrame:
    cells = worksheet.cells
    blank = to_series(pa.repeat(EMPTY, len(cells)), cells.index)
    taken = {name: cells[worksheet.columns[name]] if name in worksheet.columns else blank for name in names}
    if worksheet.more_mailboxes:
        taken[Field.MAILBOX] = mailbox_cells(worksheet)
    places = {"row": cells.index.to_series(), "worksheet": pd.Series(number, index=cells.index)}
    # Columns are never changed in place, so that they need not be copied.
    return pd.DataFrame({**places, **taken}, copy=False)


class Normal(NamedTuple):
    """`entries` as the module says, and their mailboxes as `addresses`; `from_above` says of each row, by position,
    whether its blank domain was read as the one above; `pointed` are the domains whose orders a row without a domain
    may belong to.
    """

    entries: pd.DataFrame
    addresses: Addresses
    from_above: np.ndarray
    pointed: pd.Series[str]


class Trimmed(NamedTuple):
    """`rows` with every field trimmed, names in lower case and domains judged; their mailboxes as `addresses`, and
    which of these are `several` in a cell.
    """

    rows: pd.DataFrame
    addresses: Addresses
    several: np.ndarray
    domains: Domains


def trim_cells(cells: pd.DataFrame) -> Trimmed:
    others = [name for name in text_columns(cells) if name != Field.DOMAIN]
    # Arrow lets go of the interpreter meanwhile, so that columns are trimmed while domains are judged.
    with ThreadPoolExecutor(1) as pool:
        trimmed = {name: pool.submit(trim, cells, name) for name in others}
        addresses = pool.submit(lambda: Addresses(to_arrow(trimmed[Field.MAILBOX].result())))
        several = pool.submit(lambda: find_several(addresses.result()))
        judged = judge_names(to_arrow(trim(cells, Field.DOMAIN)))
        if pc.any(pc.not_equal(judged.faults, EMPTY)).as_py():
            prepare_to_find()
        domains, faults = judged.each(cells.index)
        judged_columns = {Field.DOMAIN: domains, fault_column(Field.DOMAIN): faults}
        texts = {name: trimmed[name].result() for name in others}
        return Trimmed(
            cells.assign(**judged_columns, **texts),
            addresses.result(),
            several.result(),
            distinct_domains(judged),
        )


def normalise(trimmed: Trimmed, apart: Sequence[int] = ()) -> Normal:
    """From rows to entries that know which domain they mean: domains are numbered, cells of several mailboxes split.

    Rows at the positions `apart` belong to no block above them.
    """
    blocks = find_blocks(trimmed.rows, apart)
    rows, from_above = read_from_above(trimmed.rows, blocks)
    meant = find_meant(rows, blocks, trimmed.domains.good)
    unproven = np.flatnonzero((blocks.above >= 0) & ~from_above)
    pointed = to_series(to_arrow(meant).take(pa.array(blocks.above[unproven])), pd.Index(unproven))
    meaning = rows.assign(meant=meant)
    group = number_domains(meaning, trimmed.rows[Field.DOMAIN], trimmed.domains)
    entries, addresses = meaning.assign(group=group), trimmed.addresses
    if trimmed.several.any():
        entries = split_cells(entries, trimmed.several)
        addresses = Addresses(to_arrow(entries[Field.MAILBOX]))
    return Normal(entries, addresses, from_above, pointed)


def find_meant(rows: pd.DataFrame, blocks: Blocks, good: pa.Array) -> pd.Series[str]:
    """For each row the domain that it surely means, or ""; `good` are the distinct ones that can be bought."""
    domains, faulty = rows[Field.DOMAIN], at_fault(rows, Field.DOMAIN)
    if not faulty.any():
        return domains
    bad = pa.array(faulty)
    cells, mailboxes = (to_arrow(rows[name]).filter(bad) for name in (Field.DOMAIN, Field.MAILBOX))
    # As above.
    with ThreadPoolExecutor(1) as pool:
        hosts = pool.submit(find_hosts, cells, mailboxes)
        meant = look_up(cells, domains_meant(cells, good))
    meant = meant_by_hosts(cells, hosts.result(), meant, good)
    meant = meant_where_swapped(cells, mailboxes, meant, good)
    of_all = to_series(put(to_arrow(domains), bad, meant), rows.index)
    return meant_by_unnamed(rows, blocks, of_all, good)


def trim(cells: pd.DataFrame, name: str) -> pd.Series[str]:
    texts = pc.utf8_trim(to_arrow(cells[name]), EDGES)
    if name in LOWER_CASE:
        return to_series(lower(texts), cells.index)
    return tidy_texts(to_series(texts, cells.index))


def find_several(addresses: Addresses) -> np.ndarray:
    if addresses.parts.again or may_hold(addresses.mailboxes, SEPARATORS):
        return np.asarray(pc.match_substring_regex(addresses.mailboxes, SEVERAL))
    return np.zeros(len(addresses.mailboxes), dtype=bool)


def split_cells(entries: pd.DataFrame, several: np.ndarray) -> pd.DataFrame:
    mailboxes = entries[Field.MAILBOX].astype(object)
    mailboxes[several] = mailboxes[several].map(split_mailboxes)
    split = entries.assign(**{Field.MAILBOX: mailboxes}).explode(Field.MAILBOX, ignore_index=True)
    return split.assign(**{Field.MAILBOX: split[Field.MAILBOX].astype("str").str.strip(EDGES)})


def text_columns(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if name not in PLACES]


def shared_columns(frame: pd.DataFrame) -> list[str]:
    """The columns in which all rows of one domain agree."""
    contacts = [name for name in frame.columns if name.startswith(CONTACT_PREFIX)]
    return [Field.VENDOR, Field.FORWARDING_DOMAIN, Field.CONTACT, *contacts]


def fill_from_domain(entries: pd.DataFrame) -> pd.DataFrame:
    """Give a blank shared cell the value that the first filled row of its domain has."""
    filled = entries.copy(deep=False)
    for name in shared_columns(entries):
        blank = ~is_filled(entries[name])
        if not blank.any():
            continue
        known = entries[name][~blank].groupby(entries["group"][~blank]).first()
        found = entries["group"][blank].map(known).astype("str").fillna("")
        filled[name] = pd.concat([entries[name][~blank], found]).reindex(entries.index)
    return filled


def fill_defaults(entries: pd.DataFrame, defaults: Mapping[str, str]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Give cells that are still blank the settings' default. Also tells in how many rows, per field."""
    filled = entries.copy(deep=False)
    defaulted: dict[str, int] = {}
    for name, default in defaults.items():
        blank = ~is_filled(entries[name])
        if blank.any():
            filled[name] = entries[name].mask(blank, default)
            defaulted[name] = int(entries.loc[blank, "position"].nunique())
    return filled, defaulted
