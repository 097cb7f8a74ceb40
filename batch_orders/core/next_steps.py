"""What a person can do next about a result, each with the command to type. Pure.

The terminal ends with these lines, and a report begins with them. A door adds the options that it was called with.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain

from batch_orders.core.base_url import LIVE_BASE_URL, SANDBOX
from batch_orders.core.mending import rows_to_mend
from batch_orders.core.results import BOUGHT, BatchResult, OrderResult, Status
from batch_orders.core.stops import StopReason

PROGRAM = "batch-orders"
HOW_YOU_KNOW = "HOW YOU KNOW"
"""Stands where a person is to write a reason of their own; nothing is recorded for it."""


class Todo(StrEnum):
    """What is to be done, in the order in which it is told: money first."""

    LOOK_UP = "look up"
    WAS_PLACED = "was placed"
    WAS_NOT_BOUGHT = "was not bought"
    ASK_VENDOR = "ask vendor"
    CORRECT = "correct"
    COMPARE = "compare"
    CARRY_ON = "carry on"
    APPROVE = "approve"
    HAND_IN = "hand in"
    ORDER = "order"
    FOLLOW = "follow"


SENTENCES: Mapping[Todo, tuple[str, str]] = {
    Todo.LOOK_UP: (
        "1 order may have been bought. Look it up with the vendor; it is not sent again by itself:",
        "{} orders may have been bought. Look them up with the vendor; they are not sent again by themselves:",
    ),
    Todo.WAS_PLACED: (
        "{domains} is still unconfirmed. Once you know that it was bought:",
        "{} orders are still unconfirmed. Once you know that one was bought:",
    ),
    Todo.WAS_NOT_BOUGHT: (
        "Once you know that it was not bought, with how you know it:",
        "Once you know that one was not bought, with how you know it:",
    ),
    Todo.ASK_VENDOR: (
        "{domains} was placed, then failed. Ask the vendor; once you know that it is gone, with how you know it:",
        "{} orders were placed, then failed. Ask the vendor; for each that you know is gone, with how you know it:",
    ),
    Todo.CORRECT: (
        "1 order is to be corrected. Correct its marked cells, then:",
        "{} orders are to be corrected. Correct the marked cells, then:",
    ),
    Todo.COMPARE: (
        "1 order does not agree with what was ordered elsewhere, and is not sent. See what is known of it:",
        "{} orders do not agree with what was ordered elsewhere, and are not sent. See what is known of the first:",
    ),
    Todo.CARRY_ON: ("1 order was not sent. To send it:", "{} orders were not sent. To send them:"),
    Todo.APPROVE: ("If this plan is what you want:", "If this plan is what you want:"),
    Todo.HAND_IN: (
        "1 order was not sent. To order it, hand the sheet in again:",
        "{} orders were not sent. To order them, hand the sheet in again:",
    ),
    Todo.ORDER: (
        "This was a rehearsal, and nothing was bought. To order:",
        "This was a rehearsal, and nothing was bought. To order:",
    ),
    Todo.FOLLOW: (
        "1 order is placed. See how it stands with the vendor:",
        "{} orders are placed. See how they stand with the vendor:",
    ),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do about these domains. `words` is the command without the program's name, () where none does it."""

    todo: Todo
    domains: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """How many, and what to do; it ends with a colon where a command follows."""
        one, many = SENTENCES[self.todo]
        count = len(self.domains)
        return (one if count == 1 else many).format(f"{count:,}", domains=", ".join(self.domains[:1]))

    @property
    def command(self) -> str:
        """What can be pasted into a shell, or ""."""
        return paste(self.words) if self.words else ""


@dataclass(frozen=True, slots=True)
class Files:
    """Where files lie, as a person would type it. `sheets` are those of the call, () where nobody knows."""

    sheets: tuple[str, ...] = ()
    corrections: str = ""


NO_FILES = Files()


def paste(words: Iterable[str]) -> str:
    """A command that can be pasted into a shell; `words` are without the program's name."""
    return shlex.join((PROGRAM, *words))


def next_steps(result: BatchResult, files: Files = NO_FILES) -> tuple[NextStep, ...]:
    """What to do next about one result, the most urgent first; () where nothing is left to do or to see."""
    rehearsal = result.draft.environment == SANDBOX
    told = chain(
        () if rehearsal else follow_up(result),
        correct(result, files),
        compare(result),
        carry_on(result, files),
        order_in_earnest(result, files) if rehearsal else (),
    )
    steps = tuple(told)
    return steps or (() if rehearsal else see_placed(result))


def merge_steps(steps: Iterable[NextStep]) -> tuple[NextStep, ...]:
    """The same steps of several results as one each, in the order of `Todo`."""
    merged: dict[tuple[Todo, tuple[str, ...]], NextStep] = {}
    for step in steps:
        key = (step.todo, step.words)
        before = merged[key].domains if key in merged else ()
        merged[key] = replace(step, domains=(*before, *step.domains))
    order = tuple(Todo)
    return tuple(sorted(merged.values(), key=lambda step: order.index(step.todo)))


