"""Rows: a sheet's text cells → entries that can be ordered, and every problem of the others."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import PERSON_FIELDS, Field, Sheet
from batch_orders.core.rules import KEPT_PROBLEMS, RowRules
from batch_orders.errors import SheetError
from batch_orders.validation.cell_warnings import warn_of_cells, warn_of_unlikely
from batch_orders.validation.comma_names import find_comma_names, mark_comma_names, warn_of_commas
from batch_orders.validation.contradictions import find_contradictions
from batch_orders.validation.domain_typos import mend_typos, put_typos
from batch_orders.validation.duplicates import warn_of_duplicates
from batch_orders.validation.fillers import pass_over_fillers, tell_lone_domains_once
from batch_orders.validation.firsts import good_domains
from batch_orders.validation.half_orders import point_at_orders
from batch_orders.validation.judge import (
    Validated,
    at_fault,
    fault_column,
    is_filled,
    judge_addresses,
    judge_shared,
    to_arrow,
)
from batch_orders.validation.look_alikes import warn_of_look_alikes
from batch_orders.validation.mailboxes import Addresses
from batch_orders.validation.normal import (
    fill_defaults,
    fill_from_domain,
    gather_cells,
    normalise,
    trim_cells,
)
from batch_orders.validation.order_flags import hold_flagged
from batch_orders.validation.problems import (
    Findings,
    find_problems,
    prepare_to_find,
    warn_of_read_domains,
    warn_of_urls,
)
from batch_orders.validation.read_problems import mark_reading_problems, rows_below_headers, struck_domains
from batch_orders.validation.unchecked_vendors import leave_unchecked
from batch_orders.validation.vendor_warnings import warn_of_vendors

__all__ = ["Findings", "RowRules", "Rows", "validate_rows"]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a sheet after validation.

    `cells` are the known columns as the sheet has them, one line per row. `entries` are the
    normalised mailboxes, one line each, with a fault column per field; `faulty` says of each
    row, by position, whether it has an error of its own, and `contradicting` whether it says something else than
    others of its domain. `pointing` are the faulty rows that may belong to another order than their own.
    `defaulted` counts, per field, the
    rows for which the settings' default was used; `people` says whether owners of mailboxes are
    named.
    """

    sheet: Sheet
    cells: pd.DataFrame
    entries: pd.DataFrame
    faulty: np.ndarray
    contradicting: np.ndarray
    findings: Findings
    pointing: pd.DataFrame
    defaulted: Mapping[str, int] = field(default_factory=dict)
    people: bool = False

    @property
    def total(self) -> int:
        return len(self.cells)


def validate_rows(sheet: Sheet, rules: RowRules | None = None, kept: int = KEPT_PROBLEMS) -> Rows:
    """Judge every row of the sheet in one pass.

    At most `kept` errors and as many warnings are put in words, in the sheet's order; the counts
    are true.
    """
    rules = rules or RowRules()
    demand_columns(sheet, rules)
    sheet = hold_flagged(pass_over_fillers(sheet), rules.order_when)
    cells = gather_cells(sheet, rules.fields)
    trimmed = trim_cells(cells)
    # Arrow lets go of the interpreter meanwhile, so that what needs the cells alone is looked for beside the rest.
    with ThreadPoolExecutor(1) as pool:
        of_cells = pool.submit(warn_of_cells, sheet, cells, kept)
        names_with_commas = pool.submit(find_comma_names, cells)
        normal = normalise(trimmed, rows_below_headers(sheet, cells))
    struck = struck_domains(sheet, cells)
    named = put_typos(normal.entries, struck) if struck else normal.entries
    entries, defaulted = judge_entries(named, normal.addresses, rules)
    comma_names = names_with_commas.result()
    entries = mark_comma_names(cells, entries, comma_names)
    entries = tell_lone_domains_once(cells, entries, rules.fields)
    entries, waiting, unchecked = leave_unchecked(entries, rules, len(cells))
    entries, reading = mark_reading_problems(sheet, cells, entries, kept)
    faults = np.logical_or.reduce([at_fault(entries, name) for name in rules.fields])
    if faults.any():
        prepare_to_find()
    good = good_domains(entries)
    faulty = reading.rows | waiting
    faulty[entries["position"].to_numpy()[faults]] = True
    sound, local_parts = entries, normal.addresses.local_parts
    if reading.broken.any():
        clean = ~reading.broken[entries["position"]]
        sound, local_parts = entries[clean], local_parts.filter(pa.array(clean))
    # As above.
    with ThreadPoolExecutor(2) as pool:
        pointing = pool.submit(point_at_orders, entries, normal.addresses, faulty, normal.pointed, good)
        of_mailboxes = pool.submit(warn_of_mailboxes, sheet, cells, sound, local_parts, kept)
        contradictions = pool.submit(find_contradictions, sheet, cells, entries, reading.broken, kept)
        warnings = warn_of_urls(sheet, cells, entries, kept)
        warnings += warn_of_read_domains(sheet, cells, entries, normal.from_above, kept)
        warnings += warn_of_vendors(sheet, cells, entries, rules.names, kept)
        warnings += of_cells.result()
        warnings += warn_of_commas(sheet, cells, entries, comma_names, kept)
        warnings += warn_of_look_alikes(sheet, cells, sound, kept)
        found = find_problems(sheet, cells, entries, good, rules, kept)
        contradicting, of_contradictions = contradictions.result()
        findings = unchecked + reading.findings + found + warnings + of_mailboxes.result() + of_contradictions
    return Rows(
        sheet, cells, entries, faulty, contradicting, findings, pointing.result(), defaulted, rules.people
    )


