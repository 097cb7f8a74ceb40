"""Results: a grouping, a plan and what the ledger says → what the report says. Pure.

Every row of the sheet ends under exactly one status, also when a run is cut short.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from batch_orders.core.model import Field, Problem, Severity
from batch_orders.core.plan import Decision, Plan, PlannedOrder, differences
from batch_orders.core.records import LedgerOrder, PriorOrder
from batch_orders.core.results import BatchResult, OrderResult, Status
from batch_orders.core.states import State
from batch_orders.core.wording import counted
from batch_orders.validation.grouping import Grouping

PLACED_DIFFERENTLY = "placed-differently"
NOT_SENT = "It was not sent."
NOT_RECORDED = "What became of it could not be recorded: it may have been bought."
STATUS_OF_STATE: Mapping[State, Status] = {
    State.PLANNED: Status.NOT_SUBMITTED,
    # Whoever reads this state was not told how the attempt ended.
    State.SUBMITTING: Status.UNCONFIRMED,
    State.PLACED: Status.PLACED,
    State.REJECTED: Status.REJECTED,
    State.UNCONFIRMED: Status.UNCONFIRMED,
}


def draft_result(grouping: Grouping, plan: Plan, batch: str, started: datetime) -> BatchResult:
    """The report as it stands before anything is sent: what would be sent is not submitted."""
    sheet = grouping.rows.sheet
    changed = tuple(
        tell_changed(grouping, planned) for planned in plan.planned if planned.decision is Decision.CHANGED
    )
    findings = grouping.findings
    row_problems = reasons_of_rows(grouping)
    return BatchResult(
        sheet=sheet,
        batch=batch,
        environment=plan.environment,
        started=started,
        finished=started,
        orders=draft_orders(grouping, plan, row_problems),
        problems=(*findings.kept, *changed),
        problem_count=findings.count + len(changed),
        rows_invalid=int(grouping.faulty.sum()),
        row_problems=row_problems,
        remarks=plan.remarks,
        checksum=plan.checksum,
    )


def tell_defaults(grouping: Grouping) -> tuple[str, ...]:
    return tuple(
        f"The settings' default for {name.replace('_', ' ')} was used in {counted(rows, 'row')}."
        for name, rows in grouping.rows.defaulted.items()
    )


def draft_orders(grouping: Grouping, plan: Plan, row_problems: Mapping[int, str]) -> tuple[OrderResult, ...]:
    """One result per order, held back or not, in the sheet's order."""
    planned = {item.order.rows[0]: draft_order(item) for item in plan.planned}
    members: dict[int, list[int]] = defaultdict(list)
    for position, number in enumerate(grouping.order_of.tolist()):
        members[number].append(position)
    return tuple(
        planned.get(rows[0]) or draft_held_back(grouping, tuple(rows), row_problems)
        for rows in members.values()
    )


def draft_order(item: PlannedOrder) -> OrderResult:
    order = item.order
    status, message = judge_plan(item)
    before = item.known if item.decision in (Decision.ALREADY_PLACED, Decision.UNCONFIRMED) else None
    return OrderResult(
        domain=order.domain,
        status=status,
        rows=order.rows,
        vendor_order_id=item.order_id if item.decision is not Decision.CHANGED else "",
        message=message,
        mailboxes=order.mailboxes,
        vendor=str(order.vendor),
        forwarding_domain=order.forwarding_domain,
        contact=order.contact_name,
        time=datetime.fromisoformat(before.changed_at) if before else None,
        vendor_status=before.vendor_status if before else "",
    )


def judge_plan(item: PlannedOrder) -> tuple[Status, str]:
    known = item.known
    match item.decision:
        case Decision.NEW | Decision.AGAIN:
            return Status.NOT_SUBMITTED, NOT_SENT
        case Decision.ALREADY_PLACED:
            return Status.ALREADY_PLACED, already_placed_sentence(known)
        case Decision.CHANGED:
            return Status.INVALID, changed_sentence(item)
        case Decision.UNCONFIRMED:
            return Status.UNCONFIRMED, unconfirmed_sentence(known)
        case Decision.LEFT_OVER:
            return Status.NOT_SUBMITTED, f"{NOT_SENT} {item.reason}"


def already_placed_sentence(known: PriorOrder | None) -> str:
    if known is None or known.state is not State.PLACED:
        return "The vendor already lists this domain as bought. It was not sent."
    return f"Placed before, in batch {known.batch}."


def unconfirmed_sentence(known: PriorOrder | None) -> str:
    batch = known.batch if known else ""
    return (
        f"Sent before, in batch {batch}, and never confirmed: it may have been bought. It was not sent again."
    )


def changed_sentence(item: PlannedOrder) -> str:
    known = item.known
    if known is None:
        return NOT_SENT
    return (
        f"{item.order.domain} was already placed in batch {known.batch}, and this row asks for something else "
        f"({differences(item.order, known)}). {NOT_SENT} Ask the vendor to change it, or take the domain out."
    )


