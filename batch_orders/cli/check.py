"""The command `check`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from batch_orders.cli.exits import EXIT_OF
from batch_orders.cli.explain import explain
from batch_orders.cli.json_out import say_json
from batch_orders.cli.next import OF_THE_SHEET, Line, as_typed, free_name, show_next
from batch_orders.cli.problems import SHOWN_PROBLEMS, has_room
from batch_orders.cli.progress import reading_progress
from batch_orders.cli.show import (
    open_console,
    show_corrections,
    show_findings,
)
from batch_orders.cli.start_up import collecting_later, waiting_reader
from batch_orders.cli.suggest import suggest
from batch_orders.cli.target import refuse_targets
from batch_orders.core.base_url import LIVE_BASE_URL, normalise_base_url
from batch_orders.core.file_names import TO_CORRECT, WITH_SUGGESTIONS
from batch_orders.core.result_json import describe_problems, describe_sheet
from batch_orders.core.results import RowCounts, Status
from batch_orders.core.rules import KEPT_PROBLEMS
from batch_orders.core.stops import Ending, worst
from batch_orders.core.vendors import Offer
from batch_orders.core.visible import visible_line
from batch_orders.errors import SheetError
from batch_orders.service.check import check_sheet
from batch_orders.service.reading import read_options, row_rules
from batch_orders.service.vendor_cache import recall_vendors
from batch_orders.settings import Settings, default_cache

if TYPE_CHECKING:
    from batch_orders.validation.grouping import Grouping


@dataclass(frozen=True, slots=True)
class Written:
    """The workbooks that a check is asked to write."""

    corrections: Path | None
    apply_suggestions: Path | None

    @property
    def asked(self) -> dict[str, Path]:
        named = {"--corrections": self.corrections, "--apply-suggestions": self.apply_suggestions}
        return {option: path for option, path in named.items() if path}


@dataclass(frozen=True, slots=True)
class Checked:
    """How one check ended, what --json says of it and beside it, and what can be done next."""

    ending: Ending
    described: dict[str, Any]
    details: dict[str, Any] | None
    steps: tuple[Line, ...]


def check_sheets(
    settings: Settings, sheets: tuple[Path, ...], corrections: Path | None, apply_suggestions: Path | None
) -> int:
    written = Written(corrections, apply_suggestions)
    refuse_targets(written.asked, sheets)
    console = open_console(aside=settings.reporting.json)
    checked = [check_one(console, path, settings, written) for path in sheets]
    code = EXIT_OF[worst(each.ending for each in checked)]
    show_next(console, *(line for each in checked for line in each.steps))
    if settings.reporting.json:
        say_json(code, [each.described for each in checked], [each.details for each in checked])
    return code


def check_one(console: Console, path: Path, settings: Settings, written: Written) -> Checked:
    console.print(Text(visible_line(str(path)), style="bold"))
    options, rules = read_options(settings), row_rules(settings, recall_offers(console, settings))
    all_of_them = bool(written.asked) or settings.reporting.json or not has_room(console)
    kept = KEPT_PROBLEMS if all_of_them else SHOWN_PROBLEMS
    try:
        with reading_progress(console) as events, collecting_later():
            grouping = check_sheet(path, options, rules, events, kept, ahead=waiting_reader())
    except SheetError as error:
        console.print(Text(f"Error: {explain(error)}", style="red"))
        again = Line("Once that is mended:", ("check", as_typed(path)))
        return Checked(Ending.REFUSED, describe_sheet(path.name, RowCounts(), {}), None, (again,))
    show_findings(console, grouping)
    if written.corrections:
        correct(console, grouping, written.corrections)
    if written.apply_suggestions:
        suggest(console, grouping, written.apply_suggestions)
    held_back = int(grouping.held_back.sum())
    orders = {Status.INVALID: held_back, Status.NOT_SUBMITTED: grouping.total - held_back}
    rows = RowCounts(grouping.rows.total, int(grouping.faulty.sum()))
    ending = Ending.ATTENTION if grouping.findings.errors else Ending.DONE
    steps = tuple(steps_after(path, grouping, written))
    details = {
        **describe_problems(grouping.findings.kept, grouping.findings.count),
        "corrections": str(written.corrections) if written.corrections and held_back else None,
    }
    return Checked(ending, describe_sheet(path.name, rows, orders), details, steps)


def steps_after(path: Path, grouping: Grouping, written: Written) -> Iterator[Line]:
    """What to do about a sheet that was checked. A workbook that was written just now is to be corrected first."""
    sheet, findings = as_typed(path), grouping.findings
    if findings.errors and grouping.held_back.any():
        if written.corrections:
            corrected = ("check", as_typed(written.corrections))
            yield Line("Correct the marked cells of the workbook, then:", corrected, OF_THE_SHEET)
        else:
            target = free_name(path, TO_CORRECT)
            yield Line(
                "To get the rows to correct as a workbook:",
                ("check", sheet, "--corrections", as_typed(target)),
            )
    if any(problem.suggestion for problem in findings.kept) and not written.apply_suggestions:
        target = free_name(path, WITH_SUGGESTIONS)
        words = ("check", sheet, "--apply-suggestions", as_typed(target))
        yield Line("To get the sheet with all suggestions filled in:", words)
    if not findings.errors:
        yield Line("To see what it would cost, and order it once you have said yes:", ("run", sheet))


def recall_offers(console: Console, settings: Settings) -> tuple[Offer, ...]:
    """What vendors offered when a command last asked them: `check` asks nobody, and says how old it is."""
    environment = normalise_base_url(settings.place.base_url or LIVE_BASE_URL)
    known = recall_vendors(default_cache(), environment)
    if known is None:
        return ()
    console.print(Text(known.describe(environment, datetime.now(UTC))))
    return known.offers


def correct(console: Console, grouping: Grouping, path: Path) -> None:
    from batch_orders.report.corrections import write_corrections
    from batch_orders.report.file import save_only
    from batch_orders.validation.grouping import held_back_rows

    if not grouping.held_back.any():
        console.print("No row is held back, so there is nothing to correct.")
        return
    rows, findings = held_back_rows(grouping), grouping.findings
    write = partial(write_corrections, grouping.rows.sheet, rows, findings.kept)
    save_only(path, "corrections workbook", write)
    show_corrections(console, path, findings.count - len(findings.kept))
