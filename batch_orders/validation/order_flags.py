"""Columns that say whether a row is to be ordered: a row that says no is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow.compute as pc

from batch_orders.core.model import Problem, Severity, Sheet, Worksheet
from batch_orders.core.wording import counted, name_rows
from batch_orders.validation.blanks import EDGES
from batch_orders.validation.judge import to_arrow
from batch_orders.validation.letters import may_match
from batch_orders.validation.order_words import (
    A_STATE,
    AMOUNT,
    AVAILABLE,
    BOUGHT,
    CANCELS,
    DUPLICATE,
    FLAG,
    MAY_NOT_BE_TO_ORDER,
    NO,
    NOT,
    NOT_TO_ORDER,
    NOT_YET,
    NOTHING,
    SAYS_CANCELLED,
    STATE,
    TAKEN,
    UNDECIDED,
    YES,
)
from batch_orders.validation.sentences import shown

NOT_TO_BE_ORDERED = "not-to-be-ordered"
ORDER_DOUBTED = "order-doubted"

ANSWERS = re.compile(
    r"[(\[]?\s*\b(?:y|yes|true|ja|j|oui|o|si|sí|sim|tak|x|1)\s*[/|,]\s*(?:n|no|false|nein|non|nee|não|nie|0)\b\s*[)\]]?",
    re.IGNORECASE,
)
"""`(y/n)` behind a header."""

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
REFUSAL = re.compile(r"\s*(?P<no>[^\W\d_]{2,})\s*[,;:.!(–—-](?!\s*[0-9])")
"""`No, the client wants another one`; "no issues" and "No. 5" are none."""

NOT_A_WORD = re.compile(r"[\s_\-?¿¡!:*./]+")
OwnValues = Mapping[str, frozenset[str] | None]


def hold_flagged(sheet: Sheet, order_when: OwnValues) -> Sheet:
    """The sheet with an error at each cell that says not to order its row, and a warning for each column that
    leaves it open or says that rows were bought before.

    `order_when` says, by header, which values mean that a row is to be ordered, or None where the column does
    not count.
    """
    problems = [problem for worksheet in sheet.worksheets for problem in flagged(worksheet, order_when)]
    return replace(sheet, problems=(*sheet.problems, *problems)) if problems else sheet


def flagged(worksheet: Worksheet, order_when: OwnValues) -> Iterator[Problem]:
    own = {squeeze(header): values for header, values in order_when.items()}
    read = {*worksheet.columns.values(), *worksheet.more_mailboxes}
    for at, header in enumerate(worksheet.headers):
        if at in read:
            continue
        rules = rules_of(header, own)
        if not rules:
            yield from noted(worksheet, at)
            continue
        refuses, doubts = rules
        found = to_arrow(worksheet.cells[at]).dictionary_encode()
        texts = [text.strip(EDGES) for text in found.dictionary.to_pylist()]
        refused = {i for i, text in enumerate(texts) if refuses(text) and not is_numbering(text, texts)}
        doubted = [i for i, text in enumerate(texts) if i not in refused and doubts(text)]
        rows = worksheet.cells.index.to_numpy()
        values = np.asarray(found.indices)
        for place in np.flatnonzero(np.isin(values, list(refused))) if refused else ():
            yield tell_flag(worksheet.name, int(rows[place]), header, texts[values[place]])
        if doubted:
            places = np.flatnonzero(np.isin(values, doubted))
            yield tell_doubt(worksheet.name, rows[places].tolist(), header, texts[values[places[0]]])


def noted(worksheet: Worksheet, at: int) -> Iterator[Problem]:
    """A warning where a column of any other name says not to order rows, as notes do."""
    texts = to_arrow(worksheet.cells[at])
    if not may_match(texts, MAY_NOT_BE_TO_ORDER):
        return
    found = pc.match_substring_regex(texts, NOT_TO_ORDER, ignore_case=True)
    if pc.any(found).as_py():
        rows = worksheet.cells.index.to_numpy()[np.asarray(found)].tolist()
        first = texts.filter(found)[0].as_py().strip(EDGES)
        yield tell_doubt(worksheet.name, rows, worksheet.headers[at], first)


Rule = Callable[[str], bool]


def rules_of(header: str, own: OwnValues) -> tuple[Rule, Rule] | None:
    """Of a column that says something about ordering: whether a value refuses, and whether it is to be doubted."""
    if (given := squeeze(header)) in own:
        wanted = own[given]
        values = {squeeze(each) for each in wanted or ()}
        return (lambda text: wanted is not None and squeeze(text) not in values), never
    name = squeeze(ANSWERS.sub("", header)) or "yesno"
    if CANCELS.fullmatch(name):
        return says_cancelled, never
    if FLAG.fullmatch(name):
        return says_no, leaves_open
    if STATE.fullmatch(name):
        return is_cancelled, never
    doubts = next((doubts for names, doubts in DOUBTED.items() if names.fullmatch(name)), None)
    return (never, doubts) if doubts else None


def never(text: str) -> bool:
    return False


def says_cancelled(text: str) -> bool:
    """In a column such as Cancelled or Skip: a date, a name or a reason says as much as yes."""
    value = squeeze(text)
    return (
        bool(value) and not NO.fullmatch(value) and bool(YES.fullmatch(value) or not NOTHING.fullmatch(value))
    )


def says_no(text: str) -> bool:
    refusal = REFUSAL.match(text)
    return (
        NO.fullmatch(squeeze(text)) is not None
        or NOT.match(text) is not None
        or (refusal is not None and NO.fullmatch(squeeze(refusal["no"])) is not None)
        or is_cancelled(text)
    )


def says_bought(text: str) -> bool:
    """In a column such as Ordered: a date or a name says as much as yes."""
    return says_cancelled(text) and not any(
        NOT_YET.match(each) or UNDECIDED.fullmatch(each) for each in beginnings(text)[:2]
    )


def says_taken(text: str) -> bool:
    return says_no(text) or any(TAKEN.fullmatch(each) for each in beginnings(text))


def says_none(text: str) -> bool:
    """In a column such as Quantity."""
    return re.fullmatch(r"0+(?:[.,]0+)?", text) is not None


def leaves_open(text: str) -> bool:
    return any(UNDECIDED.fullmatch(each) or BOUGHT.match(each) for each in beginnings(text))


def is_cancelled(text: str) -> bool:
    return any(SAYS_CANCELLED.fullmatch(each) for each in beginnings(text))


def says_otherwise(text: str) -> bool:
    return is_cancelled(text) or NOT.match(text) is not None


DOUBTED: Mapping[re.Pattern[str], Rule] = {
    BOUGHT: says_bought,
    DUPLICATE: says_cancelled,
    AVAILABLE: says_taken,
    AMOUNT: says_none,
    A_STATE: says_otherwise,
}
"""By headers, which values are warned of."""


def beginnings(text: str) -> Sequence[str]:
    """The whole text and its first word, and its first two as one."""
    words = [squeeze(word) for word in WORD.findall(text)[:2]]
    return squeeze(text), *words[:1], "".join(words)


def is_numbering(text: str, texts: Sequence[str]) -> bool:
    """Whether 0 is one of many numbers rather than a no."""
    return text == "0" and any(other.isdecimal() and other not in "01" for other in texts)


def squeeze(text: str) -> str:
    return NOT_A_WORD.sub("", text).casefold() or text.strip().casefold()


def tell_flag(worksheet: str, row: int, header: str, value: str) -> Problem:
    message = (
        f"{header.strip()} says {shown(value)}, so the row is not ordered. Delete the row, or change the cell. If the "
        "column means something else, rename it or say in [order_when] of the settings what it means."
    )
    return Problem(Severity.ERROR, worksheet, row, header, value, NOT_TO_BE_ORDERED, message)


def tell_doubt(worksheet: str, rows: Sequence[int], header: str, value: str) -> Problem:
    message = (
        f"{header.strip()} says {shown(value)} or the like in {counted(len(rows), 'row')}: {name_rows(rows)}. "
        f"{'It is' if len(rows) == 1 else 'They are'} ordered like all others. Delete what is not to be ordered."
    )
    return Problem(Severity.WARNING, worksheet, None, header, value, ORDER_DOUBTED, message)
