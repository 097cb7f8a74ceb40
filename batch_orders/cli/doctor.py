"""The command `doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from batch_orders.checkup import Check, Verdict, examine
from batch_orders.checkup.files import check_inbox, check_reports_folder, check_secret_file
from batch_orders.checkup.ledger import check_ledger
from batch_orders.checkup.telling import check_heartbeat, check_targets
from batch_orders.checkup.vendor import check_clock, check_key
from batch_orders.cli.desk import find_key
from batch_orders.cli.exits import Exit
from batch_orders.cli.options import PlaceWords, current_settings
from batch_orders.cli.show import open_console
from batch_orders.settings import Settings, default_ledger
from batch_orders.smart_senders import LIVE_BASE_URL, Environment
from batch_orders.wording import counted

COLOURS = {Verdict.WELL: "green", Verdict.UNKNOWN: "yellow", Verdict.WRONG: "red"}


@dataclass(frozen=True, slots=True)
class DoctorWords:
    place: PlaceWords
    reports_dir: Path
    inbox: str | None
    notify: bool


def examine_all(words: DoctorWords) -> int:
    """Look at everything, and say each thing as soon as it is known."""
    console = open_console(aside=False)
    wrong = 0
    for check in list_checks(words, current_settings()):
        show_check(console, check)
        wrong += check.verdict is Verdict.WRONG
    console.print(f"{counted(wrong, 'thing')} to mend." if wrong else "All is well.")
    return Exit.ATTENTION if wrong else Exit.DONE


def list_checks(words: DoctorWords, settings: Settings) -> Iterator[Check]:
    place = words.place
    environment = Environment.at(place.base_url or LIVE_BASE_URL)
    yield from check_settings(settings)
    if place.api_key_file:
        yield check_secret_file("API key", place.api_key_file)
    yield from examine("API key", lambda: check_key(environment, find_key(place.api_key_file), place.timeout))
    yield from check_clock(environment)
    yield from examine("Ledger", lambda: check_ledger(place.ledger or str(default_ledger())))
    yield from check_reports_folder(words.reports_dir)
    if inbox := words.inbox:
        yield from examine("Inbox", lambda: check_inbox(inbox))
    yield from examine("Messages", lambda: check_targets(settings.notify, words.notify))
    yield from check_heartbeat(settings.heartbeat)


def check_settings(settings: Settings) -> Iterator[Check]:
    """A file that says what nobody understands has ended the command before it began."""
    if settings.path is None:
        yield Check("Settings", Verdict.WELL, "There is no settings file. None is needed.")
    elif settings.notify.targets or settings.heartbeat.success:
        yield check_secret_file("Settings", settings.path.absolute())
    else:
        yield Check("Settings", Verdict.WELL, f"{settings.path.absolute()} can be read.")


def show_check(console: Console, check: Check) -> None:
    verdict = (f"{check.verdict:<9}", COLOURS[check.verdict])
    # A break would fall into the commands and paths that people copy.
    console.print(Text.assemble(verdict, (f"{check.what}: ", "bold"), check.said), soft_wrap=True)
