"""What a person has to mend of a result, beside the problems of its rows: orders that the vendor refused, and such
as no limit will ever let pass. Pure.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import NamedTuple

from batch_orders.core.model import CONTACT_PREFIX, Field, Problem, Severity, Sheet, Worksheet
from batch_orders.core.positions import Positions
from batch_orders.core.results import BatchResult, OrderResult, Status

REJECTED, OUT_OF_REACH = "rejected", "out-of-reach"
MEANINGS = {
    REJECTED: "The vendor refused the order. Nothing was bought.",
    OUT_OF_REACH: "The order is over a limit all by itself, so that it can never be sent.",
}

ELEMENT = re.compile(
    r"""["'`]?(?:
        domains\[\d+\]\.(?P<part>domain_name|mailboxes|mailbox_details)(?:\[(?P<number>\d+)\])?
        | (?P<field>vendor_id|forwarding_domain)\b
        | user_details\.(?P<contact>\w+)
    )""",
    re.VERBOSE,
)
"""An element of the body of an order, as the vendor's errors name it."""

HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

FIELDS = {
    "domain_name": Field.DOMAIN,
    "mailboxes": Field.MAILBOX,
    "mailbox_details": Field.MAILBOX,
    "vendor_id": Field.VENDOR,
    "forwarding_domain": Field.FORWARDING_DOMAIN,
}
NEVER_SENT = (Status.INVALID, Status.BOUGHT_ELSEWHERE, Status.NOT_SUBMITTED)


class Cell(NamedTuple):
    worksheet: Worksheet
    row: int
    column: str
    value: str


def rows_to_mend(result: BatchResult) -> tuple[int, ...]:
    """The positions of all rows that go into the corrections workbook, in the sheet's order."""
    orders = (order.rows for order in result.orders if is_to_mend(order))
    return tuple(sorted({*result.draft.held_back, *chain.from_iterable(orders)}))


def is_to_mend(order: OrderResult) -> bool:
    return order.status is Status.REJECTED or (order.to_mend and order.status in NEVER_SENT)


def problems_to_mend(result: BatchResult) -> tuple[Problem, ...]:
    """All problems of the result: those of the rows, then those of orders that nothing else tells of."""
    return (*result.draft.problems, *problems_of_orders(result))


def problems_of_orders(result: BatchResult) -> tuple[Problem, ...]:
    told = []
    for order in result.orders:
        if order.status is Status.REJECTED:
            told.append(tell_rejected(result.sheet, order))
        elif order.to_mend and order.status is Status.NOT_SUBMITTED:
            message = f"{order.message} Order less in it, or have the limit raised."
            cell = find_cell(result.sheet, order.rows[0], Field.DOMAIN)
            told.append(tell_cell(cell, OUT_OF_REACH, message))
    return tuple(told)


def tell_rejected(sheet: Sheet, order: OrderResult) -> Problem:
    """At the cell that the vendor's reason names: what it refused in our words, and its own."""
    found = ELEMENT.search(order.message)
    field = field_of(found) if found else Field.DOMAIN
    value = refused_value(order, field, found)
    cell = find_refused(sheet, order, field, value)
    told = (
        f"the {name_field(field)} {value or cell.value}".rstrip() if found else f"the order of {order.domain}"
    )
    # Not in quotes: the vendor's own words have some.
    message = f"The vendor refused {told}. Nothing was bought. Correct it, or ask the vendor, who said: {order.message}"
    return tell_cell(cell, REJECTED, message)


def name_field(field: str) -> str:
    name = field.removeprefix(CONTACT_PREFIX)
    return (name if name == field else f"contact's {name}").replace("_", " ")


def field_of(found: re.Match[str]) -> str:
    if contact := found["contact"]:
        # The body says postalCode where the sheet's column is contact_postal_code.
        plain = HUMP.sub("_", contact).lower()
        return Field.CONTACT if plain == "name" else f"{CONTACT_PREFIX}{plain}"
    return FIELDS[found["part"] or found["field"]]


def refused_value(order: OrderResult, field: str, found: re.Match[str] | None) -> str:
    if field == Field.MAILBOX and found and found["number"] and int(found["number"]) < len(order.mailboxes):
        return order.mailboxes[int(found["number"])]
    return order.domain if field == Field.DOMAIN else ""


def find_refused(sheet: Sheet, order: OrderResult, field: str, value: str) -> Cell:
    """The cell of the order's rows that holds the value; else the first of its field that is filled."""
    cells = [find_cell(sheet, position, field) for position in order.rows]
    name = value.partition("@")[0].lower()
    holding = (cell for cell in cells if name and name in cell.value.lower())
    filled = (cell for cell in cells if cell.value.strip())
    return next(holding, None) or next(filled, cells[0])


def find_cell(sheet: Sheet, position: int, field: str) -> Cell:
    number, within = Positions(sheet).within(position)
    worksheet = sheet.worksheets[number]
    column = worksheet.columns.get(field)
    row = int(worksheet.cells.index[within])
    if column is None:
        return Cell(worksheet, row, "", "")
    return Cell(worksheet, row, worksheet.headers[column], str(worksheet.cells[column].iloc[within]))


def tell_cell(cell: Cell, code: str, message: str) -> Problem:
    return Problem(Severity.ERROR, cell.worksheet.name, cell.row, cell.column, cell.value, code, message)
