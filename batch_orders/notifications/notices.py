"""One message about a night: what it holds (pure), and how it is sent through Apprise."""

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
class Need:
    """One order that needs a person, and why, without contact details."""

    domain: str
    word: str
    reason: str


@dataclass(frozen=True, slots=True)
class Night:
    """One run over an inbox: its sheets in the order in which they were taken, and why it stopped, if it did.

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


def list_needs(result: BatchResult | None) -> tuple[Need, ...]:
    """The first orders of a batch that need a person, in words that may leave the house."""
    if result is None:
        return ()
    needed = sorted(
        (order for order in result.orders if order.needs_a_person),
        key=lambda order: -1 if order.has_failed else NEEDS_A_PERSON.index(order.status),
    )
    return tuple(
        Need(
            # A cell that is no domain may hold anything, such as somebody's name.
            order.domain if DOMAIN.fullmatch(order.domain) else "",
            order.word,
            shorten(hide_details(order.message, details_of_order(result.sheet, order))),
        )
        for order in needed[:MOST_NEEDS]
    )


def shorten(text: str) -> str:
    return on_one_line(text, LONGEST_REASON)


def compose_notice(night: Night) -> Notice:
    """What is told of a night. Pure."""
    body = "\n".join(tell_all(night)).strip()
    if len(body) > LONGEST_BODY:
        body = "\n".join(tell_counts(night))
    return Notice(
        title=name_night(night),
        body=disarm(body),
        attachments=tuple(file for sheet in night.sheets for file in sheet.attachments),
        attention=night.needs_a_person,
        brief=disarm("\n".join(tell_totals(night))),
    )


def tell_all(night: Night) -> Iterator[str]:
    """Each sheet with what needs a person, and everything that was not taken."""
    yield from tell_stop(night)
    for sheet in night.sheets:
        yield from ("", *tell_sheet(sheet))
    if not night.sheets:
        yield "No sheet was taken."
    if night.left:
        yield from ("", "Not taken:", *(f"  {shorten(hide_details(told))}" for told in night.left))
    yield from ("", *map(hide_details, night.remarks), tell_end(night))


def tell_counts(night: Night) -> Iterator[str]:
    """A line for each sheet and each file, as many as fit; the rest by their number."""
    yield from tell_stop(night)
    lines = [
        *(tell_sheet_briefly(sheet) for sheet in night.sheets),
        *(f"Not taken: {shorten(hide_details(told))}" for told in night.left),
    ]
    room = LONGEST_BODY
    for number, line in enumerate(lines):
        room -= len(line)
        if room < 0:
            yield f"… and {len(lines) - number:,} more, in the log."
            break
        yield line
    yield tell_end(night)


def tell_totals(night: Night) -> Iterator[str]:
    """The counts alone, in a few lines that every service takes."""
    yield "The whole message was not taken here, or is too long: see the reports and the log."
    totals = Counter[Status]()
    for sheet in night.sheets:
        totals.update(sheet.orders)
    counts = ", ".join(f"{totals[status]:,} {status.value}" for status in Status if totals[status])
    yield f"{counted(len(night.sheets), 'sheet')}: {counts or 'no orders'}."
    if night.left:
        yield f"{counted(len(night.left), 'file')} not taken."
    yield tell_end(night, MOST_BATCHES)


def tell_stop(night: Night) -> Iterator[str]:
    if night.stop:
        yield f"Stopped before the end: {hide_details(night.stop.sentence)}"


def tell_end(night: Night, most: int = 1000) -> str:
    """The last line: what programs and the ledger know the night by."""
    named, more = night.batches[:most], len(night.batches) - most
    batches = f" Batches: {', '.join(named)}{f' and {more:,} more' if more > 0 else ''}." if named else ""
    return f"Exit code {night.exit_code}.{batches}"


def disarm(text: str) -> str:
    """Words of sheets and of the vendor call nobody in a chat, and are no links there, however it is written."""
    for pattern, shown in MARKUP:
        text = pattern.sub(shown, text)
    return visible(text)


def name_night(night: Night) -> str:
    sheets = counted(len(night.sheets), "sheet")
    left = f", {counted(len(night.left), 'file')} not taken" if night.left else ""
    if night.stop:
        return f"batch-orders: stopped after {sheets}{left}"
    if needing := night.needing:
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
    needs = list_needs(sheet.result)
    for need in needs:
        yield f"  {need.word}{f' {need.domain}' if need.domain else ''}: {need.reason}"
    more = (sum(order.needs_a_person for order in sheet.result.orders) if sheet.result else 0) - len(needs)
    if more > 0:
        yield f"  … and {more:,} more, in the report."
    for report in sheet.attachments:
        yield f"  Report: {report}"


def tell_night(night: Night, notify: Notify) -> None:
    """Send the message about a night to every target, if the settings want one. Never raises.

    A target that does not take it is a warning in the log, named without its secrets.
    """
    if notify.when is When.ATTENTION and not night.needs_a_person:
        return
    try:
        faults = send_notice(compose_notice(night), notify.targets)
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