def follow_up(result: BatchResult) -> Iterator[NextStep]:
    """Orders that may have been bought, and such as failed after they were placed."""
    place = name_place(result)
    if unconfirmed := domains_of(result, lambda order: order.status is Status.UNCONFIRMED):
        yield NextStep(Todo.LOOK_UP, unconfirmed, ("reconcile", *place))
    if failed := domains_of(result, lambda order: order.has_failed):
        yield ask_vendor(failed)


def ask_vendor(failed: tuple[str, ...]) -> NextStep:
    words = ("resolve", failed[0], "--gone", "--reason", HOW_YOU_KNOW)
    return NextStep(Todo.ASK_VENDOR, failed, words)


def settle_unconfirmed(domains: tuple[str, ...], place: tuple[str, ...] = ()) -> tuple[NextStep, ...]:
    """What is left where the vendor's list does not tell: a person says what became of each."""
    if not domains:
        return ()
    return (
        NextStep(Todo.WAS_PLACED, domains, ("resolve", domains[0], "--placed", *place)),
        NextStep(
            Todo.WAS_NOT_BOUGHT,
            domains,
            ("resolve", domains[0], "--not-bought", "--reason", HOW_YOU_KNOW, *place),
        ),
    )


def correct(result: BatchResult, files: Files) -> Iterator[NextStep]:
    """Orders whose rows are in the corrections workbook, or would be if somebody asked for it."""
    rows = frozenset(rows_to_mend(result))
    faulty = domains_of(result, lambda order: not rows.isdisjoint(order.rows))
    if not faulty:
        return
    if files.corrections:
        rehearsal = ("--sandbox",) if result.draft.environment == SANDBOX else ()
        yield NextStep(Todo.CORRECT, faulty, ("run", files.corrections, *rehearsal))
    elif result.batch and not result.dry_run:
        yield NextStep(Todo.CORRECT, faulty, ("report", result.batch))


def compare(result: BatchResult) -> Iterator[NextStep]:
    """What was bought already, by somebody else or as something else, and is in no corrections workbook."""
    rows = frozenset(rows_to_mend(result))
    clashing = domains_of(
        result,
        lambda order: (
            order.status in (Status.INVALID, Status.BOUGHT_ELSEWHERE) and rows.isdisjoint(order.rows)
        ),
    )
    if clashing:
        yield NextStep(Todo.COMPARE, clashing, ("status", clashing[0]))


def carry_on(result: BatchResult, files: Files) -> Iterator[NextStep]:
    """Orders that are good and were not sent. An embedded sandbox is gone with its call."""
    unsent = domains_of(result, lambda order: order.status is Status.NOT_SUBMITTED and not order.to_mend)
    if not unsent or result.draft.environment == SANDBOX:
        return
    hand_in = ("run", *files.sheets, *name_place(result))
    if result.batch and result.stop:
        yield NextStep(Todo.CARRY_ON, unsent, ("resume", result.batch, *name_account(result)))
    elif files.sheets and result.draft.checksum and waits_for_approval(result):
        yield NextStep(Todo.APPROVE, unsent, (*hand_in, "--approve", result.draft.checksum))
    elif files.sheets:
        yield NextStep(Todo.HAND_IN, unsent, hand_in)


def waits_for_approval(result: BatchResult) -> bool:
    """Whether the plan that was shown is carried out once somebody says yes to it."""
    unapproved = (StopReason.DECLINED, StopReason.PLAN_CHANGED)
    return result.dry_run or (result.stop is not None and result.stop.reason in unapproved)


def order_in_earnest(result: BatchResult, files: Files) -> Iterator[NextStep]:
    if files.sheets and any(order.status is not Status.INVALID for order in result.orders):
        yield NextStep(Todo.ORDER, (), ("run", *files.sheets, *name_account(result)))


def see_placed(result: BatchResult) -> tuple[NextStep, ...]:
    placed = domains_of(result, lambda order: order.status in BOUGHT and bool(order.vendor_order_id))
    return (NextStep(Todo.FOLLOW, placed, ("track", *name_place(result))),) if placed else ()


def name_place(result: BatchResult) -> tuple[str, ...]:
    """The options that name the account and the environment, where they are not the usual ones."""
    environment = result.draft.environment
    elsewhere = ("--base-url", environment) if environment not in (SANDBOX, LIVE_BASE_URL) else ()
    return (*name_account(result), *elsewhere)


def name_account(result: BatchResult) -> tuple[str, ...]:
    return ("--account", result.draft.account) if result.draft.account else ()


def domains_of(result: BatchResult, wanted: Callable[[OrderResult], bool]) -> tuple[str, ...]:
    return tuple(order.domain for order in result.orders if wanted(order))
