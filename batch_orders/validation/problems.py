"""Faulty cells in words: problems with worksheet, row, column, value, code and sentence."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from threading import Thread
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import Field, Problem, Severity, Sheet
from batch_orders.core.rules import RowRules
from batch_orders.validation.blanks import EDGES
from batch_orders.validation.cell_sentences import say_fault
from batch_orders.validation.confusables import tell_letter
from batch_orders.validation.firsts import first_of_rows
from batch_orders.validation.judge import at_fault, fault_column, to_arrow
from batch_orders.validation.letters import may_hold
from batch_orders.validation.sentences import (
    SENTENCES,
    WARNINGS,
    say_ambiguous_vendor,
    say_not_sold,
    say_unknown_vendor,
    shown,
)
from batch_orders.validation.suggestions import Suggester
from batch_orders.validation.vectorised import names_among

SCHEMA = "batch_orders.validation.schema"
SHARED = (Field.VENDOR, Field.FORWARDING_DOMAIN, Field.CONTACT)
IS_A_NAME = "mailbox-is-a-name"
IS_THE_DOMAIN = "mailbox-is-the-domain"

Line = Mapping[str, Any]
"""One row of a frame by column name."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Problems kept in words, and how many there truly are."""

    kept: tuple[Problem, ...] = ()
    errors: int = 0
    warnings: int = 0

    @property
    def count(self) -> int:
        return self.errors + self.warnings

    def __add__(self, other: Findings) -> Findings:
        return Findings(self.kept + other.kept, self.errors + other.errors, self.warnings + other.warnings)

    def first(self, limit: int, sheet: Sheet) -> Findings:
        """The same with only the first `limit` errors and as many warnings in words, in the sheet's order.

        What is said of the whole sheet comes first.
        """
        places = {worksheet.name: number for number, worksheet in enumerate(sheet.worksheets)}
        kept = sorted(self.kept, key=lambda problem: (places.get(problem.worksheet, -1), problem.row or 0))
        left = dict.fromkeys(Severity, limit)
        first: list[Problem] = []
        for problem in kept:
            if left[problem.severity]:
                left[problem.severity] -= 1
                first.append(problem)
        return Findings(tuple(first), self.errors, self.warnings)


def prepare_to_find() -> None:
    """Begin to import what lists faulty cells, beside all else that is to be done until then.

    With it comes pandera, which takes a third as long as a large sheet without faults.
    """
    if SCHEMA not in sys.modules:
        Thread(target=import_module, args=(SCHEMA,), daemon=True).start()


def find_problems(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, good: pa.Array, rules: RowRules, limit: int
) -> Findings:
    """The errors of single cells, the first `limit` of them in words; `good` are the domains without a fault."""
    told = without_repeated_faults(entries, rules.fields)
    errors = sum(int(at_fault(told, name).sum()) for name in rules.fields)
    if not errors:
        return Findings()
    from batch_orders.validation.schema import failing_cells

    failing = failing_cells(told, rules.fields, limit)
    faulty = lines_at(entries, failing["entry"])
    suggester = Suggester(names_among(good, len(faulty)), rules.names)
    lines = lines_at(cells, [entry["position"] for entry in faulty])
    suggester.usual = {name: usual_values(entries, faulty, name) for name in SHARED}
    kept = tuple(
        tell_fault(sheet, line, entry, field, code, suggester)
        for line, entry, field, code in zip(lines, faulty, failing["field"], failing["code"], strict=True)
    )
    return Findings(kept, errors=errors)


def without_repeated_faults(entries: pd.DataFrame, fields: Sequence[str]) -> pd.DataFrame:
    """The entries, of which the several mailboxes of a row tell the faults of its other cells only once."""
    again = ~first_of_rows(entries)
    if not again.any():
        return entries
    faults = [fault_column(name) for name in fields if name != Field.MAILBOX]
    return entries.assign(**{name: entries[name].mask(again, "") for name in faults})


def usual_values(entries: pd.DataFrame, faulty: Sequence[Line], name: str) -> Mapping[str, str]:
    """For the domains of these entries, what more of their rows say in a field than anything else."""
    domains = {entry["meant"] for entry in faulty if entry[fault_column(name)]} - {""}
    if not domains:
        return {}
    good = entries[entries["meant"].isin(domains) & ~at_fault(entries, name)]
    named = good[good[name] != ""]
    modes = {str(domain): values.mode() for domain, values in named.groupby("meant")[name]}
    return {domain: str(usual.iloc[0]) for domain, usual in modes.items() if len(usual) == 1}


def is_alone(line: Line) -> bool:
    """Whether the row holds nothing that an order needs but a domain."""
    return not any(line[name].strip(EDGES) for name in Field if name != Field.DOMAIN)


