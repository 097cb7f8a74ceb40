"""What looks wrong at a cell but may be right: said before anything is sent, and holds nothing back."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import CONTACT_PREFIX, Field, Severity, Sheet
from batch_orders.core.names import unicode_of
from batch_orders.validation.blanks import EDGES
from batch_orders.validation.confusables import REPLACED, decoded
from batch_orders.validation.examples import EXAMPLE_WITHIN, holds_example
from batch_orders.validation.judge import at_fault, to_arrow
from batch_orders.validation.letters import is_ascii
from batch_orders.validation.names import host_of, judge_host
from batch_orders.validation.placeholders import PLACEHOLDER, UNLIKELY, UNLIKELY_CONTACT
from batch_orders.validation.problems import Findings, lines_at, tell
from batch_orders.validation.sentences import named, shown


class Doubt(NamedTuple):
    """Why a value is doubted: a code, a sentence, what is meant where that is sure."""

    code: str
    message: str
    suggestion: str = ""


DAMAGED = (
    r"^[+-]?[0-9]+(?:[.,][0-9]+e\+?|e\+)[0-9]+$|^#{2,}$|&(?:[a-z]{2,8}[0-9]?|#[0-9]+|#x[0-9a-f]+);"
    r"|[^\x00-\x7f][^\x00-\x7f]|\x{fffd}|[^ ]\?[^ ]"
)
"""In lower case, for Arrow: what `doubt_contact` looks at more closely."""

CONTACT_ODD = f"(?i){DAMAGED}|{PLACEHOLDER}|{UNLIKELY_CONTACT}|^'|{EXAMPLE_WITHIN.removeprefix('(?i)')}"
SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+e\+?|e\+)[0-9]+$")
LETTER_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")
NOBODYS = re.compile(PLACEHOLDER)


def warn_of_cells(sheet: Sheet, cells: pd.DataFrame, limit: int) -> Findings:
    """Of contacts, forwarding domains and domains."""
    found = Findings()
    contacts = [name for name in cells.columns if name == Field.CONTACT or name.startswith(CONTACT_PREFIX)]
    for name in contacts:
        doubt = doubt_name if name == Field.CONTACT else doubt_contact
        found += warn_of_column(sheet, cells, name, CONTACT_ODD, doubt, limit)
    found += warn_of_column(sheet, cells, Field.FORWARDING_DOMAIN, EXAMPLE_WITHIN, doubt_host, limit)
    for name in (Field.DOMAIN, Field.FORWARDING_DOMAIN):
        found += warn_of_spelling(sheet, cells, name, limit)
    return found


def warn_of_column(
    sheet: Sheet,
    cells: pd.DataFrame,
    name: str,
    odd: str,
    doubt: Callable[[str], Doubt | None],
    limit: int,
) -> Findings:
    """One warning for each cell of which `doubt` has one; it is asked only of distinct values that look odd."""
    found = to_arrow(cells[name]).dictionary_encode()
    trimmed = pc.utf8_trim(found.dictionary, EDGES)
    places = np.flatnonzero(pc.match_substring_regex(trimmed, odd))
    doubts = {int(at): said for at in places if (said := doubt(trimmed[int(at)].as_py()))}
    if not doubts:
        return Findings()
    values = np.asarray(found.indices)
    positions = np.flatnonzero(np.isin(values, list(doubts)))
    told = positions[:limit]
    reasons = [doubts[int(values[at])] for at in told]
    kept = tuple(
        tell(sheet, line, name, each.code, each.suggestion, Severity.WARNING, each.message)
        for line, each in zip(lines_at(cells, told), reasons, strict=True)
    )
    return Findings(kept, warnings=len(positions))


def warn_of_spelling(sheet: Sheet, cells: pd.DataFrame, name: str, limit: int) -> Findings:
    """Nearly all names are ASCII, which is quick to find out."""
    if is_ascii(to_arrow(cells[name])):
        return Findings()
    return warn_of_column(sheet, cells, name, r"[^\x00-\x7f]", doubt_spelling, limit)


def doubt_contact(text: str) -> Doubt | None:
    if NOBODYS.match(text.lower()):
        return Doubt(
            "contact-placeholder", f"{shown(text)} stands for nothing. Fill in the value or leave it blank."
        )
    return doubt_damage(text) or doubt_host(text)


def doubt_name(text: str) -> Doubt | None:
    if re.match(UNLIKELY_CONTACT, text.lower()):
        return Doubt(
            "contact-placeholder", f"{shown(text)} is hardly anybody's name. Write the contact's name."
        )
    return doubt_damage(text)


def doubt_damage(text: str) -> Doubt | None:
    """What has happened to contact data on its way here."""
    if set(text) == {"#"} and len(text) > 1:
        return Doubt(
            "contact-damaged",
            f"{shown(text)} is what a column shows that is too narrow. Type the value again.",
        )
    if SCIENTIFIC.match(text.lower()):
        return Doubt(
            "contact-damaged", f"{text} is a number that a spreadsheet cut short. Type it again, as text."
        )
    if html.unescape(text) != text and ";" in text:
        plain = html.unescape(text)
        return Doubt(
            "contact-damaged", f"{shown(text)} holds signs of a web page. Write {named(plain)}.", plain
        )
    if decoded(text) != text:
        plain = decoded(text)
        return Doubt(
            "contact-damaged", f"{shown(text)} was read in the wrong encoding. Write {named(plain)}.", plain
        )
    if REPLACED in text or LETTER_LOST.search(text):
        return Doubt("contact-damaged", f"{shown(text)} lost letters in the wrong encoding. Type it again.")
    if text.startswith("'") and len(text) > 1:
        plain = text.strip("'")
        return Doubt(
            "contact-damaged",
            f"{shown(text)} begins with the mark of a text cell. Write {named(plain)}.",
            plain,
        )
    return None


def doubt_host(text: str) -> Doubt | None:
    if not holds_example(text):
        return None
    return Doubt(
        "example-value", f"{shown(text)} is an example of a template. Write the domain that is meant."
    )


def doubt_spelling(text: str) -> Doubt | None:
    """A good name that is bought in another spelling: of another width or case, or otherwise composed."""
    host = host_of(text.lower())
    verdict = judge_host(host)
    written = unicode_of(verdict.value)
    if verdict.fault or not written or written == host_of(text):
        return None
    wire = f" ({verdict.value})" if verdict.value != written else ""
    return Doubt(
        "bought-as", f"{shown(text)} is bought as {written}{wire}. Look whether that is meant.", written
    )


def warn_of_unlikely(
    sheet: Sheet, cells: pd.DataFrame, entries: pd.DataFrame, local_parts: pa.DictionaryArray, limit: int
) -> Findings:
    """Addresses that are likelier a placeholder than anybody's mailbox."""
    odd = pc.match_substring_regex(local_parts.dictionary, UNLIKELY).take(local_parts.indices)
    places = np.flatnonzero(np.asarray(odd) & ~at_fault(entries, Field.MAILBOX))
    if not len(places):
        return Findings()
    told = entries.iloc[places[:limit]]
    kept = tuple(
        tell(
            sheet,
            line,
            Field.MAILBOX,
            "mailbox-unlikely",
            severity=Severity.WARNING,
            message=f"{shown(mailbox)} looks like a placeholder, a number, a date or a test. Look whether it is meant.",
        )
        for line, mailbox in zip(lines_at(cells, told["position"]), told[Field.MAILBOX], strict=True)
    )
    return Findings(kept, warnings=len(places))
