"""The command `inbox`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from batch_orders.cli.exits import EXIT_OF, Exit, exit_for
from batch_orders.cli.json_out import say_json
from batch_orders.cli.next import SEE_LEDGER, Line, lines_of, show_next
from batch_orders.cli.plan import show_plan
from batch_orders.cli.progress import submitting_progress
from batch_orders.cli.reading import read_sheet
from batch_orders.cli.run import refuse_two_places
from batch_orders.cli.show import open_console, show_findings, show_result
from batch_orders.cli.stopping import Stopping
from batch_orders.cli.workspace import (
    LedgerOptions,
    data_folder,
    find_run_key,
    ledger_place,
    open_to_submit,
)
from batch_orders.core.next_steps import Todo, next_steps
from batch_orders.core.outcomes import Outcome
from batch_orders.core.plan import Plan
from batch_orders.core.result_json import describe_outcome
from batch_orders.core.results import BatchResult, SheetOutcome
from batch_orders.core.stops import Ending
from batch_orders.errors import BatchOrdersError, ConfigurationError, InboxBusy
from batch_orders.inbox import Access, Finished, open_inbox
from batch_orders.notifications.targets import open_targets
from batch_orders.queue import refuse_without_engine, refuse_without_server
from batch_orders.service.budget import Budget
from batch_orders.service.context import (
    Context,
    open_context,
    open_environment,
    open_known_ledger,
    open_ledger,
)
from batch_orders.service.corrected import forgiven_rows
from batch_orders.service.events import Events
from batch_orders.service.inbox_accounts import find_owner, find_served
from batch_orders.service.inbox_sheet import Check, InboxEvents
from batch_orders.service.inbox_watch import InboxWatch, Patience, heart
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.submission import OrderToSend
from batch_orders.settings import Settings, SubmitOptions, user_state
from batch_orders.validation.grouping import Grouping

DOOR = "inbox"
BESIDES_THE_INBOX = frozenset({Todo.LOOK_UP, Todo.ASK_VENDOR, Todo.COMPARE})


@dataclass(frozen=True, slots=True)
class InboxCall:
    """One call of `inbox`: its settings, and what is asked of it alone."""

    settings: Settings
    folder: str
    watch: bool
    sandbox: bool
    ledger: LedgerOptions = field(default_factory=LedgerOptions)
    queue: bool = False

    def submitting(self, account: str) -> SubmitOptions:
        """A watched inbox waits for another run's lock."""
        own = self.settings.under(account).submitting
        return replace(own, wait=own.wait or self.watch)

    @property
    def access(self) -> Access:
        state, options = data_folder(self.settings.place), self.settings.inbox
        return Access(state, options.sftp_known_hosts, options.sftp_key_file, options.sftp_password_file)


def work_inbox(call: InboxCall) -> int:
    """One night or, with --watch, as many as there are. Every way out of it but a skip is heard."""
    stopping = Stopping()
    stopping.listen()
    # A sheet in hand is finished, or kept for the next start: no signal may cut in between.
    stopping.gentle = True
    reporting = call.settings.reporting
    console = open_console(aside=reporting.json)
    try:
        with heart(call.settings.heartbeat, call.settings.notify, code_of):
            return work_opened(call, console, stopping)
    except InboxBusy as busy:
        console.print(Text(f"{busy} This start does nothing.", style="yellow"))
        if reporting.json:
            say_json(Exit.DONE, [])
        return Exit.DONE


def code_of(error: Exception) -> Exit:
    """How the program ends with a fault that nothing catches here."""
    return exit_for(error) if isinstance(error, BatchOrdersError) else Exit.STOPPED


def work_opened(call: InboxCall, console: Console, stopping: Stopping) -> int:
    settings = call.settings
    served = find_served(settings)
    prove_ready(call, served)
    with open_inbox(call.folder, call.access) as store, submitting_progress(console) as progress:
        for remark in store.remarks:
            console.print(Text(remark, style="yellow"))
        if call.watch:
            console.print(Text(f"Watching {store.place}. Ctrl-C or SIGTERM ends it."))
        limiters = {name: RateLimiter(call.submitting(name).rate, stopping) for name in served}
        opener = Opener(call, console, limiters)
        watch = InboxWatch(
            store=store,
            open_context=opener.open,
            make_check=opener.make_check,
            owner_of=lambda folder: find_owner(folder, settings),
            budgets={name: Budget.of(call.submitting(name)) for name in served},
            limiter=RateLimiter(None, stopping),
            events=InboxDisplay(call, store.place, console, progress, opener),
            patience=Patience(settings.inbox.settle, settings.inbox.poll, settings.inbox.ready_files),
            notify=settings.notify,
            heartbeat=settings.heartbeat,
            exit_code=EXIT_OF.__getitem__,
            finished=Finished.at(call.access.state, store.place),
        )
        return EXIT_OF[watch.work(stay=call.watch).ending]


