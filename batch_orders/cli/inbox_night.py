"""One night: every sheet that waits is taken in turn, and then those are told who want to be."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from rich.console import Console
from rich.text import Text

from batch_orders.cli.exits import Exit
from batch_orders.cli.inbox_sheet import Account, handle_sheet
from batch_orders.cli.options import current_settings
from batch_orders.cli.run import Run, RunOptions, open_run
from batch_orders.cli.show import describe_sheet, say_json
from batch_orders.cli.stopping import Stopping
from batch_orders.core.wording import counted
from batch_orders.errors import BatchOrdersError, InboxError
from batch_orders.inbox import Claimed, Ended, Found, MissedError, Store, claim, open_claim, settle
from batch_orders.logs import about
from batch_orders.notifications.notices import Night, NightSheet, tell_night
from batch_orders.service.submission import INTERRUPTED


@dataclass(frozen=True, slots=True)
class Waiting:
    """What there is to do: paths in working/ that were carried over, and whole files in the inbox."""

    carried: Sequence[PurePosixPath]
    found: Sequence[Found]

    def __bool__(self) -> bool:
        return bool(self.carried or self.found)


@dataclass(slots=True)
class NightShift:
    """One night's work. `missed` are files that could not be taken."""

    store: Store
    words: RunOptions
    console: Console
    stopping: Stopping
    ready_files: bool
    codes: list[int] = field(default_factory=list)
    sheets: list[NightSheet] = field(default_factory=list)
    described: list[dict[str, Any]] = field(default_factory=list)
    missed: list[Found] = field(default_factory=list)
    stopped: str = ""

    @property
    def interrupted(self) -> bool:
        return self.stopped == INTERRUPTED

    def work(self, waiting: Waiting) -> int:
        """Take what waits, one sheet after the other, until the end or until something stops the night.

        Returns the highest exit code. Raises what makes any order impossible; nothing was taken then.
        """
        try:
            if waiting:
                with ExitStack() as closing:
                    self.take_all(open_run(self.words, self.console, self.stopping, closing), waiting)
        except BatchOrdersError as error:
            tell_night(Night((), str(error)), current_settings().notify)
            raise
        code = Exit.STOPPED if self.stopped else max(self.codes, default=Exit.DONE)
        if self.words.reporting.json:
            say_json(code, self.described)
        tell_night(Night(tuple(self.sheets), self.stopped), current_settings().notify)
        return code

    def take_all(self, run: Run, waiting: Waiting) -> None:
        jobs: list[PurePosixPath | Found] = [*waiting.carried, *waiting.found]
        taken = 0
        while taken < len(jobs) and not self.stopped:
            if self.stopping():
                self.stopped = INTERRUPTED
                break
            self.try_to_take(run, jobs[taken])
            taken += 1
        if self.stopped:
            left = len(jobs) - taken
            stay = f" {counted(left, 'more sheet')} not looked at." if left else ""
            self.console.print(Text(f"The night ends here: {self.stopped}{stay}", style="red"))

    def try_to_take(self, run: Run, job: PurePosixPath | Found) -> None:
        try:
            self.take(run, job)
        except MissedError as missed:
            self.console.print(Text(str(missed), style="yellow"))
            self.codes.append(missed.exit_code)
            if isinstance(job, Found):
                self.missed.append(job)
        except InboxError as error:
            self.stopped = str(error)

    def take(self, run: Run, job: PurePosixPath | Found) -> None:
        path = claim(self.store, job, self.ready_files) if isinstance(job, Found) else job
        with open_claim(self.store, path) as claimed, about(sheet=claimed.name.name, source=claimed.team):
            account = handle_sheet(run, claimed)
            self.stopped = account.handled.stopped
            with about(batch=account.batch):
                ended = settle(claimed, account.handled)
                self.tell(claimed, account, ended)

    def tell(self, claimed: Claimed, account: Account, ended: Ended) -> None:
        """On the console, for --json, and for the message."""
        if account.fault and not account.batch:
            self.console.print(Text(f"Error: {account.fault}", style="red"))
        for remark in ended.remarks:
            self.console.print(Text(remark, style="yellow"))
        for place in (*ended.results.values(), ended.place):
            if place:
                self.console.print(Text(f"Now in {self.store.place}: {place}"))
        self.codes.append(ended.exit_code)
        reports = [ended.results[made] for made in account.handled.results[:1] if made in ended.results]
        report = f"{self.store.place}/{reports[0]}" if reports else ""
        self.described.append(
            describe_sheet(str(claimed.name), account.batch, account.rows, account.orders, report)
        )
        self.sheets.append(
            NightSheet(
                name=claimed.name.name,
                exit_code=ended.exit_code,
                source=claimed.team,
                orders=account.orders,
                needs=account.needs,
                reports=self.local_results(ended),
                fault=account.fault,
                remark=" ".join((account.remark, *ended.remarks)).strip(),
            )
        )

    def local_results(self, ended: Ended) -> tuple[Path, ...]:
        places = (self.store.local(place) for place in ended.results.values())
        return tuple(place for place in places if place)
