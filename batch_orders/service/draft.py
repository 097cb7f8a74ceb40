"""Drafts: the rows of a sheet and a plan → its result as it stands before anything is sent. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from batch_orders.core.accounts import under_account
from batch_orders.core.differences import differences
from batch_orders.core.listing import ListedDomain
from batch_orders.core.model import Field, Order, Problem, Severity
from batch_orders.core.money import UNKNOWN_COST, Cost
from batch_orders.core.order_json import fingerprint
from batch_orders.core.plan import KEPT, PROBLEM_CODES, Decision, Plan, PlannedOrder
from batch_orders.core.positions import Positions
from batch_orders.core.records import PriorOrder
from batch_orders.core.results import Draft, OrderResult, Status
from batch_orders.core.settling import NOT_SENT, other_account_sentence, unconfirmed_sentence
from batch_orders.core.states import State
from batch_orders.core.wording import counted, of_worksheet
from batch_orders.validation.grouping import Grouping, held_back_rows

PLACED_AS_SOMETHING_ELSE = frozenset({Decision.CHANGED, Decision.OTHER_ACCOUNT})
"""What was bought is not this order: its order id says nothing here."""

NO_NAMES: Mapping[int, str] = {}


def draft_sheet(
    grouping: Grouping,
    plan: Plan,
    sheet: int,
    started: datetime,
    remarks: tuple[str, ...] = (),
    vendors: Mapping[int, str] = NO_NAMES,
) -> Draft:
    """The draft of the plan's sheet at the position `sheet`; `remarks` are those that concern it.

    `vendors` are the names that vendors are known by.
    """
    planned = plan.of_sheet(sheet)
    refused = tuple(tell_refused(grouping, item) for item in planned if item.decision in PROBLEM_CODES)
    findings = grouping.findings
    row_problems = reasons_of_rows(grouping)
    orders = draft_orders(grouping, planned, row_problems)
    ours = {order.vendor for order in orders}
    return Draft(
        sheet=grouping.rows.sheet,
        environment=plan.environment,
        account=plan.account,
        started=started,
        orders=orders,
        problems=(*findings.kept, *refused),
        problem_count=findings.count + len(refused),
        rows_invalid=int(grouping.faulty.sum()),
        row_problems=row_problems,
        held_back=tuple(held_back_rows(grouping)),
        remarks=remarks,
        checksum=plan.checksum,
        vendors={str(vendor): name for vendor, name in vendors.items() if str(vendor) in ours},
    )


def tell_defaults(grouping: Grouping) -> tuple[str, ...]:
    return tuple(
        f"The settings' default for {name.replace('_', ' ')} was used in {counted(rows, 'row')}."
        for name, rows in grouping.rows.defaulted.items()
    )


def draft_orders(
    grouping: Grouping, planned: tuple[PlannedOrder, ...], row_problems: Mapping[int, str]
) -> tuple[OrderResult, ...]:
    """One result per order, held back or not, in the sheet's order."""
    drafted = {item.order.rows[0]: draft_order(item) for item in planned}
    members: dict[int, list[int]] = defaultdict(list)
    for position, number in enumerate(grouping.order_of.tolist()):
        members[number].append(position)
    return tuple(
        drafted.get(rows[0]) or draft_held_back(grouping, tuple(rows), row_problems)
        for rows in members.values()
    )


def draft_order(item: PlannedOrder) -> OrderResult:
    order = item.order
    status, message = judge_plan(item)
    before = item.prior if item.decision in (Decision.ALREADY_PLACED, Decision.UNCONFIRMED) else None
    return OrderResult(
        domain=order.domain,
        status=status,
        rows=order.rows,
        vendor_order_id=item.vendor_order_id if item.decision not in PLACED_AS_SOMETHING_ELSE else "",
        message=message,
        mailboxes=order.mailboxes,
        vendor=str(order.vendor),
        forwarding_domain=order.forwarding_domain,
        contact=order.contact_name,
        time=datetime.fromisoformat(before.changed_at) if before else None,
        vendor_status=before.vendor_status if before else "",
        fingerprint=fingerprint(order),
        to_send=item.is_sent,
        cost=Cost(before.price, before.currency)
        if before
        else item.cost
        if item.decision in KEPT
        else UNKNOWN_COST,
        to_mend=item.decision in PROBLEM_CODES or (item.over is not None and not item.over.frees),
    )


def judge_plan(item: PlannedOrder) -> tuple[Status, str]:
    prior = item.prior
    batch = prior.batch if prior else ""
    match item.decision:
        case Decision.NEW | Decision.AGAIN:
            return Status.NOT_SUBMITTED, NOT_SENT
        case Decision.ALREADY_PLACED:
            return Status.ALREADY_PLACED, f"Placed before, in batch {batch}.{tell_inactive(item.listed)}"
        case Decision.BOUGHT_ELSEWHERE:
            return Status.BOUGHT_ELSEWHERE, refused_sentence(item)
        case Decision.CHANGED | Decision.DISAGREES | Decision.OTHER_ACCOUNT:
            return Status.INVALID, refused_sentence(item)
        case Decision.UNCONFIRMED:
            return Status.UNCONFIRMED, unconfirmed_sentence(batch)
        case Decision.WAITING:
            account = under_account(prior.account) if prior else ""
            return Status.NOT_SUBMITTED, f"It waits in batch {batch}{account}. {NOT_SENT}"
        case Decision.LEFT_OVER:
            return Status.NOT_SUBMITTED, f"{NOT_SENT} {item.over.sentence if item.over else ''}".rstrip()
        case Decision.REPEATED:
            return (
                Status.NOT_SUBMITTED,
                f"{NOT_SENT} It stands in {item.others[0]} as well, and is ordered there.",
            )
        case Decision.SUPERSEDED:
            return (
                Status.NOT_SUBMITTED,
                f"{NOT_SENT} A later sheet ordered this domain anew. Hand that one in.",
            )


