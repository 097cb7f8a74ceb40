"""A small world: the real service on a real ledger in one process, and a vendor whose answers are chosen.

A state is what a kill leaves: the rows that are committed, and what the vendor and the people know. It can be
taken after every commit and every answer, and put back.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from batch_orders.core.actions import Author
from batch_orders.core.listing import ListedDomain, Listing
from batch_orders.core.outcomes import Body, NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.records import Approval
from batch_orders.core.vendors import Offer
from batch_orders.errors import LookUpError
from batch_orders.ledger import Ledger, NewBatch, Submitter
from batch_orders.service import accept as accepting
from batch_orders.service.context import Context
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.preview import NewSheet
from batch_orders.service.submission import RetryPolicy
from batch_orders.smart_senders import Environment, Window
from batch_orders.validation import validate_rows
from batch_orders.validation.grouping import group_rows
from tests.sheets import row, sheet_of

TABLES = ("batches", "approvals", "orders", "events", "resumptions", "requests", "submitters")
FIRST, CHANGED = "jane", "john"
"""Two contents of one domain."""
LONG_AGO = "2026-01-01T00:00:00.000+00:00"
Rows = tuple[tuple[str, tuple[tuple[Any, ...], ...]], ...]


class Violation(AssertionError):
    """Something that must never be, with the choices that led to it."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What no ledger says: what the vendor has sold, what it shows, and what people asked for last.

    `bought`, `failed` and `asked` map a domain to its content.
    """

    bought: frozenset[tuple[str, str]] = frozenset()
    failed: frozenset[tuple[str, str]] = frozenset()
    listed: frozenset[str] = frozenset()
    asked: frozenset[tuple[str, str]] = frozenset()
    waits_for_sheet: frozenset[str] = frozenset()
    """Domains of which a person said that they were not bought."""
    latest: str = "first"


@dataclass(frozen=True, slots=True)
class State:
    rows: Rows
    truth: Truth


def make_sheet(**mailboxes: str) -> NewSheet:
    """A sheet of one row per domain."""
    rows = (row(f"{name}.com", mailbox) for name, mailbox in mailboxes.items())
    return NewSheet.of(group_rows(validate_rows(sheet_of(*rows))))


@dataclass(frozen=True, slots=True)
class Rules:
    """What may happen: sheets, how the vendor answers, what its list shows, and what a second process may do."""

    sheets: Mapping[str, NewSheet]
    outcomes: tuple[str, ...]
    listing: str = "complete"
    meanwhile: tuple[str, ...] = ()
    fails: bool = False
    attempts: int = 1
    symmetrical: bool = True


class ChosenVendor:
    """It answers as the world chooses."""

    def __init__(self, world: World) -> None:
        self.world = world

    def place_order(self, body: Body, window: Window) -> Outcome:
        world = self.world
        (named,) = body["domains"]
        domain, content = named["domain_name"], named["mailboxes"][0].partition("@")[0]
        world.check_sending(domain, content)
        if world.rules.meanwhile and not world.was_another_in:
            world.let_another_in()
        said = world.choose(world.rules.outcomes)
        if said in ("placed", "lost, bought"):
            world.buy(domain, content)
            world.boundary()
        match said:
            case "placed":
                return Placed(f"id-{domain}")
            case "rejected":
                return Rejected("No.")
            case "turned away":
                return NotTaken("The key was refused.", again=False)
            case "busy":
                return NotTaken("429.", again=True)
            case _:
                return Unconfirmed("The answer was lost.")

    def list_domains(self) -> Listing:
        truth = self.world.truth
        if self.world.rules.listing == "failing":
            raise LookUpError("get-domain-list answered 500.")
        shown = (
            truth.listed if self.world.rules.listing == "lagging" else {domain for domain, _ in truth.bought}
        )
        return Listing({domain: ListedDomain(f"id-{domain}") for domain in shown})

    def list_vendors(self) -> tuple[Offer, ...]:
        return ()

    def order_status(self, order_id: str) -> str:
        failed = {f"id-{domain}" for domain, _ in self.world.truth.failed}
        return "Failed" if order_id in failed else "Payment Pending"


@dataclass
class World:
    """`script` are the choices to take first; `taken` are all of a run, each with its number of alternatives."""

    ledger: Ledger
    raw: sqlite3.Connection
    rules: Rules
    truth: Truth = field(default_factory=Truth)
    script: tuple[int, ...] = ()
    taken: list[tuple[int, int]] = field(default_factory=list)
    seen: list[State] = field(default_factory=list)
    was_another_in: bool = False
    running: str = ""
    perform: Callable[[str], None] = lambda _: None

    @property
    def context(self) -> Context:
        return Context(
            ledger=self.ledger,
            environment=Environment.at("https://vendor.example"),
            vendor=ChosenVendor(self),
            door="a model",
            actor="somebody",
            limiter=RateLimiter(None, sleep=lambda _: None),
            retry=RetryPolicy(attempts=self.rules.attempts, failures=1, first_pause=0.0),
        )

    def choose(self, alternatives: tuple[str, ...]) -> str:
        place = len(self.taken)
        chosen = self.script[place] if place < len(self.script) else 0
        self.taken.append((chosen, len(alternatives)))
        return alternatives[chosen]

    def let_another_in(self) -> None:
        """A second process does something from its start to its end while an order is on its way."""
        what = self.choose(("nothing", *self.rules.meanwhile))
        if what == "nothing":
            return
        self.was_another_in = True
        running = self.running
        self.perform(what)
        self.running = running

    def check_sending(self, domain: str, content: str) -> None:
        if dict(self.truth.asked).get(domain) != content:
            raise Violation(
                f"{domain} is sent as {content}, and the latest sheet asks for {self.truth.asked}"
            )
        if domain in self.truth.waits_for_sheet:
            raise Violation(f"{domain} is sent without a sheet after a person said that it was not bought")

    def buy(self, domain: str, content: str) -> None:
        if domain in dict(self.truth.bought):
            raise Violation(f"{domain} is bought twice")
        self.truth = replace(self.truth, bought=self.truth.bought | {(domain, content)})

    def boundary(self) -> None:
        """A kill may fall here."""
        self.seen.append(self.take())

    def take(self) -> State:
        rows = tuple(
            (table, tuple(self.raw.execute(f"SELECT * FROM {table} ORDER BY rowid"))) for table in TABLES
        )
        return State(rows, self.truth)

    def put(self, state: State) -> None:
        """Bring a state back, some time later: no attempt of before is under way any more."""
        with self.raw:
            self.raw.execute("BEGIN IMMEDIATE")
            for table in reversed(TABLES):
                self.raw.execute(f"DELETE FROM {table}")
            for table, rows in state.rows:
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    self.raw.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
            self.raw.execute("UPDATE orders SET claim_ends_at = ? WHERE claim_ends_at <> ''", (LONG_AGO,))
        shown = frozenset(domain for domain, _ in state.truth.bought)
        self.truth = replace(state.truth, listed=shown)
        self.taken, self.seen, self.was_another_in = [], [], False

    def find(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        query = f"SELECT {', '.join(columns)} FROM {table} ORDER BY rowid"
        return self.raw.execute(query).fetchall()


@contextmanager
def open_world(folder: Path, rules: Rules) -> Iterator[World]:
    """The world at its beginning, with a look at it after every commit."""
    place = folder / "ledger.db"
    ledger = Ledger.open(str(place))
    engine = ledger._engine
    # Nothing here is about power cuts.
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    engine.dispose()
    raw = sqlite3.connect(place, isolation_level=None)
    world = World(ledger, raw, rules)
    with pytest.MonkeyPatch.context() as patch:
        look_at_commits(patch, world)
        try:
            yield world
        finally:
            raw.close()
            ledger.close()


def look_at_commits(patch: pytest.MonkeyPatch, world: World) -> None:
    """Put around the program's functions from outside; ids of batches count up, so that they sort."""
    changing, change, accept = Ledger._changing, Submitter._change, Ledger.accept
    resolve, free = Submitter.resolve, Submitter.free

    @contextmanager
    def watched_changing(self: Ledger) -> Iterator[Any]:
        with changing(self) as connection:
            yield connection
        world.boundary()

    @contextmanager
    def watched_change(self: Submitter) -> Iterator[None]:
        with change(self):
            yield
        world.boundary()

    def watched_accept(self: Ledger, new: NewBatch, approval: Approval | None) -> None:
        asked = {order.domain: order.mailboxes[0].partition("@")[0] for order in new.draft.orders}
        before = world.truth
        world.truth = replace(
            before,
            asked=frozenset((dict(before.asked) | asked).items()),
            latest=world.running,
            waits_for_sheet=before.waits_for_sheet.difference(asked),
        )
        try:
            accept(self, new, approval)
        except BaseException:
            world.truth = before
            raise

    def watched_resolve(
        self: Submitter, domain: str, decision: Placed | NotTaken, author: Author | None = None
    ) -> None:
        if isinstance(decision, NotTaken):
            world.truth = replace(world.truth, waits_for_sheet=world.truth.waits_for_sheet | {domain})
        resolve(self, domain, decision, author)

    def watched_free(self: Submitter, domain: str, message: str, author: Author | None = None) -> None:
        kept = frozenset(pair for pair in world.truth.failed if pair[0] != domain)
        world.truth = replace(world.truth, failed=kept)
        free(self, domain, message, author)

    numbers = itertools.count(1)
    patch.setattr(Ledger, "_changing", watched_changing)
    patch.setattr(Submitter, "_change", watched_change)
    patch.setattr(Ledger, "accept", watched_accept)
    patch.setattr(Submitter, "resolve", watched_resolve)
    patch.setattr(Submitter, "free", watched_free)
    patch.setattr(accepting, "new_batch_id", lambda _: f"batch-{next(numbers):06}")
