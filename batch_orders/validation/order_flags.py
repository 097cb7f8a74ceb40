"""Columns that say whether a row is to be ordered: a row that says no is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pyarrow.compute as pc

from batch_orders.core.model import Problem, Severity, Sheet, Worksheet
from batch_orders.validation.blanks import EDGES
from batch_orders.validation.judge import to_arrow

NOT_TO_BE_ORDERED = "not-to-be-ordered"

FLAGS = frozenset(
    [
        "order",
        "order?",
        "orders",
        "toorder",
        "ordernow",
        "orderit",
        "buy",
        "buyit",
        "tobuy",
        "include",
        "included",
        "active",
        "enabled",
        "approved",
        "confirmed",
        "selected",
        "select",
        "go",
        "use",
        "status",
        "orderstatus",
        "orderstate",
        "orderthis",
        "buythis",
        "placeorder",
        "purchase",
        "approval",
        "bestellen",
        "kaufen",
        "freigegeben",
        "aktiv",
        "comprar",
        "pedir",
        "commander",
        "acheter",
        "ordinare",
        "zamówić",
    ]
)
"""A header without blanks. "State" is not among them: it is also a part of an address."""

CANCELS = frozenset(
    [
        "cancelled",
        "canceled",
        "cancel",
        "skip",
        "skipped",
        "exclude",
        "excluded",
        "ignore",
        "onhold",
        "donotorder",
        "dontorder",
        "donotbuy",
        "deleted",
        "storniert",
        "nichtbestellen",
    ]
)
"""What these say is the other way round: yes means no."""

CANCELLED = frozenset(
    [
        "cancelled",
        "canceled",
        "cancel",
        "skip",
        "skipped",
        "excluded",
        "ignore",
        "rejected",
        "declined",
        "deleted",
        "removed",
        "inactive",
        "disabled",
        "onhold",
        "hold",
        "paused",
        "stopped",
        "donotorder",
        "dontorder",
        "withdrawn",
        "revoked",
        "postponed",
        "deferred",
        "void",
        "dropped",
        "storniert",
        "abgelehnt",
        "annulé",
        "cancelado",
        "annullato",
        "geannuleerd",
    ]
)
NOT = re.compile(
    r"(?:not|no longer|never|do not|don'?t|nicht|kein)\b(?!.*\b(?:ordered|bought|placed|purchased|started|done|sent|"
    r"bestellt|gekauft|begonnen)\b)",
    re.IGNORECASE,
)
"""What begins so says no, but for what is not ordered yet; and so does what begins with a word of CANCELLED."""

FIRST_WORD = re.compile(r"[^\W\d_]+")
ANSWERS = re.compile(
    r"[(\[]\s*(?:y|yes|true|ja|j|x|1)\s*[/|,]\s*(?:n|no|false|nein|0)\s*[)\]]", re.IGNORECASE
)
"""`(y/n)` behind a header."""

NO = CANCELLED | frozenset(
    ["false", "no", "nope", "n", "0", "f", "nein", "falsch", "non", "faux", "nee", "nie", "☐", "✗", "✘", "✕"]
)
YES = CANCELLED | frozenset(
    ["true", "yes", "y", "1", "t", "x", "ja", "wahr", "oui", "vrai", "sí", "si", "sim", "tak", "☑", "✓", "✔"]
)
NOT_A_WORD = re.compile(r"[\s_\-?!:*.]+")


def hold_flagged(sheet: Sheet, order_when: Mapping[str, frozenset[str] | None]) -> Sheet:
    """The sheet with an error at each cell that says not to order its row.

    `order_when` says, by header, which values mean that a row is to be ordered, or None where the column does
    not count.
    """
    problems = [problem for worksheet in sheet.worksheets for problem in flagged(worksheet, order_when)]
    return replace(sheet, problems=(*sheet.problems, *problems)) if problems else sheet


def flagged(worksheet: Worksheet, order_when: Mapping[str, frozenset[str] | None]) -> Iterator[Problem]:
    own = {squeeze(header): values for header, values in order_when.items()}
    read = {*worksheet.columns.values(), *worksheet.more_mailboxes}
    for at, header in enumerate(worksheet.headers):
        name = squeeze(ANSWERS.sub("", header))
        if at in read or not (name in own or name in FLAGS or name in CANCELS):
            continue
        found = to_arrow(worksheet.cells[at]).dictionary_encode()
        texts = pc.utf8_trim(found.dictionary, EDGES).to_pylist()
        refused = [i for i, text in enumerate(texts) if says_no(name, text, own)]
        rows = worksheet.cells.index.to_numpy()
        places = np.asarray(found.indices)
        for place in np.flatnonzero(np.isin(places, refused)) if refused else ():
            yield tell_flag(worksheet.name, int(rows[place]), header, texts[places[place]])


def says_no(column: str, text: str, own: Mapping[str, frozenset[str] | None]) -> bool:
    value = squeeze(text)
    if column in own:
        wanted = own[column]
        return wanted is not None and value not in {squeeze(each) for each in wanted}
    if column in CANCELS:
        return value in YES
    first = FIRST_WORD.match(text)
    return (
        value in NO or NOT.match(text) is not None or (first is not None and squeeze(first[0]) in CANCELLED)
    )


def squeeze(text: str) -> str:
    return NOT_A_WORD.sub("", text).casefold()


def tell_flag(worksheet: str, row: int, header: str, value: str) -> Problem:
    message = (
        f"{header.strip()} says {value}, so the row is not ordered. Delete the row, or change the cell. If the column "
        "means something else, rename it or say in [order_when] of the settings what it means."
    )
    return Problem(Severity.ERROR, worksheet, row, header, value, NOT_TO_BE_ORDERED, message)
