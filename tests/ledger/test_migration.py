"""A ledger of the first version, with all that can be in one, brought to this version."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from batch_orders.core.actions import Act, Action, Author
from batch_orders.core.outcomes import Placed, Rejected
from batch_orders.core.results import Status
from batch_orders.core.states import State
from batch_orders.core.stops import Stop, StopReason
from batch_orders.errors import LedgerConflict, LedgerError, SubmitterBusy
from batch_orders.ledger import Ledger
from batch_orders.ledger.engine import MIGRATIONS, current_revision, read_place
from batch_orders.ledger.moves import move
from batch_orders.ledger.schema import events, orders
from batch_orders.ledger.sessions import Session
from tests.ledger.batches import LIVE, OTHER, opened_engine, state_of
from tests.ledger.old_ledger import (
    BATCHES,
    CUT,
    DIED,
    EVENTS,
    LEFT_OVER,
    ORDERS,
    WENT_WELL,
    T,
    make_old_ledger,
    raw_engine,
)

pytestmark = pytest.mark.long


@pytest.fixture
def old_ledger(ledger_url: str) -> str:
    make_old_ledger(ledger_url)
    return ledger_url


def test_every_batch_order_and_event_is_there_afterwards(old_ledger: str) -> None:
    with closing(Ledger.open(old_ledger)) as ledger:
        told = {batch.id: batch for batch in ledger.batches()}
        assert [told[str(batch["id"])].environment for batch in BATCHES] == [LIVE, LIVE, LIVE, OTHER]
        assert {batch.accepted_at for batch in told.values()} == {batch.started_at for batch in told.values()}
        assert all(
            (batch.account, batch.source, batch.pruned) == ("", "sales", False) for batch in told.values()
        )
        assert {name: (batch.finished_at, batch.first_stop) for name, batch in told.items()} == {
            WENT_WELL: (T.format(2), None),
            CUT: (T.format(3), Stop(StopReason.INTERRUPTED, "Interrupted.")),
            LEFT_OVER: (T.format(4), Stop(StopReason.OTHER, "Too dear.")),
            DIED: ("", None),
        }
        stored = [order for batch in BATCHES for order in ledger.orders(str(batch["id"]))]
        assert [
            (
                order.batch,
                order.position,
                order.environment,
                order.domain,
                order.state.value,
                order.vendor_order_id,
                order.message,
                order.attempts,
            )
            for order in stored
        ] == list(ORDERS)
        assert all((order.account, order.price, order.approval) == ("", None, None) for order in stored)
        assert [order.last_checked_at for order in stored if order.state is State.UNCONFIRMED] == [
            T.format(3)
        ]
        moves = [
            (number, event.before, event.after, event.message)
            for number, (_, _, environment, domain, *_) in enumerate(ORDERS, 1)
            for event in ledger.history(domain)
            if event.before and event.environment == environment
        ]
        assert moves == list(EVENTS)


def test_when_an_old_order_was_sent_is_known_and_it_may_be_gone(old_ledger: str) -> None:
    """The time of its last attempt, from its events; of one that was never tried, none."""
    with opened_engine(old_ledger) as engine, engine.begin() as connection:
        told = connection.execute(select(orders.c.submitted_at, orders.c.claim_ends_at).order_by(orders.c.id))
        moments = ["" if attempts == 0 else T.format(2) for *_, attempts in ORDERS]
        assert told.all() == [(moment, "") for moment in moments]
        move(connection, 1, State.PLACED, State.GONE, "The vendor gave the money back.")
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(
                insert(events).values(order_id=99, at="", before="", after="", message="", actor="")
            )
        assert state_of(connection, 1) is State.GONE


def test_every_old_batchs_draft_can_still_be_read(old_ledger: str) -> None:
    with closing(Ledger.open(old_ledger)) as ledger:
        for batch in BATCHES:
            draft = ledger.draft(str(batch["id"]))
            assert draft is not None
            assert (draft.environment, draft.account) == (batch["environment"], "")
            assert (draft.sheet.name, draft.sheet.data, draft.sheet.csv) == ("orders.xlsx", b"", None)
            (worksheet,) = draft.sheet.worksheets
            assert worksheet.cells.index.tolist() == [5, 6, 9, 10, 12]
            assert worksheet.cells[0].tolist()[1] == "known.com"
            assert [(order.status, order.vendor_order_id) for order in draft.orders] == [
                (Status.NOT_SUBMITTED, ""),
                (Status.ALREADY_PLACED, "7"),
                *[(Status.INVALID, "")] * 3,
            ]
            # What was placed differently before is no row to be corrected.
            assert draft.held_back == (2, 4)
            assert draft.row_problems == {2: "Not so.", 4: "Not so."}


def test_an_old_ledger_goes_on_where_it_stood(old_ledger: str) -> None:
    """Its open orders are carried on, a domain is bought once, and new ids follow the old ones."""
    with closing(Ledger.open(old_ledger)) as ledger:
        resumed = ledger.resumable(besides=OTHER)
        assert resumed is not None
        assert resumed.id == LEFT_OVER
        with ledger.submitting(OTHER) as submitter:
            assert submitter.recover() == 1
        (left,) = ledger.orders(LEFT_OVER)
        with ledger.submitting(LIVE) as submitter:
            submitter.claim(left.id)
            submitter.record(left.id, Rejected("no"))
            with pytest.raises(LedgerConflict):
                submitter.claim(1)
            submitter.resolve("unconfirmed.com", Placed("9"))
        assert ledger.known(LIVE, ["unconfirmed.com"])["unconfirmed.com"].vendor_order_id == "9"
        assert len(ledger.history("dear.com")) == 3


def test_many_may_upgrade_a_ledger_at_the_same_moment(old_ledger: str) -> None:
    faults: list[Exception] = []
    start = threading.Barrier(6)

    def upgrade() -> None:
        start.wait()
        try:
            with closing(Ledger.open(old_ledger)) as ledger:
                assert len(ledger.batches()) == len(BATCHES)
        except Exception as error:  # noqa: BLE001  # it is told below
            faults.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


OLD_RUN = """
import hashlib, sys
from filelock import FileLock
from sqlalchemy import create_engine, text
url, database, environment = sys.argv[1:]
digest = hashlib.sha256(environment.encode()).digest()
connection = create_engine(url).connect()
if database:
    lock = FileLock(f"{database}.{digest.hex()[:12]}.lock", timeout=0)
    lock.acquire()
