"""What a batch asks of a person: in the report's words, with where on the page each thing is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from batch_orders.core.mending import rows_to_mend
from batch_orders.core.results import BatchResult, Status, count_statuses
from batch_orders.core.to_do import TO_CORRECT, Need, Task, headline, tasks_of, what_to_do

MOST_DOMAINS = 24
KNOWN = frozenset({Need.UNCONFIRMED, Need.FAILED, Need.REJECTED, Need.NOT_SENT})
"""Needs of orders that the ledger has, so that their domains have pages that tell of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to do. `link` is where it is done: what it is called, and the address; () where that is not a page."""

    told: str
    what: str
    link: tuple[str, ...]
    domains: tuple[str, ...]
    more: int
    linked: bool


def tell_result(result: BatchResult, carries_on: bool) -> Mapping[str, Any]:
    """What the report says first, what there is to do, and how many orders stand where.

    `carries_on` says whether the page offers to send what was not sent.
    """
    counts = count_statuses(result.orders)
    return {
        "sentence": headline(result),
        "asked": list(list_asked(result, carries_on)),
        "counts": {status.value: counts[status] for status in Status if counts[status]},
    }


def list_asked(result: BatchResult, carries_on: bool) -> Iterator[Asked]:
    for task in tasks_of(result):
        what = what_to_do(task.need, result.stop)
        if task.need is Need.NOT_SENT and carries_on:
            what = "Carry on, with the button above"
        yield Asked(
            told=task.told,
            what=what,
            link=find_link(task, result),
            domains=tuple(order.domain for order in task.orders[:MOST_DOMAINS]),
            more=max(0, len(task.orders) - MOST_DOMAINS),
            linked=task.need in KNOWN,
        )


def find_link(task: Task, result: BatchResult) -> tuple[str, ...]:
    if task.need is Need.UNCONFIRMED:
        return ("Unconfirmed", "/unconfirmed")
    if task.need in TO_CORRECT and rows_to_mend(result):
        # Not called as the file below is: a page has one link of that name, which programs and people look for.
        return ("Corrections workbook", f"/batches/{result.batch}/corrections.xlsx")
    return ()
