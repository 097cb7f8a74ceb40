"""What became of a sheet: statuses of its orders, and all that a report says of a batch. Pure.

A draft is a result before anything was sent. `settle` makes the result of it, from what the ledger says.
Every row of the sheet ends under exactly one status, also when a run is cut short.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from batch_orders.core.model import Problem, Sheet
from batch_orders.core.money import UNKNOWN_COST, Cost, Prices, sum_costs
from batch_orders.core.records import Approval
from batch_orders.core.states import has_failed
from batch_orders.core.stops import Ending, Stop, StopReason


class Status(StrEnum):
    """What a report may say of an order. Every row ends under exactly one of them."""

    PLACED = "placed"
    ALREADY_PLACED = "already placed"
    BOUGHT_ELSEWHERE = "bought elsewhere"
    REJECTED = "rejected"
    UNCONFIRMED = "unconfirmed"
    NOT_SUBMITTED = "not submitted"
    INVALID = "invalid"


NEEDS_A_PERSON = (Status.UNCONFIRMED, Status.REJECTED, Status.BOUGHT_ELSEWHERE, Status.INVALID)
"""In the order in which they are told: money first."""

SENT = frozenset({Status.PLACED, Status.REJECTED, Status.UNCONFIRMED})
BOUGHT = frozenset({Status.PLACED, Status.ALREADY_PLACED})
PLACED_THEN_FAILED = "placed, then failed"


@dataclass(frozen=True, slots=True)
class OrderResult:
    """One line of the report's Orders worksheet.

    `rows` are positions among all rows of the sheet, counted from 0. The texts of an
    invalid order are what the sheet says, as far as it says anything. `fingerprint` tells what
    the order would buy, as order_json.fingerprint gives it; "" for an invalid one. `to_send`: its plan
    sends it. `to_mend`: as it is it can never be sent, whatever else happens, so that its rows go into the
    corrections workbook.
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
    fingerprint: str = ""
    to_send: bool = False
    to_mend: bool = False
    cost: Cost = UNKNOWN_COST
    """What it costs, as it was approved; unknown where nothing was or is to be sent of it."""

    @property
    def has_failed(self) -> bool:
        """It was placed, now or before, and the vendor said since that it failed."""
        return self.status in BOUGHT and has_failed(self.vendor_status)

    @property
    def word(self) -> str:
        """Its status, as people read it."""
        return PLACED_THEN_FAILED if self.has_failed else self.status.value

    @property
    def needs_a_person(self) -> bool:
        return self.has_failed or self.status in NEEDS_A_PERSON


@dataclass(frozen=True, slots=True)
class RowCounts:
    total: int = 0
    invalid: int = 0

    @property
    def valid(self) -> int:
        return self.total - self.invalid


@dataclass(frozen=True, slots=True)
class Draft:
    """The result of a sheet as it stands before anything is sent: what would be sent is not submitted.

    `row_problems` maps a row's position to its reason, `held_back` are the positions of the rows
    that go into the corrections workbook, `remarks` are sentences about the sheet and the plan,
    `checksum` is the plan's. A field that is added needs a default: drafts that were stored before
    do not have it.
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
    vendors: Mapping[str, str] = field(default_factory=dict)
    """The names of its orders' vendors, by number, as far as the vendor told them."""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """All that a report says of one batch. `batch` is "" where nothing was stored.

    `orders` are the draft's, settled; `remarks` are sentences about the run, such as a look-up that failed;
    `approvals` are those that the ledger has of it.
    """

    draft: Draft
    batch: str
    finished: datetime
    orders: tuple[OrderResult, ...]
    stop: Stop | None = None
    dry_run: bool = False
    remarks: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()

    @property
    def sheet(self) -> Sheet:
        return self.draft.sheet

    @property
    def cut_short(self) -> bool:
        """Whether the reason to stop left anything unsent."""
        return self.stop is not None and any(order.status is Status.NOT_SUBMITTED for order in self.orders)

    @property
    def rows(self) -> RowCounts:
        total = sum(len(worksheet.cells) for worksheet in self.sheet.worksheets)
        return RowCounts(total, self.draft.rows_invalid)

    @property
    def was_sent(self) -> bool:
        """Whether anything of it was sent, in this batch or in those that it meets."""
        return any(order.status in SENT for order in self.orders)

    @property
    def ending(self) -> Ending:
        unsent = any(order.status is Status.NOT_SUBMITTED for order in self.orders)
        if self.stop and (unsent or self.dry_run):
            return self._ending_of(self.stop)
        if self.draft.rows_invalid or any(order.needs_a_person for order in self.orders):
            return Ending.ATTENTION
        if unsent and not self.dry_run:
            # Its domain was claimed by another run between plan and send, or asked for by a later sheet.
            return Ending.ATTENTION
        # A reason to stop that fell on the last order stopped nothing; a ledger that fails needs somebody.
        return Ending.ATTENTION if self.stop and self.stop.reason is StopReason.LEDGER else Ending.DONE

    def _ending_of(self, stop: Stop) -> Ending:
        if self.dry_run:
            # A dry run goes to its end; what a limit would leave over needs a person's eye.
            return Ending.ATTENTION
        return Ending.WAITING if stop.reason is StopReason.LIMIT else Ending.STOPPED


def sum_prices(orders: Sequence[OrderResult]) -> Prices:
    """What was placed before, in another batch, is not among it."""

    def sums(status: Status) -> Mapping[str, Decimal]:
        return sum_costs(order.cost for order in orders if order.status is status)

    return Prices(sums(Status.NOT_SUBMITTED), sums(Status.PLACED), sums(Status.UNCONFIRMED))


def count_statuses(orders: Sequence[OrderResult]) -> dict[Status, int]:
    """Every status with its count, zeros included."""
    counts = dict.fromkeys(Status, 0)
    for order in orders:
        counts[order.status] += 1
    return counts


class Kind(StrEnum):
    """What is handed back of a result, in the order in which it is made."""

    REPORT = "report"
    CORRECTIONS = "corrections"
    RESULT_CSV = "result CSV"


@dataclass(frozen=True, slots=True)
class SheetOutcome:
    """What became of one sheet, for the console, for programs, for messages and for the folder it ends in.

    `result` is None where it could not be read. `fault` says why it was refused or stopped; `stop` is
    given where that stops what comes after it as well. `source` is the team's folder it
    came in, `files` are the places where results lie, `place` is where the sheet itself lies, as people
    read them. `attachments` are those results that lie on this machine.
    """

    name: str
    ending: Ending
    source: str = ""
    result: BatchResult | None = None
    fault: str = ""
    stop: Stop | None = None
    remarks: tuple[str, ...] = ()
    files: Mapping[Kind, str] = field(default_factory=dict)
    place: str = ""
    attachments: tuple[Path, ...] = ()

    @property
    def batch(self) -> str:
        return self.result.batch if self.result else ""

    @property
    def rows(self) -> RowCounts:
        return self.result.rows if self.result else RowCounts()

    @property
    def orders(self) -> Mapping[Status, int]:
        return count_statuses(self.result.orders if self.result else ())