def tell_fault(sheet: Sheet, line: Line, entry: Line, field: str, code: str, suggester: Suggester) -> Problem:
    """The fault of one entry. Of several mailboxes in a cell the sentence names the one."""
    value, meant = entry[field], entry["meant"]
    single, suggestion = suggester.suggest(field, value, meant, line[field])
    if code == IS_THE_DOMAIN and not single and entry[fault_column(Field.DOMAIN)]:
        # The two cells changed places: the mailboxes stand in the domain's.
        single = suggestion = suggester.suggest_swapped(line[Field.DOMAIN], meant)
    if code == IS_A_NAME:
        name = shown(line[field].strip(EDGES))
        message = f'"{name}" is the name of the contact, not two mailboxes. Write the mailbox.'
        return tell(sheet, line, field, code, message=message)
    match code:
        case "vendor-unknown":
            message = say_unknown_vendor(value, suggester.names)
        case "vendor-not-sold":
            message = say_not_sold(value, suggester.names)
        case "vendor-ambiguous":
            message = say_ambiguous_vendor(value, suggester.names)
        case _:
            message = say_fault(code, value, meant, single)
    if field == Field.DOMAIN and value and not meant and is_alone(line):
        message += " The rest of the row is blank: fill it in, or delete the row if it is a note."
    among_others = field == Field.MAILBOX and value != line[field].strip(EDGES).lower()
    if among_others and shown(value) not in message:
        message = f'"{shown(value)}": {message}'
    if letter := tell_letter(value):
        message = f"{message} {letter}"
    return tell(sheet, line, field, code, suggestion, message=message)


def lines_at(frame: pd.DataFrame, positions: Sequence[int] | np.ndarray | pd.Series[int]) -> list[Line]:
    """Rows as they stand, by position, taken out at once by Arrow: pandas gives them slowly."""
    distinct, places = np.unique(np.array(positions, dtype=np.int64), return_inverse=True)
    if not len(distinct):
        return []
    # Rows are taken out of a few: for that Arrow joins the pieces of a column, which would copy all of a large sheet.
    wanted = np.zeros(len(frame), dtype=bool)
    wanted[distinct] = True
    few = pa.table({name: pa.array(column.array) for name, column in frame.items()}).filter(pa.array(wanted))
    lines: list[Line] = few.take(pa.array(places)).to_pylist()
    return lines


def tell(
    sheet: Sheet,
    line: Line,
    field: str,
    code: str,
    suggestion: str = "",
    severity: Severity = Severity.ERROR,
    message: str = "",
) -> Problem:
    """The problem of one cell, named as its worksheet names it."""
    worksheet = line["worksheet"]
    return Problem(
        severity=severity,
        worksheet=sheet.worksheets[worksheet].name,
        row=line["row"],
        column=column_name(sheet, worksheet, field),
        value=line[field] if field else "",
        code=code,
        message=message or SENTENCES.get(code) or WARNINGS[code],
        suggestion=suggestion,
    )


def column_name(sheet: Sheet, worksheet: int, field: str) -> str:
    """The header under which a worksheet has the field, or the field's own name; "" for the whole row."""
    source = sheet.worksheets[worksheet]
    if not field:
        return ""
    return source.headers[source.columns[field]] if field in source.columns else field.replace("_", " ")


def warn_of_urls(sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, limit: int) -> Findings:
    """One warning for each row whose forwarding domain was cut out of a web address."""
    texts = to_arrow(cells[Field.FORWARDING_DOMAIN])
    if not may_hold(texts, "/"):
        return Findings()
    urls = np.asarray(pc.match_substring(texts, "/"))
    used = urls & ~cells["position"].isin(entries["position"][at_fault(entries, Field.FORWARDING_DOMAIN)])
    positions = np.flatnonzero(used)
    told = positions[:limit]
    hosts = entries.drop_duplicates("position").set_index("position")[Field.FORWARDING_DOMAIN]
    kept = tuple(
        tell(
            sheet,
            line,
            Field.FORWARDING_DOMAIN,
            "forwarding-was-a-url",
            host,
            Severity.WARNING,
            f"{shown(line[Field.FORWARDING_DOMAIN].strip(EDGES))} is a web address. The domain will forward to {host}.",
        )
        for line, host in zip(lines_at(cells, told), hosts[told], strict=True)
    )
    return Findings(kept, warnings=len(positions))


def warn_of_read_domains(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, from_above: np.ndarray, limit: int
) -> Findings:
    """One warning for each row whose blank domain was read as the one above."""
    if not from_above.any():
        return Findings()
    positions = np.flatnonzero(from_above)
    domains = entries.drop_duplicates("position").set_index("position")[Field.DOMAIN]
    told = positions[:limit]
    kept = tuple(
        tell(
            sheet,
            line,
            Field.DOMAIN,
            "domain-from-above",
            domain,
            Severity.WARNING,
            f"The domain is blank. It is read as {domain}, the domain above and that of the row's mailbox.",
        )
        for line, domain in zip(lines_at(cells, told), domains[told], strict=True)
    )
    return Findings(kept, warnings=len(positions))
