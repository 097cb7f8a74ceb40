"""One sheet out of an inbox: read, ordered without asking, and its results laid on the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text

from batch_orders.cli.check import NO_ROWS, count_rows
from batch_orders.cli.exits import Exit, exit_for, exit_of
from batch_orders.cli.reading import read_options
from batch_orders.cli.run import Run
from batch_orders.cli.show import show_result
from batch_orders.core.model import Problem, Severity, Sheet
from batch_orders.core.results import BatchResult, Status
from batch_orders.errors import BatchOrdersError, ReportError, SheetError
from batch_orders.inbox import Claimed, Folder, Handled
from batch_orders.notifications.notices import Need, list_needs
from batch_orders.report import name_report, write_report
from batch_orders.report.corrections import write_corrections
from batch_orders.report.result_csv import write_result_csv
from batch_orders.service.results import count_statuses
from batch_orders.service.submission import INTERRUPTED
from batch_orders.sheet.csv.form import read_csv_form
from batch_orders.validation.grouping import Grouping, held_back_rows

SENT = (Status.PLACED, Status.REJECTED, Status.UNCONFIRMED)
TEXT_ENDINGS = (".csv", ".tsv", ".tab", ".txt")
GREW = "It was still being written, so it was put back. Nothing of it was sent."


@dataclass(frozen=True, slots=True)
class Account:
    """What became of one sheet, for those who are told. `fault` is why it was refused or stopped."""

    handled: Handled
    batch: str = ""
    rows: Mapping[str, int] = field(default_factory=lambda: NO_ROWS)
    orders: Mapping[Status, int] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()
    fault: str = ""
    remark: str = ""


def handle_sheet(run: Run, claimed: Claimed) -> Account:
    """Order what a claimed file asks for. Never raises: one bad file must not stop the others."""
    run.console.print(Text(str(claimed.name), style="bold"))
    try:
        return order_sheet(run, claimed)
    except SheetError as error:
        return put_back() if claimed.changed() else refuse(run, claimed, error)
    except BatchOrdersError as error:
        # Nothing was sent, and the next sheet would meet the same.
        return Account(Handled(Exit.STOPPED, to=Folder.INBOX, stopped=str(error)), fault=str(error))
    # The text of an unforeseen fault is not shown: it may hold contact details.
    except Exception as error:  # noqa: BLE001
        fault = f"An unforeseen fault ({type(error).__name__}). The ledger knows what was sent."
        return Account(Handled(Exit.STOPPED), fault=fault)


def order_sheet(run: Run, claimed: Claimed) -> Account:
    grouping = run.read(claimed.file)
    if claimed.changed():
        return put_back()
    remark = tell_repeated(run, grouping.rows.sheet)
    result = run.submit(grouping, claimed.team, (remark,) if remark else ())
    orders = count_statuses(result.orders)
    show_result(run.console, result, orders, said=run.said)
    account = Account(
        Handled(exit_of(result), to=other_folder(result), stopped=result.stopped),
        result.batch,
        count_rows(grouping),
        orders,
        list_needs(result),
        result.stopped,
        remark,
    )
    return account if account.handled.to else lay_out(run, claimed, account, result, grouping)


def put_back() -> Account:
    return Account(Handled(Exit.ATTENTION, to=Folder.INBOX), fault=GREW)


def other_folder(result: BatchResult) -> Folder | None:
    """A sheet that was stopped before anything of it was sent is still to come; so is one cut short."""
    if not result.stopped:
        return None
    if not any(order.status in SENT for order in result.orders):
        return Folder.INBOX
    return Folder.WORKING if result.stopped == INTERRUPTED else None


def tell_repeated(run: Run, sheet: Sheet) -> str:
    """A sentence, where the same bytes were handed in before."""
    before = run.ledger.handed_in(run.environment.name, "", sheet.sha256)
    if before is None:
        return ""
    when = f"on {datetime.fromisoformat(before.accepted_at).astimezone():%Y-%m-%d at %H:%M}, in batch {before.id}"
    if before.last_stop or not before.last_finished_at:
        return f"The very same file was begun before, {when}, and not finished. It is carried on."
    return f"The very same file was handed in before, as {before.sheet} {when}."


def refuse(run: Run, claimed: Claimed, error: SheetError) -> Account:
    """A sheet that cannot be read gets a report as well: whoever dropped it sees nothing else."""
    now = datetime.now(UTC)
    fault = Problem(Severity.ERROR, "", None, "", "", "unreadable", str(error))
    result = BatchResult(
        sheet=Sheet(claimed.file, "not read", "", ()),
        batch="",
        environment=run.environment.name,
        started=now,
        finished=now,
        orders=(),
        problems=(fault,),
        problem_count=1,
        rows_invalid=0,
        row_problems={},
        remarks=(f"Refused: {error}",),
    )
    return lay_out(run, claimed, Account(Handled(exit_for(error)), fault=str(error)), result, None)


def lay_out(
    run: Run, claimed: Claimed, account: Account, result: BatchResult, grouping: Grouping | None
) -> Account:
    """The account with its results: report, corrections, and for a CSV file the result CSV.

    A result that cannot be written needs a person, and no more: the ledger has it all.
    """
    path = name_report(claimed.name.name, datetime.now().astimezone(), claimed.desk)
    code, results = account.handled.exit_code, []
    try:
        write_report(result, path)
        results.append(path)
        if grouping is not None and grouping.held_back.any():
            corrections = path.with_name(f"{path.stem} corrections.xlsx")
            write_corrections(result.sheet, held_back_rows(grouping), result.problems, corrections)
            results.append(corrections)
        if result.sheet.format == "csv":
            results.append(lay_out_csv(run, claimed, result, path))
    except ReportError as error:
        run.console.print(Text(f"Error: {error} The ledger has it all.", style="red"))
        code = max(code, Exit.ATTENTION)
    return replace(account, handled=replace(account.handled, exit_code=code, results=tuple(results)))


def lay_out_csv(run: Run, claimed: Claimed, result: BatchResult, report: Path) -> Path:
    ending = claimed.file.suffix if claimed.file.suffix.lower() in TEXT_ENDINGS else ".csv"
    path = report.with_name(f"{report.stem} result{ending}")
    try:
        form = read_csv_form(claimed.file.read_bytes(), read_options(run.words.reading, run.settings))
    except (OSError, SheetError) as error:
        raise ReportError(f"No result CSV could be made of {claimed.name}: {error}") from None
    write_result_csv(result, form, path)
    return path
