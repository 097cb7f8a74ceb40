"""Vendors that are named, where the vendor's own list of names is not known: said once, not in every row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import Field, Problem, Severity
from batch_orders.core.rules import RowRules, UnknownVendors
from batch_orders.core.wording import counted
from batch_orders.validation.firsts import first_of_rows
from batch_orders.validation.judge import fault_column, to_arrow, to_series
from batch_orders.validation.placeholders import PLACEHOLDER
from batch_orders.validation.problems import Findings
from batch_orders.validation.sentences import shown
from batch_orders.validation.vectorised import EMPTY

VENDORS_NOT_CHECKED = "vendors-not-checked"
FAULT = fault_column(Field.VENDOR)
MAY_BE_A_NAME = r"\pL\pL"
HELD = "the vendors could not be asked. Their orders wait: try again, or write the vendors' numbers."
PASSED = "no vendor was asked. A run looks them up."


class Unchecked(NamedTuple):
    """`waiting` says of each row, by position, whether its order waits until its vendor's name can be checked."""

    entries: pd.DataFrame
    waiting: np.ndarray
    findings: Findings


def leave_unchecked(entries: pd.DataFrame, rules: RowRules, rows: int) -> Unchecked:
    """Take the fault from names that may well be the vendor's, and say it once. Typos of known names stay faults."""
    waiting = np.zeros(rows, dtype=bool)
    if rules.unknown_vendors is UnknownVendors.FAULT:
        return Unchecked(entries, waiting, Findings())
    unknown = np.array(pc.equal(to_arrow(entries[FAULT]), "vendor-unknown"))
    unknown[unknown] = may_be_names(to_arrow(entries[Field.VENDOR]).filter(pa.array(unknown)), rules)
    if not unknown.any():
        return Unchecked(entries, waiting, Findings())
    named = entries[["position", "row", Field.VENDOR]][unknown]
    named = named[first_of_rows(named)]
    holds = rules.unknown_vendors is UnknownVendors.HOLD
    waiting[named["position"].to_numpy()] = holds
    first = named.iloc[0]
    message = (
        f"Vendor names were not checked ({counted(len(named), 'row')}, the first is row {first['row']} with "
        f"{shown(str(first[Field.VENDOR]))}), since {HELD if holds else PASSED}"
    )
    severity = Severity.ERROR if holds else Severity.WARNING
    said = Problem(severity, "", None, "", "", VENDORS_NOT_CHECKED, message)
    faults = pc.if_else(pa.array(unknown), EMPTY, to_arrow(entries[FAULT]))
    left = entries.assign(**{FAULT: to_series(faults, entries.index)})
    return Unchecked(left, waiting, Findings((said,), errors=int(holds), warnings=int(not holds)))


def may_be_names(vendors: pa.Array, rules: RowRules) -> np.ndarray:
    found = vendors.dictionary_encode()
    texts = found.dictionary
    likely = np.array(pc.match_substring_regex(texts, MAY_BE_A_NAME))
    likely &= ~np.asarray(pc.match_substring_regex(pc.utf8_lower(texts), PLACEHOLDER))
    for at in np.flatnonzero(likely) if rules.names.shown else ():
        likely[at] = not rules.names.nearest(texts[int(at)].as_py())
    of_each: np.ndarray = likely[np.asarray(found.indices)]
    return of_each
