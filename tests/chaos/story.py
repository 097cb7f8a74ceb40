"""One story: a sheet that is ordered, however often the program dies, and what must be true at its end."""

from __future__ import annotations

import random
import signal
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy import select

from batch_orders.ledger.engine import open_engine
from batch_orders.ledger.schema import orders
from tests.chaos.points import Point
from tests.harness.command_line import KEY, Machine, run_words
from tests.harness.counting_vendor import CountingVendor
from tests.harness.starts import begin_together
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
    ) -> None:
        """`name` tells its domains from those of other stories with the same vendor."""
        self.machine = Machine.in_folder(folder, SMARTLEAD_API_KEY=KEY)
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
        return [*words, "--max-failures", "99"]

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
        orders = [
            [str(cell) for cell in line[:2]] for line in book["Orders"].iter_rows(min_row=2, values_only=True)
        ]
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
        engine = open_engine(self.ledger)
        try:
            with engine.connect() as connection:
                return [(line.domain, line.state) for line in connection.execute(select(orders))]
        finally:
            engine.dispose()


def read_columns(lines: Iterator[tuple[object, ...]]) -> Iterator[tuple[str, str]]:
    """Domain and status of each line of the worksheet Rows."""
    header = list(next(lines))
    domain, status = header.index("Domain"), header.index("Status")
    for line in lines:
        yield str(line[domain]), str(line[status])
