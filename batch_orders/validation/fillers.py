"""Rows that are no orders: drawn down for later, or notes and totals below a table.

A row that names neither a domain nor a mailbox asks for nothing, whatever else was drawn down beside it. But
amid a block of rows whose domain is written once it may be one whose mailbox was forgotten, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from string import ascii_letters

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import CONTACT_PREFIX, Field, Problem, Severity, Sheet, Worksheet
from batch_orders.core.wording import counted, name_rows
from batch_orders.validation.blanks import EDGES
from batch_orders.validation.blocks import DITTO
from batch_orders.validation.judge import at_fault, fault_column, is_filled, to_arrow
from batch_orders.validation.letters import first_letters
from batch_orders.validation.more_mailboxes import mailbox_cells
from batch_orders.validation.vectorised import EMPTY

ROWS_PASSED_OVER = "rows-passed-over"
NOTES_PASSED_OVER = "notes-passed-over"
RAGGED_LINE = "ragged-line"
NAMING = (Field.DOMAIN, Field.MAILBOX)

OF_A_FORMULA = "0|(?i:false)"
"""What a formula shows that points at a blank cell."""

SAYS_NOTHING = rf"^(?:[\pP\pS\pZ\pC]*|{OF_A_FORMULA})$"
"""No letter and no digit, or what comes of a formula."""

NO_MAILBOX = r"^[^\pL@]*$|^[0-9 ]+\pL+$|(?i)^(?:sub|grand )?totals?\b[^@]*$"
MAY_BE_NO_MAILBOX = "^[^a-zA-Z@]*$|^[0-9 ]|(?i)^(?:sub|grand )?total"
NO_PLAIN_LETTER = f"^(?:[^a-zA-Z0-9]*|{OF_A_FORMULA})$"
"""All that says nothing, and names in other scripts. Arrow makes ready for this in a hundredth of the time."""

SOMETHING = b"123456789" + ascii_letters.replace("f", "").replace("F", "").encode()
SAYS_SOMETHING = np.isin(np.arange(256), list(SOMETHING))
"""By byte: a text that begins with it is no filler."""

NOTE = re.compile(
    r"(?:(?:sub|grand )?totals?|sum|count|average|notes?|n\.?b\.?|remarks?|comments?|page|end of|gesamt(?:summe)?|summe"
    r"|zwischensumme|anzahl|hinweis|anmerkung|seite|somme|nombre|remarque|totaux|suma|totale|somma|totaal|aantal|razem"
    r"|soma|celkem|toplam|totalt|summa|yhteensä|összesen|ukupno|skupaj|jumlah|σύνολο|разом"
    r"|итого|всего|合計|总计|thanks|thank you|regards|best regards|signed)\b",
    re.IGNORECASE,
)
NAME_WITH_A_DOT = re.compile(r"[^\W_]\.[^\W\d_]{2,}")


def pass_over_fillers(sheet: Sheet) -> Sheet:
    """The sheet without rows that are no orders; one warning for each kind and worksheet says which."""
    passed = [pass_over(worksheet, unreadable_rows(sheet, worksheet)) for worksheet in sheet.worksheets]
    if not any(problems for _, problems, _ in passed):
        return sheet
    gone = {(each.name, row) for each, _, rows in passed for row in rows}
    problems = [problem for problem in sheet.problems if (problem.worksheet, problem.row) not in gone]
    problems += [problem for _, said, _ in passed for problem in said]
    return replace(sheet, worksheets=tuple(each for each, _, _ in passed), problems=tuple(problems))


def unreadable_rows(sheet: Sheet, worksheet: Worksheet) -> frozenset[int]:
    """Rows of which nobody knows whether they name something: what stands there could not be read."""
    naming = {
        "",
        *(worksheet.headers[worksheet.columns[name]] for name in NAMING if name in worksheet.columns),
    }
    return frozenset(
        problem.row
        for problem in sheet.problems
        if problem.worksheet == worksheet.name
        and problem.row is not None
        and problem.severity is Severity.ERROR
        if problem.column in naming and not (problem.code == RAGGED_LINE and not problem.value)
    )


def pass_over(
    worksheet: Worksheet, unreadable: frozenset[int]
) -> tuple[Worksheet, list[Problem], Sequence[int]]:
    """The worksheet without its fillers and notes, what is said of them, and their row numbers."""
    if not all(name in worksheet.columns for name in NAMING):
        return worksheet, [], ()
    rows = worksheet.cells.index.to_numpy()
    fillers, notes = find_fillers(worksheet), find_notes(worksheet)
    if unreadable:
        readable = ~np.isin(rows, list(unreadable))
        fillers, notes = fillers & readable, notes & readable
    notes &= ~fillers
    if not (fillers.any() or notes.any()):
        return worksheet, [], ()
    said = [tell_fillers(worksheet.name, rows[fillers]), tell_notes(worksheet.name, rows[notes])]
    kept = replace(worksheet, cells=worksheet.cells[~(fillers | notes)])
    return kept, [problem for problem in said if problem], rows[fillers | notes].tolist()


def find_fillers(worksheet: Worksheet) -> np.ndarray:
    domains = to_arrow(worksheet.cells[worksheet.columns[Field.DOMAIN]])
    nothing: np.ndarray = ~SAYS_SOMETHING[first_letters(domains)]
    nothing[nothing] = np.asarray(
        pc.match_substring_regex(domains.filter(pa.array(nothing)), NO_PLAIN_LETTER)
    )
    if not nothing.any():
        return nothing
    nothing = np.array(pc.match_substring_regex(domains, SAYS_NOTHING))
    nameless, unnamed = nothing.copy(), np.flatnonzero(nothing)
    mailboxes = to_arrow(mailbox_cells(worksheet)).take(pa.array(unnamed))
    nothing[unnamed] = np.asarray(pc.match_substring_regex(mailboxes, SAYS_NOTHING))
    nothing &= ~np.asarray(pc.match_substring_regex(pc.utf8_trim(domains, EDGES), DITTO))
    nothing &= ~in_block(worksheet, nothing, nameless)
    return nothing


def in_block(worksheet: Worksheet, nothing: np.ndarray, nameless: np.ndarray) -> np.ndarray:
    """Fillers with a field of an order that stand above a row that belongs to the same domain."""
    goes_on = nameless & ~nothing
    if not (nothing.any() and goes_on.any()) or nameless.all():
        return np.zeros(len(nothing), dtype=bool)
    shared = {Field.VENDOR, Field.FORWARDING_DOMAIN, Field.CONTACT}
    others = [
        at for name, at in worksheet.columns.items() if name in shared or name.startswith(CONTACT_PREFIX)
    ]
    filled = worksheet.cells[others].apply(lambda cells: cells.str.strip(EDGES) != "").any(axis=1).to_numpy()
    block = np.cumsum(~nameless)
    last = np.full(block.max() + 1, -1)
    np.maximum.at(last, block[goes_on], np.flatnonzero(goes_on))
    amid: np.ndarray = nothing & filled & (block > 0) & (np.arange(len(nothing)) < last[block])
    return amid


def find_notes(worksheet: Worksheet) -> np.ndarray:
    """Rows of one filled cell, or that begin with a word such as Total, which name nothing that could be bought."""
    mailboxes = to_arrow(mailbox_cells(worksheet))
    found = ~np.asarray(pc.match_substring(mailboxes, "@"))
    for pattern in (MAY_BE_NO_MAILBOX, NO_MAILBOX):
        found[found] = np.asarray(pc.match_substring_regex(mailboxes.filter(pa.array(found)), pattern))
    for at in np.flatnonzero(found):
        cells = [text.strip(EDGES) for text in worksheet.cells.iloc[at]]
        found[at] = is_note(cells, cells[worksheet.columns[Field.DOMAIN]])
    return found


def is_note(cells: Sequence[str], domain: str) -> bool:
    """Whether a row without a mailbox is no order. A lone word may be a domain that lacks its ending."""
    filled = [text for text in cells if text]
    if not filled or any("@" in text or NAME_WITH_A_DOT.search(text) for text in filled):
        return False
    if domain and domain != filled[0]:
        return False
    return bool(NOTE.match(filled[0])) or (filled == [domain] and len(domain.split()) > 1)


def tell_lone_domains_once(cells: pd.DataFrame, entries: pd.DataFrame, fields: Sequence[str]) -> pd.DataFrame:
    """The entries without the faults of blank cells beside a text that is no domain: it is likely a note."""
    lone = at_fault(entries, Field.DOMAIN) & is_filled(entries[Field.DOMAIN]) & ~is_filled(entries["meant"])
    if not lone.any():
        return entries
    others = [name for name in fields if name != Field.DOMAIN]
    rows = pa.array(entries["position"].to_numpy()[lone])
    beside = [pc.utf8_trim(to_arrow(cells[name]).take(rows), EDGES) for name in others]
    lone[lone] = np.logical_and.reduce([np.asarray(pc.equal(texts, EMPTY)) for texts in beside])
    faults = [fault_column(name) for name in others]
    return (
        entries.assign(**{name: entries[name].mask(lone, "") for name in faults}) if lone.any() else entries
    )


def tell_fillers(worksheet: str, rows: np.ndarray) -> Problem | None:
    if not len(rows):
        return None
    message = (
        f"{counted(len(rows), 'row')} without a domain and a mailbox {'was' if len(rows) == 1 else 'were'} passed "
        f"over: {name_rows(rows.tolist())}."
    )
    return Problem(Severity.WARNING, worksheet, None, "", str(len(rows)), ROWS_PASSED_OVER, message)


def tell_notes(worksheet: str, rows: np.ndarray) -> Problem | None:
    if not len(rows):
        return None
    message = (
        f"{counted(len(rows), 'row')} {'is a note or a total' if len(rows) == 1 else 'are notes or totals'}, and no "
        f"order: {name_rows(rows.tolist())}."
    )
    return Problem(Severity.WARNING, worksheet, None, "", str(len(rows)), NOTES_PASSED_OVER, message)