else:
    connection.execute(text(f"SELECT pg_advisory_lock({int.from_bytes(digest[:8], 'big', signed=True)})"))
connection.execute(text("INSERT INTO submitters (environment, who, since) VALUES (:at, 'an old run', 'today')"),
    {"at": environment})
connection.commit()
print("held", flush=True)
sys.stdin.readline()
connection.execute(text("UPDATE orders SET message = 'still at it' WHERE environment = :at"), {"at": environment})
connection.commit()
print("wrote", flush=True)
sys.stdin.read()
"""
"""A run of the first version: its lock, its note of who submits, and a change of an order in its own words."""


@contextmanager
def old_run(place: str, environment: str) -> Iterator[subprocess.Popen[str]]:
    url = read_place(place)
    database = str(Path(str(url.database)).resolve()) if url.get_backend_name() == "sqlite" else ""
    words = [url.render_as_string(hide_password=False), database, environment]
    run = subprocess.Popen(
        [sys.executable, "-c", OLD_RUN, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with run:
        assert run.stdout and run.stdout.readline() == "held\n"
        try:
            yield run
        finally:
            run.kill()


@pytest.mark.parametrize("environment", [LIVE, "https://never-ordered-at.example"])
def test_no_ledger_is_changed_under_a_run_of_the_old_version(old_ledger: str, environment: str) -> None:
    """Also where that run has stored no batch yet. It goes on; the new version says what to do."""
    with old_run(old_ledger, environment) as run:
        with pytest.raises(SubmitterBusy, match="older version") as caught:
            Ledger.open(old_ledger)
        assert environment in str(caught.value)
        assert run.stdin and run.stdout
        run.stdin.write("\n")
        run.stdin.flush()
        assert run.stdout.readline() == "wrote\n"
    with raw_engine(old_ledger) as engine, engine.connect() as connection:
        assert current_revision(connection) == "0001"


def test_where_a_retired_ledger_went_is_still_known(old_ledger: str) -> None:
    with raw_engine(old_ledger) as engine, engine.begin() as connection:
        connection.execute(
            text("INSERT INTO submitters (environment, who, since) VALUES ('(retired)', 'new.db', 'today')")
        )
    with closing(Ledger.open(old_ledger)) as ledger:
        assert len(ledger.batches()) == len(BATCHES)
        with pytest.raises(LedgerError, match=r"copied to new\.db"), ledger.submitting(LIVE):
            pass


def test_a_ledger_of_the_fourth_version_keeps_who_is_signed_in(ledger_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with raw_engine(ledger_url) as engine, engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        session = {"digest": hashlib.sha256(b"secret").hexdigest(), "now": now}
        connection.execute(text("INSERT INTO sessions VALUES (:digest, 'anna', :now, :now)"), session)
    with closing(Ledger.open(ledger_url)) as ledger:
        assert ledger.sessions.find("secret") == Session("anna", "")
        ledger.actions.note(Action(Act.STOPPED, Author("anna", "upload page"), LIVE, "", "a-batch"))
        (action,) = ledger.actions.of_person("anna")
        assert (action.act, action.batch, action.author.door) == (Act.STOPPED, "a-batch", "upload page")
        assert ledger.actions.of_person("anna", ["acme"]) == ()