def tell_inactive(listed: ListedDomain | None) -> str:
    inactive = listed is not None and listed.is_active is False
    return " The vendor lists the domain as not active." if inactive else ""


def refused_sentence(item: PlannedOrder) -> str:
    domain, prior, listed = item.order.domain, item.prior, item.listed
    if item.decision is Decision.BOUGHT_ELSEWHERE and listed:
        known = f"{tell_difference(item.order, listed)}{tell_gone(prior)}"
        return (
            f"The vendor lists {domain} as bought already{describe_listed(listed)}, and no order of this ledger "
            f"is known to have done it: its mailboxes are not known here.{known} {NOT_SENT} Ask the vendor "
            "what was bought, and take the domain out."
        )
    if item.decision is Decision.DISAGREES:
        return (
            f"{domain} stands in {' and in '.join(item.others)} as well, with other content. {NOT_SENT} "
            "Make the sheets agree, or take it out of one of them."
        )
    if prior is None:
        return NOT_SENT
    if item.decision is Decision.OTHER_ACCOUNT:
        return f"{domain}: {other_account_sentence(prior)} If it is gone there, record that first."
    return (
        f"{domain} was already placed in batch {prior.batch}, and this row asks for something else "
        f"({differences(item.order, prior)}). {NOT_SENT} Ask the vendor to change it, or take the domain out."
    )


def describe_listed(listed: ListedDomain) -> str:
    told = [
        f" on {listed.created_at:%Y-%m-%d}" if listed.created_at else "",
        f" with order id {listed.order_id}" if listed.order_id else "",
        ", which is not active any more" if listed.is_active is False else "",
    ]
    return "".join(told)


def tell_gone(prior: PriorOrder | None) -> str:
    if prior is None or prior.state is not State.GONE:
        return ""
    return f" Its order in batch {prior.batch} was recorded as gone: {prior.message}"


def tell_difference(order: Order, listed: ListedDomain) -> str:
    told = []
    if listed.vendor not in (None, order.vendor):
        told.append(f"vendor {listed.vendor} there, {order.vendor} here")
    if listed.forwarding_domain not in ("", order.forwarding_domain):
        told.append(f"forwarding domain {listed.forwarding_domain} there, {order.forwarding_domain} here")
    return f" What differs: {'; '.join(told)}." if told else ""


def tell_refused(grouping: Grouping, item: PlannedOrder) -> Problem:
    line = grouping.rows.cells.iloc[item.order.rows[0]]
    worksheet = grouping.rows.sheet.worksheets[int(line["worksheet"])]
    return Problem(
        severity=Severity.ERROR,
        worksheet=worksheet.name,
        row=int(line["row"]),
        column=worksheet.headers[worksheet.columns[Field.DOMAIN]],
        value=str(line[Field.DOMAIN]),
        code=PROBLEM_CODES[item.decision],
        message=refused_sentence(item),
    )


def draft_held_back(
    grouping: Grouping, rows: tuple[int, ...], row_problems: Mapping[int, str]
) -> OrderResult:
    cells = grouping.rows.cells
    line = cells.iloc[rows[0]]
    faulty = [row for row in rows if grouping.faulty[row]]
    # Without a fault of its own it was corrected since, and is told so.
    first = faulty[0] if faulty else rows[0]
    reason = row_problems.get(first, "See the other problems of this sheet.")
    others = len(faulty) - 1
    more = f" {others:,} more of its rows {'has' if others == 1 else 'have'} mistakes." if others > 0 else ""
    place = cells.iloc[first]
    where = of_worksheet(grouping.rows.sheet.titles[place["worksheet"]])
    return OrderResult(
        domain=str(line[Field.DOMAIN]).strip(),
        status=Status.INVALID,
        rows=rows,
        message=f"Row {place['row']}{where}: {reason}{more}",
        mailboxes=tuple(cells[Field.MAILBOX].iloc[list(rows)]),
        vendor=str(line[Field.VENDOR]),
        forwarding_domain=str(line[Field.FORWARDING_DOMAIN]),
        contact=str(line[Field.CONTACT]),
    )


def reasons_of_rows(grouping: Grouping) -> dict[int, str]:
    """For each row with an error in words, by position, its errors in one text."""
    reasons: dict[int, list[str]] = defaultdict(list)
    positions = Positions(grouping.rows.sheet)
    for problem in grouping.findings.kept:
        if problem.severity is Severity.ERROR and problem.row is not None:
            position = positions.position(problem.worksheet, problem.row)
            if position is not None:
                reasons[position].append(say(problem))
    return {position: " ".join(dict.fromkeys(said)) for position, said in reasons.items()}


def say(problem: Problem) -> str:
    return f"{problem.column}: {problem.message}" if problem.column else problem.message
