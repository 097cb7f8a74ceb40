"""Kill -9 at every commit of what a person does by hand: nothing is changed without who did it, nor told undone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import closing
from itertools import count

import pytest

from batch_orders.core.actions import Act
from batch_orders.core.outcomes import Placed, Unconfirmed
from batch_orders.core.states import UNPROVEN, State
from batch_orders.ledger import Ledger
from tests.chaos.points import AFTER, BEFORE, Point
from tests.chaos.story import KILLED
from tests.harness.command_line import Machine, run_words
from tests.harness.counting_vendor import CountingVendor
from tests.ledger.batches import LIVE, plan_orders
from tests.queue.fleet import Fleet
from tests.sheets import row

pytestmark = pytest.mark.kills

HOW = ("--reason", "support says so")


@pytest.mark.parametrize("found", ["--placed", "--not-bought", "--gone"])
def test_who_resolved_an_order_is_kept_with_its_move(machine: Machine, ledger_url: str, found: str) -> None:
    before = (State.PLACED,) if found == "--gone" else UNPROVEN
    with closing(Ledger.open(ledger_url)) as ledger:
        (order,) = plan_orders(ledger, "shop.com")
        with ledger.submitting(LIVE) as submitter:
            submitter.claim(order)
            submitter.record(order, Unconfirmed("lost") if before is UNPROVEN else Placed("7"))
    words = ("resolve", "shop.com", found, *HOW, "--ledger", ledger_url)
    kill_at_every_commit(machine, words, lambda: told_of(ledger_url, "shop.com", before, Act.RESOLVED))


def test_who_looked_an_order_up_is_kept_with_its_move(
    machine: Machine, ledger_url: str, listing_server: CountingVendor
) -> None:
    machine.environment["SMARTLEAD_API_KEY"] = "key"
    order = run_words(machine.hand_in(row("shop.com")), listing_server.base_url, ledger_url)
    assert machine.run(*order, before=Point("sending an order", AFTER).arm).code == KILLED
    words = ("reconcile", "--base-url", listing_server.base_url, "--ledger", ledger_url)
    kill_at_every_commit(machine, words, lambda: told_of(ledger_url, "shop.com", UNPROVEN, Act.LOOKED_UP))


def told_of(place: str, domain: str, before: Collection[State], act: Act) -> tuple[bool, bool]:
    """Whether the order of a domain was moved, and whether it is told who did that."""
    with closing(Ledger.open(place)) as ledger:
        (order,) = ledger.orders_of(domain)
        actions = ledger.actions.of_batches([order.batch])
    return order.state not in before, act in {action.act for action in actions}


def test_who_took_a_batch_out_of_the_queue_is_kept_with_its_end(
    machine: Machine, postgres_url: str, server: CountingVendor
) -> None:
    fleet = Fleet(machine, postgres_url, server.base_url)
    fleet.settle_in()
    batch = str(fleet.enqueue(fleet.sheet("shop.com")).said["sheets"][0]["batch"])

    def told() -> tuple[bool, bool]:
        (job,) = fleet.jobs()
        with closing(Ledger.open(postgres_url)) as ledger:
            record, actions = ledger.batch(batch), ledger.actions.of_batches([batch])
        assert record
        assert bool(record.finished_at) is (job[0] == "cancelled")
        return bool(record.finished_at), Act.STOPPED in {action.act for action in actions}

    kill_at_every_commit(machine, ("cancel", batch), told)


def test_who_ended_a_pause_is_kept_with_its_end(
    machine: Machine, postgres_url: str, server: CountingVendor
) -> None:
    fleet = Fleet(machine, postgres_url, server.base_url)
    fleet.settle_in()
    fleet.enqueue(fleet.sheet("shop.com"))
    (job,) = fleet.ask("SELECT environment, account FROM queue_batches")
    pause = "INSERT INTO queue_pauses (environment, account, reason, sentence) VALUES (:environment, :account, '', '')"
    fleet.ask(pause, environment=job.environment, account=job.account)

    def told() -> tuple[bool, bool]:
        over = not fleet.ask("SELECT 1 FROM queue_pauses")
        return over, bool(fleet.ask("SELECT 1 FROM actions WHERE act = :act", act=Act.LET_GO_ON.value))

    kill_at_every_commit(machine, ("account", "default", "--go-on"), told)


def kill_at_every_commit(
    machine: Machine, words: tuple[str, ...], told: Callable[[], tuple[bool, bool]]
) -> None:
    """The nth start dies at its nth commit, until a start has fewer. `told`: whether it was done, and who did it."""
    kills = 0
    for nth in count(1):
        code = machine.run(*words, before=Point("a commit", BEFORE, nth).arm).code
        done, known = told()
        assert done is known, f"after a kill before commit {nth}"
        if code != KILLED:
            break
        kills += 1
    assert kills
    assert done
