"""Rows that were wrong, and whose corrections were placed since: said so, and no longer told to be wrong. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime

from batch_orders.core.model import Problem, Severity, Sheet
from batch_orders.core.origins import PlacedSince
from batch_orders.core.positions import Positions
from batch_orders.core.results import Draft, OrderResult, Status
from batch_orders.core.wording import name_places


def is_refused(order: OrderResult) -> bool:
    return order.status is Status.INVALID


def forgive_placed(draft: Draft, since: Mapping[int, PlacedSince]) -> tuple[Draft, tuple[str, ...]]:
    """The draft, in which an order whose rows were all placed since is none to be corrected, and what is said of it.

    `since` is by the row's position.
    """
    found = {
        at: since[order.rows[0]]
        for at, order in enumerate(draft.orders)
        if is_refused(order) and order.rows and all(row in since for row in order.rows)
    }
    if not found:
        return draft, ()
    orders = tuple(
        tell_since(order, found[at]) if at in found else order for at, order in enumerate(draft.orders)
    )
    rows = {row for at in found for row in draft.orders[at].rows}
    problems = without_errors_of(draft.problems, draft.sheet, rows)
    several = any(draft.sheet.titles)
    places = places_of(draft.sheet, rows)
    said = tell_rows(
        {row: (name if several else "", number) for row, (name, number) in places.items()}, since
    )
    forgiven = replace(
        draft,
        orders=orders,
        problems=problems,
        problem_count=draft.problem_count - (len(draft.problems) - len(problems)),
        rows_invalid=draft.rows_invalid - len(rows & draft.row_problems.keys()),
        row_problems={row: told for row, told in draft.row_problems.items() if row not in rows},
        held_back=tuple(row for row in draft.held_back if row not in rows),
        remarks=(*draft.remarks, *said),
    )
    return forgiven, said


def tell_since(order: OrderResult, since: PlacedSince) -> OrderResult:
    return replace(
        order,
        status=Status.ALREADY_PLACED,
        vendor_order_id=since.vendor_order_id,
        message=f"Placed since, in batch {since.batch}, as it was corrected: {since.domain}.",
        time=datetime.fromisoformat(since.changed_at),
        to_mend=False,
    )


def without_errors_of(problems: Sequence[Problem], sheet: Sheet, rows: Set[int]) -> tuple[Problem, ...]:
    """The problems without the errors of the rows at these positions."""
    places = set(places_of(sheet, rows).values())
    return tuple(
        problem
        for problem in problems
        if problem.severity is not Severity.ERROR or (problem.worksheet, problem.row) not in places
    )


def places_of(sheet: Sheet, rows: Set[int]) -> dict[int, tuple[str, int]]:
    """By position, the worksheet and the row number of each of the rows."""
    positions = Positions(sheet)
    return {row: positions.named_place(row) for row in sorted(rows)}


def tell_rows(places: Mapping[int, tuple[str, int]], since: Mapping[int, PlacedSince]) -> tuple[str, ...]:
    """A sentence for each batch. A place is as `name_places` has it."""
    batches: dict[str, list[tuple[str, int]]] = {}
    for row, place in sorted(places.items()):
        batches.setdefault(since[row].batch, []).append(place)
    return tuple(
        f"Placed since, in batch {batch}, as corrected: {name_places(found)}."
        for batch, found in batches.items()
    )