def tell_changed(grouping: Grouping, item: PlannedOrder) -> Problem:
    line = grouping.rows.cells.iloc[item.order.rows[0]]
    worksheet = grouping.rows.sheet.worksheets[int(line["worksheet"])]
    return Problem(
        severity=Severity.ERROR,
        worksheet=worksheet.name,
        row=int(line["row"]),
        column=worksheet.headers[worksheet.columns[Field.DOMAIN]],
        value=str(line[Field.DOMAIN]),
        code=PLACED_DIFFERENTLY,
        message=changed_sentence(item),
    )


def draft_held_back(
    grouping: Grouping, rows: tuple[int, ...], row_problems: Mapping[int, str]
) -> OrderResult:
    cells = grouping.rows.cells
    line = cells.iloc[rows[0]]
    faulty = [row for row in rows if grouping.faulty[row]]
    first = faulty[0]
    reason = row_problems.get(first, "See the other problems of this sheet.")
    more = f" Another {len(faulty) - 1} of its rows have problems." if len(faulty) > 1 else ""
    return OrderResult(
        domain=str(line[Field.DOMAIN]).strip(),
        status=Status.INVALID,
        rows=rows,
        message=f"Row {cells['row'].iloc[first]}: {reason}{more}",
        mailboxes=tuple(cells[Field.MAILBOX].iloc[list(rows)]),
        vendor=str(line[Field.VENDOR]),
        forwarding_domain=str(line[Field.FORWARDING_DOMAIN]),
        contact=str(line[Field.CONTACT]),
    )


def reasons_of_rows(grouping: Grouping) -> dict[int, str]:
    """For each row with an error in words, by position, its errors in one text."""
    reasons: dict[int, list[str]] = defaultdict(list)
    offsets, rows = locate_worksheets(grouping)
    for problem in grouping.findings.kept:
        if problem.severity is Severity.ERROR and problem.row is not None and problem.worksheet in offsets:
            numbers = rows[problem.worksheet]
            within = int(np.searchsorted(numbers, problem.row))
            if within < len(numbers) and numbers[within] == problem.row:
                reasons[offsets[problem.worksheet] + within].append(say(problem))
    return {position: " ".join(dict.fromkeys(said)) for position, said in reasons.items()}


def say(problem: Problem) -> str:
    return f"{problem.column}: {problem.message}" if problem.column else problem.message


def locate_worksheets(grouping: Grouping) -> tuple[dict[str, int], dict[str, np.ndarray]]:
    """Per worksheet, the position of its first row, and its row numbers in ascending order."""
    offsets: dict[str, int] = {}
    rows: dict[str, np.ndarray] = {}
    offset = 0
    for worksheet in grouping.rows.sheet.worksheets:
        offsets[worksheet.name] = offset
        rows[worksheet.name] = worksheet.cells.index.to_numpy()
        offset += len(worksheet.cells)
    return offsets, rows


def replan_draft(draft: BatchResult, plan: Plan) -> BatchResult:
    """The draft of a batch that is carried on: what is still planned, as the new plan decides it."""
    planned = {item.order.domain: draft_order(item) for item in plan.planned}
    orders = tuple(
        replace(planned[order.domain], rows=order.rows) if order.domain in planned else order
        for order in draft.orders
    )
    return replace(draft, orders=orders, remarks=(*draft.remarks, *plan.remarks), checksum=plan.checksum)


def settle_result(
    draft: BatchResult, orders: Mapping[str, OrderResult], finished: datetime, stopped: str
) -> BatchResult:
    """The report at the end: `orders` has, by domain, what the ledger says of what was to be sent."""
    settled = tuple(
        orders.get(order.domain, order) if order.status is Status.NOT_SUBMITTED else order
        for order in draft.orders
    )
    if stopped:
        settled = tuple(explain_stop(order, stopped) for order in settled)
    return replace(draft, orders=settled, finished=finished, stopped=stopped)


def explain_stop(order: OrderResult, stopped: str) -> OrderResult:
    if order.status is not Status.NOT_SUBMITTED or order.message != NOT_SENT:
        return order
    return replace(order, message=f"{NOT_SENT} The run stopped before: {stopped}")


def settle_order(order: OrderResult, entry: LedgerOrder) -> OrderResult:
    """What the ledger says of an order that was to be sent."""
    unsaid = {Status.NOT_SUBMITTED: order.message, Status.UNCONFIRMED: NOT_RECORDED}
    status = STATUS_OF_STATE[entry.state]
    return replace(
        order,
        status=status,
        vendor_order_id=entry.vendor_order_id,
        message=entry.message or unsaid.get(status, ""),
        attempts=entry.attempts,
        time=datetime.fromisoformat(entry.changed_at) if entry.attempts else None,
        vendor_status=entry.vendor_status,
    )


def doubt_order(order: OrderResult) -> OrderResult:
    return replace(order, status=Status.UNCONFIRMED, message=NOT_RECORDED)


def count_statuses(orders: Sequence[OrderResult]) -> dict[Status, int]:
    """Every status with its count, zeros included."""
    counts = dict.fromkeys(Status, 0)
    for order in orders:
        counts[order.status] += 1
    return counts
