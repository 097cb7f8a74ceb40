"""A ledger that is lost in the middle of a run: the run keeps what it heard, and writes it down when it can."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest

from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.states import State
from batch_orders.errors import LedgerError, SubmitterBusy
from batch_orders.ledger import Ledger
from batch_orders.sandbox import start_sandbox
from tests.harness.command_line import Ended, Machine, read_words, run_words
from tests.harness.hurried import wait_for_no_ledger
from tests.ledger.batches import LIVE, lose_connection, plan_orders
from tests.ledger.own_server import OwnServer, own_server
from tests.ledger.postgres_server import PostgresServer, find_binaries
from tests.ledger.test_lock import wait_until_free
from tests.sheets import row

pytestmark = [pytest.mark.long, pytest.mark.postgres]


@pytest.fixture
def server(postgres_server: PostgresServer) -> Iterator[OwnServer]:
    binaries = find_binaries()
    assert binaries
    with own_server(binaries) as running:
        yield running


@pytest.mark.parametrize("crash", [False, True], ids=["restarted", "crashed"])
def test_a_server_that_is_restarted_in_the_middle(buyer: Machine, server: OwnServer, crash: bool) -> None:
    """What was sent is placed, in the report and in the ledger; what was not is said to be not submitted."""
    count = 40
    domains = [f"shop-{number}.com" for number in range(count)]
    with start_sandbox(latency=0.05) as sandbox:
        words = run_words(buyer.hand_in(*map(row, domains)), sandbox.base_url, server.url)
        with buyer.start(*words) as running:
            while running.poll() is None and len(sandbox.requests) < 3:
                time.sleep(0.01)
            (server.crash if crash else server.stop)()
            server.start()
            ended = Ended(running.wait(), *running.communicate())
        sent = {order.domains[0] for order in sandbox.orders}
        assert 3 <= len(sent) < count
        assert ended.code == 4, ended.errors
        assert ended.orders == {"placed": len(sent), "not submitted": count - len(sent)}
        told = read_words(buyer.report_of(ended))
        assert {domain for domain, word in told.items() if word == "placed"} == sent
        with closing(Ledger.open(server.url)) as ledger:
            assert {domain for domain, one in ledger.known(sandbox.base_url, domains).items()} == sent
        again = buyer.run(*words)
        assert (again.code, again.orders) == (0, {"placed": count - len(sent), "already placed": len(sent)})
        assert Counter(order.domains[0] for order in sandbox.orders) == Counter(domains)


def test_a_server_that_does_not_come_back_leaves_what_was_heard(buyer: Machine, server: OwnServer) -> None:
    count = 40
    with start_sandbox(latency=0.05) as sandbox:
        rows = [row(f"shop-{number}.com") for number in range(count)]
        words = run_words(buyer.hand_in(*rows), sandbox.base_url, server.url)
        with buyer.start(*words, before=wait_for_no_ledger) as running:
            while running.poll() is None and len(sandbox.requests) < 3:
                time.sleep(0.01)
            server.stop()
            ended = Ended(running.wait(), *running.communicate())
        server.start()
    assert ended.code == 4, ended.errors
    assert ended.orders == {"placed": len(sandbox.orders), "not submitted": count - len(sandbox.orders)}


OUTCOMES = [
    (Placed("7"), State.PLACED),
    (Rejected("no"), State.REJECTED),
    (NotTaken("busy", again=True), State.PLANNED),
    (Unconfirmed("lost"), State.UNCONFIRMED),
]


@pytest.mark.parametrize(("outcome", "state"), OUTCOMES)
@pytest.mark.parametrize("recovered", [False, True])
def test_what_was_heard_is_recorded_under_the_lock_taken_anew(
    postgres_url: str, outcome: Outcome, state: State, recovered: bool
) -> None:
    """Also where another run has called the order unconfirmed in the meantime."""
    with closing(Ledger.open(postgres_url)) as ledger, closing(Ledger.open(postgres_url)) as other:
        (order,) = plan_orders(ledger, "shop.com")
        with ledger.submitting(LIVE) as submitter:
            submitter.claim(order)
            lose_connection(postgres_url)
            with pytest.raises(LedgerError):
                submitter.record(order, outcome)
            wait_until_free(other)
            if recovered:
                with other.submitting(LIVE) as successor:
                    assert successor.recover() == 1
                    with pytest.raises(SubmitterBusy):
                        submitter.record_late(outcome)
            assert submitter.record_late(outcome)
        (kept,) = ledger.orders(ledger.batches()[0].id)
        assert kept.state is state


def test_what_somebody_has_settled_or_claimed_since_is_left_alone(postgres_url: str) -> None:
    with closing(Ledger.open(postgres_url)) as ledger, closing(Ledger.open(postgres_url)) as other:
        settled, again = plan_orders(ledger, "shop.com", "store.com")
        for order, domain in ((settled, "shop.com"), (again, "store.com")):
            with ledger.submitting(LIVE) as submitter:
                submitter.claim(order, lasting=0)
                lose_connection(postgres_url)
                with pytest.raises(LedgerError):
                    submitter.record(order, Rejected("no"))
                wait_until_free(other)
                with other.submitting(LIVE) as successor:
                    successor.recover()
                    if order == settled:
                        successor.resolve(domain, Placed("9"))
                    else:
                        successor.resolve(domain, NotTaken("not bought", again=True))
                        successor.claim(order)
                assert not submitter.record_late(Rejected("no"))
        states = [order.state for order in ledger.orders(ledger.batches()[0].id)]
        assert states == [State.PLACED, State.SUBMITTING]


def test_what_the_vendor_has_said_counts_more_than_what_a_person_has(postgres_url: str) -> None:
    with closing(Ledger.open(postgres_url)) as ledger, closing(Ledger.open(postgres_url)) as other:
        (order,) = plan_orders(ledger, "shop.com")
        with ledger.submitting(LIVE) as submitter:
            submitter.claim(order, lasting=0)
            lose_connection(postgres_url)
            wait_until_free(other)
            with other.submitting(LIVE) as successor:
                successor.recover()
                successor.resolve("shop.com", NotTaken("not bought", again=True))
            assert submitter.record_late(Placed("7"))
        known = ledger.known(LIVE, ["shop.com"])["shop.com"]
        assert (known.state, known.vendor_order_id) == (State.PLACED, "7")


def test_a_claim_that_the_server_never_got_leaves_nothing_to_record(postgres_url: str) -> None:
    with closing(Ledger.open(postgres_url)) as ledger:
        (order,) = plan_orders(ledger, "shop.com")
        with ledger.submitting(LIVE) as submitter:
            lose_connection(postgres_url)
            with pytest.raises(LedgerError):
                submitter.claim(order)
            assert not submitter.record_late(NotTaken("never sent", again=True))
            # The lock was taken anew, and is good for more.
            submitter.claim(order)
