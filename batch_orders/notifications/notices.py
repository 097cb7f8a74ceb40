"""One message about what was done without anybody looking on: what it holds (pure), and how it is sent."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from batch_orders.core.privacy import details_of_order, hide_details
from batch_orders.core.results import NEEDS_A_PERSON, BatchResult, SheetOutcome, Status
from batch_orders.core.stops import Ending, Stop
from batch_orders.core.visible import visible
from batch_orders.core.wording import counted, on_one_line
from batch_orders.errors import ConfigurationError
from batch_orders.notifications.notice import Notice
from batch_orders.settings import Notify, When

MOST_NEEDS = 10
"""Orders named of one sheet. The report has them all."""
LONGEST_REASON = 200
LONGEST_BODY = 20_000
"""Signs: ten messages where a service takes 2,000 at a time. Beyond, a line for each sheet must do."""
MOST_BATCHES = 20
MARKUP = (
    (re.compile("@"), "\uff20"),
    (re.compile("<"), "\u2039"),
    (re.compile(">"), "\u203a"),
    (re.compile(r"\]\("), "] ("),
    (re.compile("://"), "[:]//"),
    (re.compile(r"\b(www|mailto|javascript|tel)([.:])", re.IGNORECASE), r"\1[\2]"),
)
"""Mentions (@everyone, <!channel>), links, and links under other words. What stands in for them can be read."""
ENDED: Mapping[Ending, str] = {
    Ending.DONE: "Done.",
    Ending.ATTENTION: "It needs a person.",
    Ending.WAITING: "Some of it waits.",
    Ending.REFUSED: "It was refused.",
    Ending.STOPPED: "It was stopped.",
}
DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")

log = logging.getLogger("batch_orders.notices")


@dataclass(frozen=True, slots=True)
class NeedyOrder:
    """One order that needs a person, and why, without contact details."""

    domain: str
    word: str
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a message tells of: a run over an inbox, or a batch that a worker has settled.

    `sheets` are in the order in which they were taken, `stop` says why it stopped, if it did.

    `left` has a sentence for everything that was not taken, `exit_code` is what the program ends with,
    `remarks` need nobody by themselves.
    """

    sheets: tuple[SheetOutcome, ...] = ()
    stop: Stop | None = None
    left: tuple[str, ...] = ()
    exit_code: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def needing(self) -> int:
        """Sheets that need a person."""
        return sum(sheet.ending is not Ending.DONE for sheet in self.sheets)

    @property
    def needs_a_person(self) -> bool:
        return bool(self.stop or self.left or self.needing)

    @property
    def batches(self) -> tuple[str, ...]:
        return tuple(sheet.batch for sheet in self.sheets if sheet.batch)


def list_needy(result: BatchResult | None) -> tuple[NeedyOrder, ...]:
    """The first orders of a batch that need a person, in words that may leave the house."""
    if result is None:
        return ()
    needed = sorted(
        (order for order in result.orders if order.needs_a_person),
        key=lambda order: -1 if order.has_failed else NEEDS_A_PERSON.index(order.status),
    )
    return tuple(
        NeedyOrder(
            # A cell that is no domain may hold anything, such as somebody's name.
            order.domain if DOMAIN.fullmatch(order.domain) else "",
            order.word,
            shorten(hide_details(order.message, details_of_order(result.sheet, order))),
        )
        for order in needed[:MOST_NEEDS]
    )


def shorten(text: str) -> str:
    return on_one_line(text, LONGEST_REASON)


def compose_notice(summary: Summary) -> Notice:
    """The message that tells of it. Pure."""
    body = "\n".join(tell_all(summary)).strip()
    if len(body) > LONGEST_BODY:
        body = "\n".join(tell_counts(summary))
    return Notice(
        title=title_of(summary),
        body=disarm(body),
        attachments=tuple(file for sheet in summary.sheets for file in sheet.attachments),
        attention=summary.needs_a_person,
        brief=disarm("\n".join(tell_totals(summary))),
    )


def tell_all(summary: Summary) -> Iterator[str]:
    """Each sheet with what needs a person, and everything that was not taken."""
    yield from tell_stop(summary)
    for sheet in summary.sheets:
        yield from ("", *tell_sheet(sheet))
    if not summary.sheets:
        yield "No sheet was taken."
    if summary.left:
        yield from ("", "Not taken:", *(f"  {shorten(hide_details(told))}" for told in summary.left))
    yield from ("", *map(hide_details, summary.remarks), tell_end(summary))


