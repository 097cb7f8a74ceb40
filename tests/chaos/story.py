"""One story: a sheet that is ordered, however often the program dies, and what must be true at its end."""

from __future__ import annotations

import random
import signal
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy import select

from batch_orders.ledger.schema import orders
from tests.chaos.points import Point, Waking
from tests.harness.command_line import KEY, Machine, run_words
from tests.harness.counting_vendor import CountingVendor
from tests.harness.starts import Forked, begin_together
from tests.ledger.batches import opened_engine
from tests.sheets import row

KILLED = -signal.SIGKILL
FIRST_GUESS, GROWTH = 0.8, 1.15
"""Seconds that a whole run takes, and by how much that is guessed longer as long as every run dies."""
MOST_STARTS = 200
SHARE_RESUMED = 0.2
"""Of the starts, how many carry the last batch on in place of handing the sheet in again."""


def name_domains(count: int, name: str) -> list[str]:
    """Mostly plain ones, and of each trouble some."""
    troubles = ("", "", "drop-", "", "", "reject-")
    return [f"{troubles[number % len(troubles)]}{name}-{number}.com" for number in range(count)]


class Story:
    """A sheet, a ledger, a vendor and one report that every run replaces."""

    def __init__(
        self,
        folder: Path,
        ledger: str,
        server: CountingVendor,
        count: int,
        name: str = "shop",
        account: str = "",
    ) -> None:
        """`name` tells its domains from those of other stories with the same vendor and ledger."""
        self.key = f"{KEY}-{account}" if account else KEY
        self.machine = Machine.in_folder(folder, SMARTLEAD_API_KEY=self.key)
        self.account = account
        if account:
            settings = f'[accounts.{account}]\napi-key-env = "SMARTLEAD_API_KEY"\n'
            (self.machine.here / "batch-orders.toml").write_text(settings)
        self.log = self.machine.here / "log.txt"
        self.ledger = ledger
        self.server = server
        self.domains = name_domains(count, name)
        self.sheet = self.machine.hand_in(*(row(domain) for domain in self.domains))
        self.report = self.machine.here / "report.xlsx"
        self.kills = 0
        self.life = FIRST_GUESS

    def words(self) -> list[str]:
        words = run_words(self.sheet, self.server.base_url, self.ledger, "--report", str(self.report))
        return [*words, "--max-failures", "99", *(("--account", self.account) if self.account else ())]

    def words_to_resume(self) -> list[str]:
        words = self.words()
        return ["resume", *words[words.index("--yes") :]]

    def run(self, point: Point | None = None, after: float | None = None, *, resume: bool = False) -> int:
        """Start once, and kill at a point or after some seconds. Returns how it ended."""
        words = self.words_to_resume() if resume else self.words()
        start = self.machine.prepare(*words, before=point.arm if point else None)
        (process,) = begin_together({self.log: start})
        if after is not None:
            time.sleep(after)
            process.kill()
        code = process.wait()
        self.kills += code == KILLED
        self.check_report_is_whole()
        return code

    def pause(self, point: Point, *, too_long: bool) -> bool:
        """Stop a run at a point, end its connection, run the sheet again, and let it go on. Returns whether it stopped.

        `too_long`: it finds that it may not begin to send any more.
        """
        stopped = replace(point, signal=signal.SIGSTOP)
        before = Waking(stopped).arm if too_long else stopped.arm
        (process,) = begin_together({self.log: self.machine.prepare(*self.words(), before=before)})
        if paused := wait_until_stopped(process):
            self.end_sessions()
            self.run()
            process.send_signal(signal.SIGCONT)
        process.wait()
        self.check_report_is_whole()
        return paused

    def lose(self, after: float, lose: Callable[[], None]) -> None:
        """Take its ledger away from a run after some seconds, and let the run end by itself."""
        (process,) = begin_together({self.log: self.machine.prepare(*self.words())})
        time.sleep(after)
        lose()
        process.wait()
        self.check_report_is_whole()

    def end_sessions(self) -> None:
        """End every connection to the ledger, as a router does that has forgotten them. Nothing with SQLite."""
        if "://" not in self.ledger:
            return
        with opened_engine(self.ledger) as engine, engine.begin() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def run_to_the_end(self) -> None:
        """One start that nothing hinders must be enough, whatever the others have left behind."""
        code = self.run()
        assert code in (0, 1), f"exit code {code}, see {self.log}"

    def kill_at_random(self, dice: random.Random, kills: int) -> None:
        """Kill until so many runs have died, anywhere in their lives; those that end before do not count."""
        for _ in range(MOST_STARTS):
            if self.kills >= kills:
                return
            begun = time.monotonic()
            resume = dice.random() < SHARE_RESUMED
            died = self.run(after=dice.uniform(0.02, self.life), resume=resume) == KILLED
            if died:
                self.life *= GROWTH
            elif not resume:
                self.life = time.monotonic() - begun

    def check_report_is_whole(self) -> None:
        """The old file or the new one, never a torn one."""
        if self.report.exists():
            with zipfile.ZipFile(self.report) as archive:
                assert archive.testzip() is None

    def check(self) -> None:
        """What must be true, however the story went."""
        seen = self.server.seen()
        mine = {domain: count for domain, count in seen.items() if domain in self.domains}
        keys = self.server.keys()
        strange = {domain for domain in mine if keys[domain] != self.key}
        assert not strange, f"bought under another account: {strange}"
        assert all(count == 1 for count in mine.values()), f"bought twice: {mine}"
        states = self.read_states()
        placed, unconfirmed = (
            {domain for domain, state in states if state == wanted} for wanted in ("placed", "unconfirmed")
        )
        assert placed <= set(mine), f"never bought, but placed: {placed - set(mine)}"
        assert set(mine) - placed <= unconfirmed, (
            f"bought, but not in the ledger: {set(mine) - placed - unconfirmed}"
        )
        assert not [domain for domain, state in states if state == "submitting"]
        self.check_report(set(mine), placed, unconfirmed)

    def check_report(self, bought: set[str], placed: set[str], unconfirmed: set[str]) -> None:
        """Every row of the sheet is accounted for once, under the ledger's word."""
        book = load_workbook(self.report, read_only=True)
        orders = list(read_columns(book["Orders"].iter_rows(values_only=True)))
        rows = list(read_columns(book["Rows"].iter_rows(values_only=True)))
        book.close()
        words = dict(orders)
        assert sorted(words) == sorted(self.domains)
        assert len(orders) == len(self.domains)
        assert rows == [(domain, words[domain]) for domain in self.domains]
        assert {domain for domain, word in words.items() if word in ("placed", "already placed")} == placed
        assert {domain for domain, word in words.items() if word == "unconfirmed"} == unconfirmed
        assert not bought & {
            domain for domain, word in words.items() if word in ("rejected", "not submitted")
        }
        assert Counter(words.values())["not submitted"] == 0

    def read_states(self) -> list[tuple[str, str]]:
        mine = select(orders).where(orders.c.account == self.account)
        with opened_engine(self.ledger) as engine, engine.connect() as connection:
            return [(line.domain, line.state) for line in connection.execute(mine)]


def wait_until_stopped(process: Forked) -> bool:
    """Wait until a process has stopped at its point. Returns False where it has ended without getting there."""
    while process.poll() is None:
        try:
            stat = Path(f"/proc/{process.pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if stat.rpartition(")")[2].split()[0] == "T":
            return True
        time.sleep(0.01)
    return False


def read_columns(lines: Iterator[tuple[object, ...]]) -> Iterator[tuple[str, str]]:
    """Domain and status of each line of the worksheet Orders or Rows."""
    header = list(next(lines))
    domain, status = header.index("Domain"), header.index("Status")
    for line in lines:
        yield str(line[domain]), str(line[status])
