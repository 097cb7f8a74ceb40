"""What a result asks of a person: in one sentence, and thing by thing. Pure.

Report, page and terminal tell it in these words. How somebody does it is said where it is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from batch_orders.core.model import Severity
from batch_orders.core.money import Prices, describe_sums
from batch_orders.core.records import HeldBack
from batch_orders.core.results import BOUGHT, BatchResult, OrderResult, Status, sum_prices
from batch_orders.core.stops import Stop, StopReason
from batch_orders.core.wording import counted


class Need(Enum):
    """Why orders need somebody, as it is said of one and of several. What may cost money comes first."""

    UNCONFIRMED = ("may have been bought", "may have been bought")
    FAILED = ("failed after it was placed", "failed after they were placed")
    REJECTED = ("was refused", "were refused")
    BOUGHT_ELSEWHERE = ("was bought elsewhere", "were bought elsewhere")
    INVALID = ("has mistakes", "have mistakes")
    NOT_SENT = ("was not sent", "were not sent")

    def told(self, count: int) -> str:
        """`1 was refused`"""
        one, several = self.value
        return f"{count:,} {one if count == 1 else several}"


NEED_OF: Mapping[Status, Need] = MappingProxyType(
    {
        Status.UNCONFIRMED: Need.UNCONFIRMED,
        Status.REJECTED: Need.REJECTED,
        Status.BOUGHT_ELSEWHERE: Need.BOUGHT_ELSEWHERE,
        Status.INVALID: Need.INVALID,
        Status.NOT_SUBMITTED: Need.NOT_SENT,
    }
)
TO_CORRECT = frozenset({Need.REJECTED, Need.BOUGHT_ELSEWHERE, Need.INVALID})
"""Needs whose rows stand in the corrections workbook."""
WHAT_TO_DO: Mapping[Need, str] = MappingProxyType(
    {
        Need.UNCONFIRMED: "Do not order it by hand. Look it up",
        Need.FAILED: "Ask Smart Senders what became of it",
        Need.REJECTED: "Correct the rows and hand them in again",
        Need.BOUGHT_ELSEWHERE: "Ask Smart Senders, and take the domain out",
        Need.INVALID: "Correct the rows and hand them in again",
        Need.NOT_SENT: "Hand the sheet in again",
    }
)
"""Of one order, as a sentence without its end: a door says where or with what it is done."""
WAIT_FOR_LIMIT = "Wait until the limit frees"
UNREADABLE = "The sheet holds nothing that could be ordered. Look at it, and hand it in again."


@dataclass(frozen=True, slots=True)
class Task:
    """Orders that need somebody for the same reason, in the sheet's order. Never none of them."""

    need: Need
    orders: tuple[OrderResult, ...]

    @property
    def told(self) -> str:
        return self.need.told(len(self.orders))


def need_of(order: OrderResult, dry_run: bool) -> Need | None:
    """What an order needs of a person, None for nothing. What a dry run did not send needs nobody."""
    if order.has_failed:
        return Need.FAILED
    need = NEED_OF.get(order.status)
    if need is Need.NOT_SENT and order.to_mend:
        # No limit will ever let it pass as it is.
        return Need.INVALID
    return None if need is Need.NOT_SENT and dry_run else need


def tasks_of(result: BatchResult) -> tuple[Task, ...]:
    found: dict[Need, list[OrderResult]] = {need: [] for need in Need}
    for order in result.orders:
        if need := need_of(order, result.dry_run):
            found[need].append(order)
    return tuple(Task(need, tuple(orders)) for need, orders in found.items() if orders)


def what_to_do(need: Need, stop: Stop | None) -> str:
    return WAIT_FOR_LIMIT if need is Need.NOT_SENT and is_limited(stop) else WHAT_TO_DO[need]


def is_limited(stop: Stop | None) -> bool:
    return stop is not None and stop.reason in (StopReason.LIMIT, StopReason.OUT_OF_REACH)


def headline(result: BatchResult) -> str:
    """`6 of 20 orders need you: 1 was refused, 5 have mistakes. 14 placed for about 301.50 USD.`

    Of a sheet that was refused, why.
    """
    if not result.orders:
        return tell_refused(result)
    tasks = tasks_of(result)
    if result.dry_run:
        return f"{tell_dry_run(result)}{tell_needs(tasks)}"
    if not tasks and not result.draft.rows_invalid:
        return f"Nothing is left to do: {tell_all(len(result.orders))}. {tell_placed(result.orders)}"
    needing = sum(len(task.orders) for task in tasks)
    whole = counted(len(result.orders), "order")
    needs = f"{needing:,} of {whole} need{'s' if needing == 1 else ''} you: {tell_tasks(tasks)}."
    mistakes = f"{HeldBack(rows=result.draft.rows_invalid).told}."
    return f"{needs if tasks else mistakes} {tell_placed(result.orders)}".rstrip()


def tell_all(count: int) -> str:
    return "the one order is placed" if count == 1 else f"all {count:,} orders are placed"


def tell_tasks(tasks: Iterable[Task]) -> str:
    return ", ".join(task.told for task in tasks)


def tell_placed(orders: Sequence[OrderResult]) -> str:
    """`14 placed for about 301.50 USD. 3 were placed before.`"""
    well = Counter(order.status for order in orders if order.status in BOUGHT and not order.has_failed)
    now, before = well[Status.PLACED], well[Status.ALREADY_PLACED]
    cost = about(sum_prices([order for order in orders if not order.has_failed]))
    told = [f"{now:,} placed{cost}."] if now else []
    told += [f"{before:,} {'was' if before == 1 else 'were'} placed before."] if before else []
    return " ".join(told) or "Nothing was placed."


def about(prices: Prices) -> str:
    """A price is the one that was approved: what is charged, the vendor says."""
    return f" for about {describe_sums(prices.placed)}" if prices.placed else ""


def tell_dry_run(result: BatchResult) -> str:
    would = [order for order in result.orders if order.to_send]
    planned = sum_prices(would).planned
    cost = f" for about {describe_sums(planned)}" if planned else ""
    return f"Dry run, nothing was sent: {len(would):,} of {counted(len(result.orders), 'order')} would be placed{cost}."


def tell_needs(tasks: Sequence[Task]) -> str:
    needing = sum(len(task.orders) for task in tasks)
    return f" {needing:,} need{'s' if needing == 1 else ''} you: {tell_tasks(tasks)}." if tasks else ""


def tell_refused(result: BatchResult) -> str:
    faults = (problem for problem in result.draft.problems if problem.severity is Severity.ERROR)
    fault = next(faults, None)
    return fault.message if fault else UNREADABLE


def prices_by_vendor(orders: Iterable[OrderResult]) -> Mapping[str, Prices]:
    """By what the sheet calls the vendor, of all orders with a known price."""
    found: dict[str, list[OrderResult]] = {}
    for order in orders:
        if order.cost.amount is not None:
            found.setdefault(order.vendor, []).append(order)
    return {vendor: sum_prices(ours) for vendor, ours in sorted(found.items())}
