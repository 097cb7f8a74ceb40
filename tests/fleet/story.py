"""A fleet that is struck: sheets come for many accounts, workers and enqueuers are killed, PostgreSQL crashes."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread, Timer

from tests.harness.command_line import Machine
from tests.harness.counting_vendor import CountingVendor
from tests.harness.page import serving
from tests.harness.starts import Forked, begin_together
from tests.ledger.own_server import OwnServer
from tests.queue.fleet import Fleet
from tests.sheets import row

HEARD = "SELECT EXISTS (SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - interval '50 s') AS heard"
KILLED = -signal.SIGKILL
ENQUEUERS = 2
LIFE = (0.5, 8.0)
"""Seconds between which a worker's life lasts until it is struck."""
PAUSE = (0.0, 2.0)
"""Seconds between two enqueuers in the same place: sheets come no faster than workers so short-lived carry them out."""
TELL_EVERY = 30.0
"""Seconds between two lines that say how far it is."""
BEAT = "0.5"
TERMS_SHARE = 0.35
"""Of the workers that are struck, how many are asked to end."""
END_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much the fleet has to bear, at least."""

    kills: int
    terms: int
    crashes: int
    accounts: int
    workers: int = 3
    minutes: float = 600.0
    """The strikes end after so long, also where there were fewer than wanted."""


@dataclass(slots=True)
class HandedIn:
    """A sheet on its way into the queue. `again`: it was killed, or the database was away."""

    account: str
    path: Path
    domains: list[str]


@dataclass(frozen=True, slots=True)
class Enqueuer:
    """When it was started, when it is killed if it still lives then, and what it puts in."""

    begun: float
    until: float
    sheet: HandedIn


def has_workers(fleet: Fleet) -> bool:
    return bool(fleet.ask(HEARD)[0].heard)


@dataclass(slots=True)
class Striking:
    """One long story over one ledger."""

    folder: Path
    server: OwnServer
    vendors: tuple[CountingVendor, CountingVendor]
    wanted: Wanted
    dice: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    stored: list[HandedIn] = field(default_factory=list)
    waiting: list[HandedIn] = field(default_factory=list)
    fleet: Fleet = field(init=False)
    workers: dict[Forked, tuple[float, bool]] = field(default_factory=dict)
    enqueuers: dict[Forked, Enqueuer] = field(default_factory=dict)
    enqueuing: float = 3.0
    """Seconds that an enqueuer takes here which nobody kills, about."""
    next_enqueuer: float = 0.0
    faults: list[str] = field(default_factory=list)
    over: bool = False

    def __post_init__(self) -> None:
        names = [f"customer{number}" for number in range(self.wanted.accounts)]
        # Half of them share a base URL and have keys of their own; the others share another one.
        places = {name: self.vendors[number % 2].base_url for number, name in enumerate(names)}
        keys = {name: f"key-of-{name}" for name in names}
        machine = Machine.in_folder(self.folder)
        self.fleet = Fleet(
            machine, self.server.new_database(), self.vendors[0].base_url, keys, places=places, hurried=False
        )
        self.fleet.settle_in()

    def play(self) -> None:
        begun = time.monotonic()
        pages = Thread(target=self.strike_pages, args=(random.Random(self.dice.random()),))
        pages.start()
        try:
            self.play_until_full(begun)
        finally:
            self.over = True
            pages.join()
        self.counts["seconds of strikes"] = int(time.monotonic() - begun)

    def play_until_full(self, begun: float) -> None:
        crash_at, tell_at = 0.0, begun + TELL_EVERY
        while not self.is_full() and time.monotonic() < begun + 60 * self.wanted.minutes:
            self.start_what_is_missing()
            self.strike()
            now = time.monotonic()
            if self.counts["crashes of PostgreSQL"] < self.wanted.crashes and now > crash_at:
                if crash_at:
                    self.server.crash_and_start()
                    self.counts["crashes of PostgreSQL"] += 1
                crash_at = now + self.dice.uniform(5, 20)
            if now > tell_at:
                self.tell(f"{now - begun:.0f} s: {self.kills} kills")
                tell_at = now + TELL_EVERY
            time.sleep(0.02)

    def tell(self, how_far: str) -> None:
        counted = ", ".join(f"{self.counts[name]} {name}" for name in ("SIGTERMs", "crashes of PostgreSQL"))
        print(f"{how_far}, {counted}, {len(self.stored)} sheets stored", flush=True)

    def is_full(self) -> bool:
        return (
            self.kills >= self.wanted.kills
            and self.counts["SIGTERMs"] >= self.wanted.terms
            and self.counts["crashes of PostgreSQL"] >= self.wanted.crashes
        )

    @property
    def kills(self) -> int:
        return sum(self.counts[f"kills of {what}"] for what in ("workers", "enqueuers", "web servers"))

    def start_what_is_missing(self) -> None:
        while len(self.workers) < self.wanted.workers:
            process = self.begin("worker", "--accounts-at-once", "8", "--beat-every", BEAT)
            asked = self.dice.random() < TERMS_SHARE
            self.workers[process] = (time.monotonic() + self.dice.uniform(*LIFE), asked)
        now = time.monotonic()
        if len(self.enqueuers) < ENQUEUERS and now >= self.next_enqueuer:
            sheet = self.waiting.pop() if self.waiting else self.write_sheet(self.dice)
            process = self.begin("enqueue", str(sheet.path), "--account", sheet.account, "--yes")
            # About half of them live long enough, however fast the machine is.
            until = now + self.dice.uniform(0.05, 2 * self.enqueuing)
            self.enqueuers[process] = Enqueuer(now, until, sheet)
            self.next_enqueuer = now + self.dice.uniform(*PAUSE) / ENQUEUERS

    def strike_pages(self, dice: random.Random) -> None:
        """One upload page after the other: a sheet is confirmed there, and the page is killed meanwhile."""
        while not self.over:
            with suppress(Exception):
                if not has_workers(self.fleet):
                    time.sleep(0.5)
                    continue
                sheet = self.write_sheet(dice)
                self.strike_page(sheet, dice.uniform(0.5, 8.0))
                self.take_note(sheet)

    def strike_page(self, sheet: HandedIn, after: float) -> None:
        # Whatever it was at when it was killed, or the database was away.
        with suppress(Exception), serving(self.fleet.machine) as page:
            end = Timer(after, page.process.kill)
            end.start()
            try:
                upload = page.hand_in(sheet.path, account=sheet.account)
                page.settle(upload)
                page.confirm(upload, str(len(sheet.domains)))
                self.counts["confirmed on pages"] += 1
            finally:
                end.join()
                self.counts["kills of web servers"] += page.process.wait() == KILLED

    def begin(self, *words: str) -> Forked:
        machine = self.fleet.machine
        (process,) = begin_together({machine.here / "log.txt": machine.prepare(*words)})
        return process

    def write_sheet(self, dice: random.Random) -> HandedIn:
        account = f"customer{dice.randrange(self.wanted.accounts)}"
        name = f"shop-{dice.randbytes(6).hex()}"
        kinds = ("", "", "", "", "drop-", "", "reject-")
        domains = [f"{dice.choice(kinds)}{name}-{number}.com" for number in range(dice.randint(2, 9))]
        path = self.fleet.machine.hand_in(*(row(domain) for domain in domains), name=f"{name}.csv")
        return HandedIn(account, path, domains)

    def strike(self) -> None:
        now = time.monotonic()
        for process, (until, asked) in list(self.workers.items()):
            if process.poll() is not None:
                self.workers.pop(process)
                self.counts["workers that ended by themselves"] += 1
            elif now >= until:
                self.workers.pop(process)
                self.end_worker(process, asked)
        for process, enqueuer in list(self.enqueuers.items()):
            if process.poll() is None and now >= enqueuer.until:
                process.kill()
                process.wait()
                self.counts["kills of enqueuers"] += process.returncode == KILLED
            elif process.poll() == 0:
                self.enqueuing += (now - enqueuer.begun - self.enqueuing) / 5
            if process.poll() is not None:
                self.enqueuers.pop(process)
                self.take_note(enqueuer.sheet)

    def end_worker(self, process: Forked, asked: bool) -> None:
        if asked:
            process.send_signal(signal.SIGTERM)
            code = process.wait(150)
            self.counts["SIGTERMs"] += 1
            # One that has not yet begun to work ends as every command does.
            self.counts["SIGTERMs that ended otherwise"] += code not in (0, 4)
            return
        process.kill()
        process.wait()
        self.counts["kills of workers"] += process.returncode == KILLED

    def take_note(self, sheet: HandedIn) -> None:
        """Whatever became of the enqueuer: the ledger has the whole sheet, or nothing of it."""
        # A sheet that was handed in again while the server committed the first batch has a second one, without orders.
        query = (
            "SELECT count(*) AS stored, count(*) FILTER (WHERE NOT EXISTS "
            "(SELECT 1 FROM queue_batches WHERE queue_batches.batch = batches.id)) AS lost FROM batches "
            "WHERE sheet = :name AND EXISTS (SELECT 1 FROM orders WHERE orders.batch = batches.id)"
        )
        try:
            (found,) = self.fleet.ask(query, name=sheet.path.name)
        except Exception:  # noqa: BLE001  no tables yet, or no database
            self.waiting.append(sheet)
            return
        if found.lost:
            self.faults.append(f"{sheet.path.name} is stored and waits for nobody")
        (self.stored if found.stored else self.waiting).append(sheet)

    def come_to_the_end(self) -> None:
        """From here on nobody is struck, and everything that was handed in must end."""
        self.tell(f"nobody is struck any more: {self.kills} kills")
        for process, enqueuer in self.enqueuers.items():
            process.wait(150)
            self.take_note(enqueuer.sheet)
        for process in self.workers:
            process.kill()
            process.wait()
        waiting, self.waiting = self.waiting, []
        for sheet in waiting:
            self.fleet.enqueue(sheet.path, account=sheet.account)
            self.take_note(sheet)
        assert not self.waiting, [sheet.path for sheet in self.waiting]
        self.work_to_the_end()
        # Somebody was told of these, and hands them in again.
        failed = {
            line.name for line in self.fleet.ask("SELECT name FROM queue_batches WHERE outcome = 'failed'")
        }
        self.counts["given up after five rescues, and handed in again"] = len(failed)
        for sheet in self.stored:
            if sheet.path.name in failed:
                self.fleet.enqueue(sheet.path, account=sheet.account)
        self.work_to_the_end()

    def work_to_the_end(self) -> None:
        deadline, tell_at = time.monotonic() + END_PATIENCE, time.monotonic()
        with self.fleet.worker(), self.fleet.worker():
            while left := sum(status in ("todo", "doing") for status, _ in self.fleet.jobs()):
                if time.monotonic() > tell_at:
                    print(f"{left} batches are left", flush=True)
                    tell_at += TELL_EVERY
                assert time.monotonic() < deadline, Counter(self.fleet.jobs())
                time.sleep(0.5)

    def close(self) -> None:
        self.over = True
        for process in (*self.workers, *self.enqueuers):
            with suppress(Exception):
                process.close()
