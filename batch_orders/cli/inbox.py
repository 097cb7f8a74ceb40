"""The command `inbox`."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import platformdirs
from rich.console import Console
from rich.text import Text

from batch_orders.cli.exits import Exit
from batch_orders.cli.inbox_night import NightShift, Waiting
from batch_orders.cli.options import current_settings
from batch_orders.cli.run import RunOptions, find_run_key, refuse_contradictions
from batch_orders.cli.show import open_console, say_json
from batch_orders.cli.stopping import Stopping
from batch_orders.cli.workspace import open_ledger
from batch_orders.errors import InboxBusy
from batch_orders.inbox import Access, Arrivals, Folder, Found, Store, left_over, open_inbox
from batch_orders.notifications.heartbeat import Moment, beat, end_of_night
from batch_orders.notifications.targets import open_targets
from batch_orders.service.submission import Pace
from batch_orders.settings import APPLICATION, InboxOptions, Settings

INBOX = PurePosixPath(Folder.INBOX)
BEAT_EVERY = 3600.0
"""Seconds between two heartbeats of --watch while nothing comes."""


@dataclass(frozen=True, slots=True)
class InboxCall:
    """The words of `inbox`. `run` are those that it shares with the command `run`."""

    folder: str
    watch: bool
    options: InboxOptions
    run: RunOptions

    @classmethod
    def of(cls, settings: Settings, folder: str, watch: bool, sandbox: bool) -> InboxCall:
        """It orders without asking; with --watch it also waits for another run's lock."""
        submitting = replace(settings.submitting, yes=True, wait=settings.submitting.wait or watch)
        reporting = replace(settings.reporting, report=None)
        own = replace(settings, submitting=submitting, reporting=reporting)
        return cls(folder, watch, settings.inbox, RunOptions.of(own, (), False, sandbox))

    @property
    def access(self) -> Access:
        state = platformdirs.user_data_path(APPLICATION)
        options = self.options
        return Access(state, options.sftp_known_hosts, options.sftp_key_file, options.sftp_password_file)


def work_inbox(words: InboxCall) -> int:
    """One night or, with --watch, as many as there are. Every way out of it but a skip is heard."""
    stopping = Stopping()
    stopping.listen()
    # A sheet in hand is finished, or kept for the next start: no signal may cut in between.
    stopping.gentle = True
    console = open_console(aside=words.run.reporting.json)
    heartbeat = current_settings().heartbeat
    try:
        prove_ready(words)
        with open_inbox(words.folder, words.access) as store:
            beat(heartbeat, Moment.START)
            for remark in store.remarks:
                console.print(Text(remark, style="yellow"))
            door = Door(words, store, console, stopping)
            code = door.watch() if words.watch else door.open_once()
    except InboxBusy as busy:
        console.print(Text(f"{busy} This start does nothing.", style="yellow"))
        if words.run.reporting.json:
            say_json(Exit.DONE, [])
        return Exit.DONE
    except BaseException:
        beat(heartbeat, Moment.FAILURE)
        raise
    beat(heartbeat, end_of_night(code))
    return code


def prove_ready(words: InboxCall) -> None:
    """What would stop every sheet is found out before any is taken. Asks nobody over the network."""
    refuse_contradictions(words.run)
    find_run_key(words.run)
    with open_ledger(words.run.place.ledger):
        pass
    if targets := current_settings().notify.targets:
        open_targets(targets)


@dataclass(slots=True)
class Door:
    """An inbox that is open: looks what has come, and has it worked through."""

    words: InboxCall
    store: Store
    console: Console
    stopping: Stopping

    def open_once(self) -> int:
        """Work through what is there now. What is still being written stays."""
        arrivals = Arrivals(self.words.options.settle, self.words.options.ready_files)
        carried = left_over(self.store, self.words.options.ready_files)
        files = self.store.files(INBOX)
        whole = arrivals.whole(files)
        if not self.words.options.ready_files and len(whole) < len(arrivals.candidates(files)):
            Pace(self.stopping).wait(self.words.options.settle)
            files = self.store.files(INBOX)
            whole = arrivals.whole(files)
        self.tell_waiting([each for each in arrivals.candidates(files) if each not in whole])
        if not (carried or whole):
            self.console.print(Text(f"No sheet waits in {self.store.place}."))
        return self.shift().work(Waiting(carried, whole))

    def tell_waiting(self, files: list[Found]) -> None:
        why = "has no sign that it is ready" if self.words.options.ready_files else "is still being written"
        for each in files:
            self.console.print(Text(f"{each.path.as_posix()} {why}, and stays.", style="yellow"))

    def watch(self) -> int:
        """Work through files as they come, until a signal. A night that stopped ends it with 4."""
        arrivals = Arrivals(self.words.options.settle, self.words.options.ready_files)
        carried = left_over(self.store, self.words.options.ready_files)
        missed: set[Found] = set()
        heard = time.monotonic()
        self.console.print(Text(f"Watching {self.store.place}. Ctrl-C or SIGTERM ends it."))
        while not self.stopping():
            found = [each for each in arrivals.whole(self.store.files(INBOX)) if each not in missed]
            if waiting := Waiting(carried, found):
                shift = self.shift()
                shift.work(waiting)
                if shift.stopped and not shift.interrupted:
                    return Exit.STOPPED
                carried = []
                missed.update(shift.missed)
            if waiting or time.monotonic() - heard > BEAT_EVERY:
                beat(current_settings().heartbeat, Moment.SUCCESS)
                heard = time.monotonic()
            Pace(self.stopping).wait(self.words.options.poll)
        return Exit.DONE

    def shift(self) -> NightShift:
        return NightShift(
            self.store, self.words.run, self.console, self.stopping, self.words.options.ready_files
        )
