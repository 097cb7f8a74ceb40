"""One message about a night: what it holds (pure), and how it is sent through Apprise."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from batch_orders.core.privacy import details_of_order, hide_details
from batch_orders.core.results import BatchResult, Status
from batch_orders.core.wording import counted
from batch_orders.errors import ConfigurationError
from batch_orders.notifications.notice import Notice
from batch_orders.settings import Notify, When

MOST_NEEDS = 10
"""Orders named of one sheet. The report has them all."""
LONGEST_REASON = 200
NEEDS_A_PERSON = (Status.UNCONFIRMED, Status.REJECTED, Status.INVALID)
"""In the order in which they are told: money first."""
DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")

log = logging.getLogger("batch_orders.notices")


@dataclass(frozen=True, slots=True)
class Need:
    """One order that needs a person, and why, without contact details."""

    domain: str
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class NightSheet:
    """What became of one sheet. `fault` says why it could not be read or why it stopped.

    `source` is the team it came from, `reports` are the files handed back, `exit_code` is that of `run`.
    """

    name: str
    exit_code: int
    source: str = ""
    orders: Mapping[Status, int] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()
    reports: tuple[Path, ...] = ()
    fault: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Night:
    """One night: its sheets in the order in which they were taken, and why it stopped, or ""."""

    sheets: tuple[NightSheet, ...]
    stopped: str = ""

    @property
    def needs_a_person(self) -> bool:
        return bool(self.stopped) or any(sheet.exit_code for sheet in self.sheets)


def list_needs(result: BatchResult) -> tuple[Need, ...]:
    """The first orders of a batch that need a person, in words that may leave the house."""
    needed = sorted(
        (order for order in result.orders if order.status in NEEDS_A_PERSON),
        key=lambda order: NEEDS_A_PERSON.index(order.status),
    )
    return tuple(
        Need(
            # A cell that is no domain may hold anything, such as somebody's name.
            order.domain if DOMAIN.fullmatch(order.domain) else "",
            order.status,
            shorten(hide_details(order.message, details_of_order(result.sheet, order))),
        )
        for order in needed[:MOST_NEEDS]
    )


def shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 1] + "…"


def compose_notice(night: Night) -> Notice:
    """What is told of a night. Pure."""
    lines = [f"Stopped before the end: {hide_details(night.stopped)}"] if night.stopped else []
    for sheet in night.sheets:
        lines += ["", *tell_sheet(sheet)]
    if not night.sheets:
        lines.append("No sheet was waiting.")
    return Notice(
        title=name_night(night),
        body="\n".join(lines).strip(),
        attachments=tuple(report for sheet in night.sheets for report in sheet.reports),
        attention=night.needs_a_person,
    )


def name_night(night: Night) -> str:
    sheets = counted(len(night.sheets), "sheet")
    needing = sum(sheet.exit_code != 0 for sheet in night.sheets)
    if night.stopped:
        return f"batch-orders: stopped after {sheets}"
    if needing:
        return f"batch-orders: {needing:,} of {sheets} {'needs' if needing == 1 else 'need'} a person"
    return f"batch-orders: {sheets}, nothing needs a person"


def tell_sheet(sheet: NightSheet) -> Iterator[str]:
    team = f" ({sheet.source})" if sheet.source else ""
    counts = ", ".join(f"{count:,} {status.value}" for status, count in sheet.orders.items() if count)
    yield f"{hide_details(sheet.name)}{team}: {counts or 'no orders'}. Exit code {sheet.exit_code}."
    for told in (sheet.fault, sheet.remark):
        if told:
            yield f"  {shorten(hide_details(told))}"
    for need in sheet.needs:
        yield f"  {need.status.value}{f' {need.domain}' if need.domain else ''}: {need.reason}"
    more = sum(sheet.orders.get(status, 0) for status in NEEDS_A_PERSON) - len(sheet.needs)
    if more > 0:
        yield f"  … and {more:,} more, in the report."
    for report in sheet.reports:
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