def prove_ready(call: InboxCall, accounts: Sequence[str]) -> None:
    """What would stop every sheet is found out before any is taken. Asks nobody over the network."""
    settings = call.settings
    refuse_two_places(settings, call.sandbox)
    if call.queue:
        refuse_no_queue(call)
    for account in accounts:
        find_run_key(settings.under(account).place, call.sandbox, dry_run=False)
    place, expected = settings.place, call.ledger.expect(settings.place, call.sandbox)
    with open_known_ledger(ledger_place(place.ledger), expected, user_state()):
        pass
    if targets := settings.notify.targets:
        open_targets(targets)


def refuse_no_queue(call: InboxCall) -> None:
    """Raises ConfigurationError where sheets cannot be left to workers."""
    if call.sandbox:
        raise ConfigurationError(
            "--queue and --sandbox exclude each other: no worker finds an embedded sandbox."
        )
    refuse_without_server(ledger_place(call.settings.place.ledger))
    refuse_without_engine()
    # Imported here: it needs the engine.
    from batch_orders.queue.schema import prepare

    with open_ledger(ledger_place(call.settings.place.ledger)) as ledger:
        prepare(ledger)


@dataclass(slots=True)
class Opener:
    """Opens what one run over the inbox works with. All runs of a call under one account share its limiter."""

    call: InboxCall
    console: Console
    limiters: Mapping[str, RateLimiter]
    context: Context | None = None

    @contextmanager
    def open(self, account: str) -> Iterator[Context]:
        place, sandbox = self.call.settings.under(account).place, self.call.sandbox
        with open_environment(place.base_url, sandbox) as environment:
            key = find_run_key(place, sandbox, dry_run=False)
            submitting, limiter = self.call.submitting(account), self.limiters[account]
            expected = self.call.ledger.expect(place, sandbox)
            opening = open_to_submit(place, submitting, environment, key, limiter, DOOR, expected)
            with open_context(opening) as opened:
                self.context = replace(opened, queued=self.call.queue)
                yield self.context

    def make_check(self, context: Context) -> Check:
        def check(path: Path) -> Grouping:
            offers = context.catalogue.offers
            grouping = read_sheet(self.console, path, self.call.settings, offers)
            show_findings(self.console, grouping, forgiven_rows(grouping, context))
            return grouping

        return check


@dataclass(slots=True)
class InboxDisplay(InboxEvents):
    """What a run over an inbox says on the console, and to programs."""

    call: InboxCall
    place: str
    console: Console
    progress: Events
    opener: Opener
    said: tuple[str, ...] = ()

    def sheet_begins(self, name: str) -> None:
        self.console.print(Text(name, style="bold"))

    def planned(self, plan: Plan) -> None:
        self.said = plan.remarks
        if self.opener.context:
            show_plan(self.console, plan, self.opener.context)

    def begins(self, orders: int) -> None:
        self.progress.begins(orders)

    def outcome(self, order: OrderToSend, outcome: Outcome) -> None:
        self.progress.outcome(order, outcome)

    def ends(self) -> None:
        self.progress.ends()

    def submitted(self, result: BatchResult) -> None:
        show_result(self.console, result, said=self.said)

    def sheet_ended(self, outcome: SheetOutcome) -> None:
        if outcome.ending is Ending.WAITING:
            self.remark(outcome.fault)
        elif outcome.fault and not outcome.batch:
            self.console.print(Text(f"Error: {outcome.fault}", style="red"))
        for remark in outcome.remarks:
            self.remark(remark)
        places = [*outcome.files.values(), f"{self.place}/{outcome.place}" if outcome.place else ""]
        for place in filter(None, places):
            self.console.print(Text(f"Now in {self.place}: {place.removeprefix(f'{self.place}/')}"))

    def usual_next(self) -> Line:
        if self.call.sandbox:
            words = ("inbox", self.call.folder)
            return Line("This was a rehearsal, and nothing was bought. To order:", words)
        return SEE_LEDGER

    def remark(self, sentence: str) -> None:
        self.console.print(Text(sentence, style="yellow"))

    def stopped(self, sentence: str) -> None:
        self.console.print(Text(sentence, style="red"))

    def run_ended(self, ending: Ending, sheets: Sequence[SheetOutcome]) -> None:
        steps = (step for sheet in sheets if sheet.result for step in next_steps(sheet.result))
        # What is to be corrected, or waits, lies in the inbox's folders and comes back through them.
        lines = tuple(lines_of(step for step in steps if step.todo in BESIDES_THE_INBOX))
        show_next(self.console, *(lines or (() if self.call.watch else (self.usual_next(),))))
        if self.call.settings.reporting.json:
            say_json(EXIT_OF[ending], [describe_outcome(sheet) for sheet in sheets])