def tell_counts(summary: Summary) -> Iterator[str]:
    """A line for each sheet and each file, as many as fit; the rest by their number."""
    yield from tell_stop(summary)
    lines = [
        *(tell_sheet_briefly(sheet) for sheet in summary.sheets),
        *(f"Not taken: {shorten(hide_details(told))}" for told in summary.left),
    ]
    room = LONGEST_BODY
    for number, line in enumerate(lines):
        room -= len(line)
        if room < 0:
            yield f"… and {len(lines) - number:,} more, in the log."
            break
        yield line
    yield tell_end(summary)


def tell_totals(summary: Summary) -> Iterator[str]:
    """The counts alone, in a few lines that every service takes."""
    yield "The whole message was not taken here, or is too long: see the reports and the log."
    totals = Counter[Status]()
    for sheet in summary.sheets:
        totals.update(sheet.orders)
    counts = ", ".join(f"{totals[status]:,} {status.value}" for status in Status if totals[status])
    yield f"{counted(len(summary.sheets), 'sheet')}: {counts or 'no orders'}."
    if summary.left:
        yield f"{counted(len(summary.left), 'file')} not taken."
    yield tell_end(summary, MOST_BATCHES)


def tell_stop(summary: Summary) -> Iterator[str]:
    if summary.stop:
        yield f"Stopped before the end: {hide_details(summary.stop.sentence)}"


def tell_end(summary: Summary, most: int = 1000) -> str:
    """The last line: the exit code for programs, and what the ledger knows the batches by."""
    named, more = summary.batches[:most], len(summary.batches) - most
    batches = f" Batches: {', '.join(named)}{f' and {more:,} more' if more > 0 else ''}." if named else ""
    return f"Exit code {summary.exit_code}.{batches}"


def disarm(text: str) -> str:
    """Words of sheets and of the vendor call nobody in a chat, and are no links there, however it is written."""
    for pattern, shown in MARKUP:
        text = pattern.sub(shown, text)
    return visible(text)


def title_of(summary: Summary) -> str:
    sheets = counted(len(summary.sheets), "sheet")
    left = f", {counted(len(summary.left), 'file')} not taken" if summary.left else ""
    if summary.stop:
        return f"batch-orders: stopped after {sheets}{left}"
    if needing := summary.needing:
        return f"batch-orders: {needing:,} of {sheets} {'needs' if needing == 1 else 'need'} a person{left}"
    return f"batch-orders: {sheets}{left or ', nothing needs a person'}"


def tell_sheet_briefly(sheet: SheetOutcome) -> str:
    team = f" ({sheet.source})" if sheet.source else ""
    counts = ", ".join(f"{count:,} {status.value}" for status, count in sheet.orders.items() if count)
    name = PurePath(sheet.name).name
    return f"{hide_details(name)}{team}: {counts or 'no orders'}. {ENDED[sheet.ending]}"


def tell_sheet(sheet: SheetOutcome) -> Iterator[str]:
    yield tell_sheet_briefly(sheet)
    for told in (sheet.fault, " ".join(sheet.remarks)):
        if told:
            yield f"  {shorten(hide_details(told))}"
    needy = list_needy(sheet.result)
    for order in needy:
        yield f"  {order.word}{f' {order.domain}' if order.domain else ''}: {order.reason}"
    more = (sum(order.needs_a_person for order in sheet.result.orders) if sheet.result else 0) - len(needy)
    if more > 0:
        yield f"  … and {more:,} more, in the report."
    for report in sheet.attachments:
        yield f"  Report: {report}"


def send_summary(summary: Summary, notify: Notify) -> None:
    """Send the message to every target, if the settings want one. Never raises.

    A target that does not take it is a warning in the log, named without its secrets.
    """
    if notify.when is When.ATTENTION and not summary.needs_a_person:
        return
    try:
        faults = send_notice(compose_notice(summary), notify.targets)
    except ConfigurationError as error:
        faults = (str(error),)
    for fault in faults:
        log.warning("%s", fault)


def send_notice(notice: Notice, targets: Sequence[str]) -> tuple[str, ...]:
    """Send a message to each target in turn. Returns a sentence for each that did not take it.

    Raises ConfigurationError where there are targets and Apprise is not installed.
    """
    if not targets:
        return ()
    from batch_orders.notifications.targets import deliver, open_targets

    sent = [deliver(target, notice) for target in open_targets(targets)]
    return tuple(fault for fault in sent if fault)
