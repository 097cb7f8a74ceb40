"""What a page says of an upload, as plain values that are kept with it. Pure.

Long cells are cut: the file stays the truth, and a page is for looking.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from batch_orders.core.model import Problem, Severity, Worksheet
from batch_orders.core.money import Cost
from batch_orders.core.plan import Decision, Plan, PlannedOrder, explain_left_over
from batch_orders.core.plan_words import DECISION_WORDS, say_more
from batch_orders.core.visible import visible
from batch_orders.core.wording import counted, cut, say_costs
from batch_orders.service.preview import NewSheet, Preview

LONGEST_CELL = 300
MOST_COLUMNS = 60
MOST_WARNINGS = 100

NO_SHEETS: Mapping[str, Any] = {
    "rows": 0,
    "faulty": 0,
    "shown": 0,
    "held_back_with_them": 0,
    "orders_held_back": 0,
    "tables": [],
    "assumptions": [],
    "warnings": [],
    "warning_count": 0,
    "errors_at_large": [],
}
"""What `describe_sheets` says where a batch is carried on, whose sheets were read before."""


def describe_sheets(seen: Preview) -> dict[str, Any]:
    """What reading and judging came to, over all sheets."""
    faulty = sum(int(sheet.grouping.faulty.sum()) for sheet in seen.sheets)
    held_back = sum(len(seen.held_back(sheet)) for sheet in range(len(seen.sheets)))
    return {
        "rows": sum(sheet.grouping.rows.total for sheet in seen.sheets),
        "faulty": faulty,
        "shown": sum(
            len(told_rows(sheet, worksheet)) for sheet in seen.sheets for worksheet in worksheets(sheet)
        ),
        "held_back_with_them": held_back - faulty,
        "orders_held_back": sum(int(sheet.grouping.held_back.sum()) for sheet in seen.sheets),
        "tables": [
            describe_table(sheet, worksheet) for sheet in seen.sheets for worksheet in worksheets(sheet)
        ],
        "assumptions": [
            f"{sheet.name}: {said}" if len(seen.sheets) > 1 else said
            for sheet in seen.sheets
            for said in sheet.grouping.rows.sheet.assumptions
        ],
        "warnings": [describe_warning(problem) for problem in warnings(seen)[:MOST_WARNINGS]],
        "warning_count": sum(sheet.grouping.findings.warnings for sheet in seen.sheets),
        "errors_at_large": [
            problem.message
            for sheet in seen.sheets
            for problem in sheet.grouping.findings.kept
            if problem.severity is Severity.ERROR and problem.row is None
        ],
    }


def worksheets(sheet: NewSheet) -> tuple[Worksheet, ...]:
    return sheet.grouping.rows.sheet.worksheets


def describe_table(sheet: NewSheet, worksheet: Worksheet) -> dict[str, Any]:
    return {
        "sheet": sheet.name,
        # A file of text has none, or one that is called as the file.
        "worksheet": "" if sheet.grouping.rows.sheet.csv else worksheet.name,
        "headers": [shown(header) for header in worksheet.headers[:MOST_COLUMNS]],
    }


def warnings(seen: Preview) -> list[Problem]:
    return [
        problem
        for sheet in seen.sheets
        for problem in sheet.grouping.findings.kept
        if problem.severity is Severity.WARNING
    ]


def describe_warning(problem: Problem) -> dict[str, Any]:
    where = f"Row {problem.row}" if problem.row is not None else "The sheet"
    place = ", ".join(part for part in (problem.worksheet, where, problem.column) if part)
    return {"where": shown(place), "message": shown(problem.message), "suggestion": shown(problem.suggestion)}


def describe_rows(seen: Preview) -> Iterator[dict[str, Any]]:
    """Every faulty row whose problems were put in words, as the sheet shows it."""
    table = 0
    for sheet in seen.sheets:
        for worksheet in worksheets(sheet):
            yield from rows_of(worksheet, told_rows(sheet, worksheet), table)
            table += 1


def told_rows(sheet: NewSheet, worksheet: Worksheet) -> Mapping[int, list[Problem]]:
    """The problems of each row with an error, as far as they were put in words."""
    found: defaultdict[int, list[Problem]] = defaultdict(list)
    for problem in sheet.grouping.findings.kept:
        if problem.worksheet == worksheet.name and problem.row is not None:
            found[problem.row].append(problem)
    return {
        row: problems
        for row, problems in found.items()
        if any(problem.severity is Severity.ERROR for problem in problems)
    }


def rows_of(worksheet: Worksheet, found: Mapping[int, list[Problem]], table: int) -> Iterator[dict[str, Any]]:
    places = column_places(worksheet)
    known = worksheet.cells.index.isin(list(found))
    lines = worksheet.cells.loc[known]
    for number, cells in zip(lines.index.tolist(), lines.itertuples(index=False, name=None), strict=True):
        line = [{"text": shown(str(cell)), "said": []} for cell in cells[:MOST_COLUMNS]]
        whole: list[dict[str, str]] = []
        for problem in found[number]:
            place = places.get(problem.column)
            said: Any = whole if place is None or place >= len(line) else line[place]["said"]
            said.append(
                {
                    "severity": str(problem.severity),
                    "code": problem.code,
                    "message": shown(problem.message),
                    "suggestion": shown(problem.suggestion),
                }
            )
        yield {"table": table, "row": number, "cells": line, "said": whole}


def column_places(worksheet: Worksheet) -> Mapping[str, int]:
    """Where the column of a header is. Where a header repeats, problems speak of the one that means a field."""
    first = {header: place for place, header in reversed(list(enumerate(worksheet.headers)))}
    return {**first, **{worksheet.headers[place]: place for place in worksheet.columns.values()}}


def describe_plan(plan: Plan) -> dict[str, Any]:
    """What would be bought, and why the rest would not."""
    costs = plan.costs()
    left = explain_left_over(plan.planned)
    return {
        "orders": len(plan.to_send),
        "mailboxes": plan.mailboxes,
        "costs": {currency: str(amount) for currency, amount in sorted(costs.items())},
        "unpriced": plan.unpriced,
        "action": say_action(plan),
        "shares": [
            {
                "vendor": share.vendor,
                "orders": share.orders,
                "mailboxes": share.mailboxes,
                "cost": say_costs({share.cost.currency: share.cost.amount})
                if share.cost.amount is not None
                else "no price known",
            }
            for share in plan.shares()
        ],
        "decisions": [
            {"count": plan.count(decision), "word": word}
            for decision, word in DECISION_WORDS.items()
            if plan.count(decision)
        ],
        "left_over": left.sentence if left else "",
        "remarks": list(plan.remarks),
        "planned": len(plan.planned),
        "changed": [],
        "fault": "",
    }


def say_action(plan: Plan) -> str:
    """The heading of a plan and the text of its button: what a yes would do."""
    what = f"Buy {counted(len(plan.to_send), 'domain')} with {counted(plan.mailboxes, 'mailbox')}"
    costs = say_costs(plan.costs())
    if not costs:
        return f"{what} at a price that is not known"
    without = f", and {counted(plan.unpriced, 'order')} at a price that is not known" if plan.unpriced else ""
    return f"{what} for about {costs}{without}"


def describe_orders(plan: Plan) -> Iterator[dict[str, Any]]:
    """Every order of a plan, those that would be sent first."""
    yield from (describe_order(item) for item in plan.planned if item.is_sent)
    yield from (describe_order(item) for item in plan.planned if not item.is_sent)


def describe_order(item: PlannedOrder) -> dict[str, Any]:
    # Whoever looks may not see the other account: which one it is, is not said here.
    why = "" if item.decision is Decision.OTHER_ACCOUNT else say_more(item)
    return {
        "domain": item.order.domain,
        "mailboxes": list(item.order.mailboxes),
        "vendor": item.order.vendor,
        "forwarding_domain": item.order.forwarding_domain,
        "cost": say_cost(item.cost),
        "decision": item.decision.value,
        "word": DECISION_WORDS[item.decision],
        "sent": item.is_sent,
        "why": shown(why),
    }


@lru_cache(maxsize=1024)  # thousands of orders cost the same few sums
def say_cost(cost: Cost) -> str:
    return "" if cost.amount is None else say_costs({cost.currency: cost.amount})


def shown(text: str) -> str:
    """Text that others wrote, as it can be shown: nothing in it acts, and it is not endless."""
    return visible(cut(text, LONGEST_CELL))
