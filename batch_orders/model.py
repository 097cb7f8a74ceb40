"""The nouns: frozen values that the rooms hand to each other. Words as in docs/glossary.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batch_orders.states import State

if TYPE_CHECKING:
    import pandas as pd


class Field(StrEnum):
    """The columns that an order is made of. Other columns are kept for the report only."""

    DOMAIN = "domain"
    MAILBOX = "mailbox"
    VENDOR = "vendor"
    FORWARDING_DOMAIN = "forwarding_domain"
    CONTACT = "contact"


PERSON_FIELDS = ("first_name", "last_name")
"""Columns of the second body dialect: whose mailbox it is."""

CONTACT_PREFIX = "contact_"
"""A column whose matched name begins so is a further field of `user_details`."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a cell, a row or a group of rows. An error holds the order back.

    `row` is the number that the spreadsheet program shows; None is the sheet as a whole.
    `column` is the header as the sheet writes it, or "" for the whole row.
    """

    severity: Severity
    worksheet: str
    row: int | None
    column: str
    value: str
    code: str
    message: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One worksheet's rows as text, before any rule was applied.

    `cells` has one `str` column per header, named 0, 1, 2 …; its index is the row number that
    the spreadsheet program shows (for CSV: the number of the record, blank lines counted). Blank
    cells are "", blank rows are left out. `columns` maps a field name ("domain",
    "contact_email") to its position among the headers.
    """

    name: str
    header_row: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]
    cells: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file as it was handed in, read into text.

    `problems` are what reading itself found: warnings about guesses, errors at cells.
    `assumptions` are short sentences for the report, such as the encoding of a CSV file.
    """

    path: Path
    format: str
    sha256: str
    worksheets: tuple[Worksheet, ...]
    problems: tuple[Problem, ...] = ()
    assumptions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True, slots=True)
class Order:
    """One domain with its mailboxes, one vendor, one forwarding domain, one contact.

    `people` has the first and last name for each mailbox, or nothing where the sheet is not
    asked for them. `rows` are positions among all rows of the sheet, counted from 0.
    """

    domain: str
    mailboxes: tuple[str, ...]
    vendor: int
    forwarding_domain: str
    contact: Mapping[str, str]
    people: tuple[tuple[str, str], ...] = ()
    rows: tuple[int, ...] = field(default=(), compare=False)

    @property
    def contact_name(self) -> str:
        return self.contact.get("name", "")


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of a domain: its live order, or else its last rejected one."""

    state: State
    fingerprint: str
    content: str
    order_id: str
    message: str
    changed: str
    batch: str
    vendor_status: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One order as the ledger has it. `changed` is when its state did, ISO 8601 in UTC."""

    id: int
    batch: str
    environment: str
    place: int
    domain: str
    content: str
    state: State
    order_id: str
    message: str
    attempts: int
    changed: str
    looked_for: str = ""
    vendor_status: str = ""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A placed order that has an id, and what the vendor last said of it ("" for nothing yet)."""

    id: int
    domain: str
    order_id: str
    vendor_status: str


class Status(StrEnum):
    """What a report may say of an order. Every row ends under exactly one of them."""

    PLACED = "placed"
    ALREADY_PLACED = "already placed"
    REJECTED = "rejected"
    UNCONFIRMED = "unconfirmed"
    NOT_SUBMITTED = "not submitted"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class OrderResult:
    """One line of the report's Orders worksheet.

    `rows` are positions among all rows of the sheet, counted from 0. The texts of an
    invalid order are what the sheet says, as far as it says anything.
    """

    domain: str
    status: Status
    rows: tuple[int, ...]
    order_id: str = ""
    message: str = ""
    mailboxes: tuple[str, ...] = ()
    vendor: str = ""
    forwarding_domain: str = ""
    contact: str = ""
    attempts: int = 0
    time: datetime | None = None
    vendor_status: str = ""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """All that a report says of one batch. `row_problems` maps a row's position to its reason.

    `remarks` are sentences about the run, such as a look-up that failed; `checksum` is the plan's.
    """

    sheet: Sheet
    batch: str
    environment: str
    started: datetime
    finished: datetime
    orders: tuple[OrderResult, ...]
    problems: tuple[Problem, ...]
    problem_count: int
    rows_invalid: int
    row_problems: Mapping[int, str]
    stopped: str = ""
    dry_run: bool = False
    remarks: tuple[str, ...] = ()
    checksum: str = ""


Body = Mapping[str, Any]
"""The JSON body of one place-order call."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The vendor said yes."""

    order_id: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The vendor said no to this order."""

    message: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Proven: the vendor does not have this order. It was never sent, or turned away.

    `again` says that the same order may be sent again by itself, not before `wait` seconds.
    Otherwise the next order would fare no better, and the batch stops.
    """

    message: str
    again: bool
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Nothing is proven: the order may have been bought. `stop` ends the batch at once."""

    message: str
    stop: bool = False


Outcome = Placed | Rejected | NotTaken | Unconfirmed
"""What one attempt proved. Source of each case: part 3 of the API notes."""
