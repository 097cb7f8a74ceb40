"""What became of a sheet: statuses of orders, and all that a report says of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from batch_orders.core.model import Problem, Sheet


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
    vendor_order_id: str = ""
    message: str = ""
    mailboxes: tuple[str, ...] = ()
    vendor: str = ""
    forwarding_domain: str = ""
    contact: str = ""
    attempts: int = 0
    time: datetime | None = None
    vendor_status: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The result of a sheet as it stands before anything is sent: what every later result is made of.

    `row_problems` maps a row's position to its reason; `held_back` are the positions of the rows
    that go into the corrections workbook. `remarks` are sentences about the run, such as a look-up
    that failed; `checksum` is the plan's. A field that is added needs a default: drafts that were
    stored before do not have it.
    """

    sheet: Sheet
    environment: str
    started: datetime
    orders: tuple[OrderResult, ...]
    problems: tuple[Problem, ...]
    problem_count: int
    rows_invalid: int
    row_problems: Mapping[int, str]
    account: str = ""
    held_back: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()
    checksum: str = ""


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
