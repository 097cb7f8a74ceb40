"""Rows: a sheet's text cells → entries that can be ordered, and every problem of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from batch_orders.model import Field, Sheet
from batch_orders.rows.judge import Judged, fault_column, judge_domains, judge_mailboxes, judge_shared
from batch_orders.rows.normal import fill_from_domain, gather_cells, normalise, number_domains
from batch_orders.rows.problems import Findings, find_problems, warn_of_urls
from batch_orders.rows.reading import mark_reading_problems

__all__ = ["KEPT_PROBLEMS", "Findings", "Rows", "validate_rows"]

KEPT_PROBLEMS = 1_000
"""How many errors, and how many warnings, are kept in words. All are counted."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a sheet after validation.

    `cells` are the known columns as the sheet has them, one line per row. `entries` are the
    normalised mailboxes, one line each, with a fault column per field; `faulty` says of each
    row, by position, whether it has an error of its own.
    """

    sheet: Sheet
    cells: pd.DataFrame
    entries: pd.DataFrame
    faulty: np.ndarray
    findings: Findings

    @property
    def total(self) -> int:
        return len(self.cells)


def validate_rows(sheet: Sheet, vendors: Mapping[str, int] | None = None, kept: int = KEPT_PROBLEMS) -> Rows:
    """Judge every row of the sheet in one pass.

    `vendors` maps folded vendor names to ids. At most `kept` errors and as many warnings are
    put in words, in the sheet's order; the counts are true.
    """
    cells = gather_cells(sheet)
    entries = judge_entries(normalise(cells, vendors or {}))
    entries, reading = mark_reading_problems(sheet, cells, entries, kept)
    faults = (entries[[fault_column(field) for field in Field]] != "").any(axis=1)
    faulty = reading.rows.copy()
    faulty[entries.loc[faults, "position"].to_numpy()] = True
    findings = find_problems(sheet, cells, entries, kept)
    warnings = warn_of_urls(sheet, cells, entries, kept)
    return Rows(sheet, cells, entries, faulty, reading.findings + findings + warnings)


def judge_entries(normal: pd.DataFrame) -> pd.DataFrame:
    domains = judge_domains(normal[Field.DOMAIN])
    normal = normal.assign(**{Field.DOMAIN: domains[0]})
    normal = normal.assign(group=number_domains(normal))
    mailboxes = judge_mailboxes(normal[Field.MAILBOX], domains[0])
    filled = fill_from_domain(normal)
    entries = put_judged(filled, {Field.DOMAIN: domains, Field.MAILBOX: mailboxes, **judge_shared(filled)})
    return forgive_filled(entries, normal)


def put_judged(entries: pd.DataFrame, judged: Mapping[Field, Judged]) -> pd.DataFrame:
    values = {field: values for field, (values, _) in judged.items()}
    faults = {fault_column(field): faults for field, (_, faults) in judged.items()}
    return entries.assign(**values, **faults)


def forgive_filled(entries: pd.DataFrame, normal: pd.DataFrame) -> pd.DataFrame:
    """A blank cell is not at fault for the bad value that its domain's other row gave it."""
    forgiven = {
        fault_column(field): entries[fault_column(field)].mask(
            (normal[field] == "") & (entries[field] != ""), ""
        )
        for field in (Field.VENDOR, Field.FORWARDING_DOMAIN)
    }
    return entries.assign(**forgiven)