def warn_of_mailboxes(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, local_parts: pa.DictionaryArray, limit: int
) -> Findings:
    unlikely = warn_of_unlikely(sheet, cells, entries, local_parts, limit)
    return unlikely + warn_of_duplicates(sheet, cells, entries, local_parts, limit)


def demand_columns(sheet: Sheet, rules: RowRules) -> None:
    """Raise SheetError where a worksheet lacks a column that only these rules ask for."""
    for worksheet in sheet.worksheets:
        lacking = [name.replace("_", " ") for name in PERSON_FIELDS if name not in worksheet.columns]
        if rules.people and lacking:
            where = f"The worksheet {worksheet.name}" if worksheet.name else "The sheet"
            raise SheetError(
                f"{where} has no column for {' and '.join(lacking)}, which orders with mailbox details need. "
                "Add it, or order without mailbox details.",
                "body",
            )


def judge_entries(
    normal: pd.DataFrame, addresses: Addresses, rules: RowRules
) -> tuple[pd.DataFrame, dict[str, int]]:
    judged, defaulted = judge_once(normal, addresses, rules)
    faults = to_arrow(judged[fault_column(Field.MAILBOX)])
    mended = mend_typos(normal, np.asarray(pc.equal(faults, "mailbox-other-domain")))
    return (judged, defaulted) if mended is normal else judge_once(mended, addresses, rules)


def judge_once(
    normal: pd.DataFrame, addresses: Addresses, rules: RowRules
) -> tuple[pd.DataFrame, dict[str, int]]:
    filled, defaulted = fill_defaults(fill_from_domain(normal), rules.defaults)
    # Arrow lets go of the interpreter meanwhile, so that mailboxes are judged beside the other fields.
    with ThreadPoolExecutor(1) as pool:
        mailboxes = pool.submit(judge_addresses, addresses, normal["meant"])
        shared = judge_shared(filled, rules)
    judged = {Field.MAILBOX: mailboxes.result(), **shared}
    return forgive_filled(put_judged(filled, judged), normal), defaulted


def put_judged(entries: pd.DataFrame, judged: Mapping[str, Validated]) -> pd.DataFrame:
    values = {field: values for field, (values, _) in judged.items()}
    faults = {fault_column(field): faults for field, (_, faults) in judged.items()}
    return entries.assign(**values, **faults)


def forgive_filled(entries: pd.DataFrame, normal: pd.DataFrame) -> pd.DataFrame:
    """A blank cell is not at fault for the bad value that its domain's other row gave it."""
    forgiven = {
        fault_column(field): entries[fault_column(field)].mask(given, "")
        for field in (Field.VENDOR, Field.FORWARDING_DOMAIN)
        if (given := ~is_filled(normal[field]) & is_filled(entries[field])).any()
    }
    return entries.assign(**forgiven) if forgiven else entries
