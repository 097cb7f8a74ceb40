"""Contact details: found in orders and bodies, and taken out of texts that go to a log or a message."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from batch_orders.core.model import CONTACT_PREFIX, PERSON_FIELDS, Field, Sheet
from batch_orders.core.positions import Positions
from batch_orders.core.results import OrderResult

HIDDEN = "[hidden]"
ADDRESS = re.compile(r"[^\s@<>()\[\]\"',;:=]+@[^\s@<>()\[\]\"',;:=]+")
SHORTEST = 3
"""Letters. Shorter details, such as a country's code, tell nobody apart and are part of many words."""


def hide_details(text: str, details: Collection[str] = ()) -> str:
    """`text` without anything that looks like a mail address, and without `details`."""
    folded = text.casefold()
    # An order may have many thousands of rows: a pattern of all their details would take minutes.
    found = [detail for detail in details if len(detail) >= SHORTEST and detail.casefold() in folded]
    if found:
        anywhere = "|".join(re.escape(detail) for detail in sorted(found, key=len, reverse=True))
        text = re.sub(rf"(?<!\w)(?:{anywhere})(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    return ADDRESS.sub(HIDDEN, text)


def details_of_body(body: Mapping[str, Any]) -> frozenset[str]:
    """The contact's fields and the mailboxes' owners in the body of one place-order call."""
    owners = (
        str(text)
        for domain in body.get("domains", ())
        for mailbox in domain.get("mailbox_details", ())
        for text in mailbox.values()
    )
    return frozenset((*map(str, body.get("user_details", {}).values()), *owners))


def details_of_order(sheet: Sheet, order: OrderResult) -> frozenset[str]:
    """What the rows of an order say of its contact and of its mailboxes' owners."""
    return frozenset((order.contact, *order.mailboxes, *read_details(sheet, order.rows)))


def read_details(sheet: Sheet, rows: Iterable[int]) -> Iterator[str]:
    """The cells that hold contact details, of rows by position among all rows of the sheet."""
    for number, within in Positions(sheet).split(rows):
        worksheet = sheet.worksheets[number]
        columns = [column for name, column in worksheet.columns.items() if is_detail(name)]
        for text in worksheet.cells.iloc[within, columns].to_numpy().ravel():
            yield str(text).strip()


def is_detail(name: str) -> bool:
    return name in (Field.MAILBOX, Field.CONTACT, *PERSON_FIELDS) or name.startswith(CONTACT_PREFIX)
