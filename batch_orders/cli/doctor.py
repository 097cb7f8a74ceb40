"""The command `doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from batch_orders.cli.exits import Exit
from batch_orders.cli.explain import how_to_set
from batch_orders.cli.json_out import say_object
from batch_orders.cli.next import Line, show_next
from batch_orders.cli.options import current_settings
from batch_orders.cli.show import open_console
from batch_orders.cli.workspace import find_key
from batch_orders.core.accounts import show_account
from batch_orders.core.wording import counted
from batch_orders.diagnostics import Check, Health, examine
from batch_orders.diagnostics.files import check_inbox, check_reports_folder, check_secret_file
from batch_orders.diagnostics.ledger import check_ledger
from batch_orders.diagnostics.notifications import check_heartbeat, check_targets
from batch_orders.diagnostics.vendor import check_clock, check_key
from batch_orders.settings import PlaceOptions, ReportOptions, Settings, default_ledger
from batch_orders.smart_senders import LIVE_BASE_URL, Environment

COLOURS = {Health.WELL: "green", Health.UNKNOWN: "yellow", Health.WRONG: "red"}


@dataclass(frozen=True, slots=True)
class DoctorOptions:
    place: PlaceOptions
    reporting: ReportOptions
    inbox: str | None
    notify: bool

    @property
    def again(self) -> tuple[str, ...]:
        return (
            "doctor",
            *(("--inbox", self.inbox) if self.inbox else ()),
            *(("--notify",) if self.notify else ()),
        )


def examine_all(words: DoctorOptions) -> int:
    """Look at everything, and say each thing as soon as it is known."""
    console = open_console(aside=words.reporting.json)
    settings = current_settings()
    checks = []
    for check in list_checks(words, settings):
        show_check(console, check)
        checks.append(check)
    if settings.notify.targets and not words.notify:
        console.print("--notify sends a test message to every notification target.")
    return end_examination(console, checks, words.again, words.reporting)


def end_examination(
    console: Console, checks: list[Check], again: tuple[str, ...], reporting: ReportOptions
) -> int:
    wrong = sum(check.health is Health.WRONG for check in checks)
    if wrong:
        console.print(f"{counted(wrong, 'thing')} to mend.")
        show_next(console, Line("Once that is done:", again))
    else:
        console.print("All is well.")
        show_next(console, Line("To order, begin with a sheet:", ("template",)))
    code = Exit.ATTENTION if wrong else Exit.DONE
    if reporting.json:
        say_object(code, checks=list(map(describe_check, checks)))
    return code


def describe_check(check: Check) -> dict[str, Any]:
    said = f"{check.said} {how_to_set(check.setting)}".rstrip()
    return {"what": check.what, "health": check.health.value, "said": said}


def examine_queue(settings: Settings) -> int:
    """Look at the queue alone. Serves as a probe: 0 where all is well, else 1."""
    from batch_orders.diagnostics.queue import check_queue

    console, ledger = open_console(aside=settings.reporting.json), settings.place.ledger
    checks = list(examine("Queue", lambda: check_queue(ledger or str(default_ledger()))))
    for check in checks:
        show_check(console, check)
    return end_examination(console, checks, ("doctor", "--queue"), settings.reporting)


def list_checks(words: DoctorOptions, settings: Settings) -> Iterator[Check]:
    place = words.place
    yield from check_settings(settings)
    if place.account is None and settings.accounts:
        for name in settings.accounts:
            yield from check_account(settings.under(name).place, f"API key of {show_account(name)}")
    else:
        yield from check_account(place, "API key")
    yield from check_clock(Environment.at(place.base_url or LIVE_BASE_URL))
    yield from examine("Ledger", lambda: check_ledger(place.ledger or str(default_ledger())))
    yield from check_reports_folder(words.reporting.reports_dir)
    if inbox := words.inbox:
        yield from examine("Inbox", lambda: check_inbox(inbox))
    yield from examine("Messages", lambda: check_targets(settings.notify, words.notify))
    yield from check_heartbeat(settings.heartbeat)


def check_account(place: PlaceOptions, what: str) -> Iterator[Check]:
    """The key of one account, and what the vendor says of it."""
    environment = Environment.at(place.base_url or LIVE_BASE_URL)
    if place.api_key_file:
        yield check_secret_file(what, place.api_key_file)
    yield from examine(what, lambda: check_key(environment, find_key(place), place.timeout, what))


def check_settings(settings: Settings) -> Iterator[Check]:
    """A file that says what nobody understands has ended the command before it began."""
    if settings.path is None:
        yield Check("Settings", Health.WELL, "There is no settings file. None is needed.")
    elif settings.notify.targets or settings.heartbeat.success:
        yield check_secret_file("Settings", settings.path.absolute())
    else:
        yield Check("Settings", Health.WELL, f"{settings.path.absolute()} can be read.")


def show_check(console: Console, check: Check) -> None:
    health = (f"{check.health:<9}", COLOURS[check.health])
    # A break would fall into the commands and paths that people copy.
    said = f"{check.said} {how_to_set(check.setting)}".rstrip()
    console.print(Text.assemble(health, (f"{check.what}: ", "bold"), said), soft_wrap=True)
