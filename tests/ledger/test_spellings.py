"""Environments that an earlier version knew by another spelling of their base URL, after the upgrade."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from batch_orders.core.outcomes import NotTaken, Placed
from batch_orders.core.states import State
from batch_orders.errors import LedgerConflict
from batch_orders.ledger import Ledger
from batch_orders.sandbox import Sandbox
from tests.harness.command_line import KEY, Machine
from tests.ledger.batches import OTHER, plan_orders
from tests.ledger.old_ledger import T, make_old_ledger
from tests.sheets import row

pytestmark = pytest.mark.long

SPELLED, NORMAL = "http://localhost:8080", "http://127.0.0.1:8080"


def make_ledger_at(place: str, *orders: tuple[str, str, str]) -> None:
    """A ledger of the first version: for each environment, domain and state one batch, b0, b1 …"""
    make_old_ledger(
        place,
        [
            {"id": f"b{n}", "environment": at, "begun": T.format(1), "ended": T.format(2), "stopped": ""}
            for n, (at, _, _) in enumerate(orders)
        ],
        [(f"b{n}", 0, at, domain, state, "", "", 1) for n, (at, domain, state) in enumerate(orders)],
        [],
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SPELLED, NORMAL),
        ("https://orders.example.", "https://orders.example"),
        ("https://orders.example/.", "https://orders.example"),
        ("https://orders.example/%7Ea", "https://orders.example/~a"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        (NORMAL, NORMAL),
        (OTHER, OTHER),
        ("no web address", "no web address"),
    ],
)
def test_what_was_bought_is_known_by_the_normal_form(ledger_url: str, before: str, after: str) -> None:
    make_ledger_at(ledger_url, (before, "placed.com", "placed"), (before, "planned.com", "planned"))
    with closing(Ledger.open(ledger_url)) as ledger:
        assert ledger.known(after, ["placed.com"])["placed.com"].state is State.PLACED
        assert {batch.environment for batch in ledger.batches()} == {after}
        draft = ledger.draft("b0")
        assert draft is not None
        assert draft.environment == after
        (again,) = plan_orders(ledger, "placed.com", environment=after)
        (planned,) = ledger.orders("b1")
        with ledger.submitting(after) as submitter:
            with pytest.raises(LedgerConflict):
                submitter.claim(again)
            submitter.claim(planned.id)


def test_of_two_live_orders_for_a_domain_one_stays_under_its_name(ledger_url: str) -> None:
    """Nothing is lost, and the domain cannot be bought once more."""
    make_ledger_at(
        ledger_url,
        (SPELLED, "twice.com", "placed"),
        (NORMAL, "twice.com", "unconfirmed"),
        (SPELLED, "once.com", "placed"),
        (SPELLED, "again.com", "planned"),
        (NORMAL, "again.com", "placed"),
        (NORMAL, "no.com", "rejected"),
        (SPELLED, "no.com", "placed"),
    )
    with closing(Ledger.open(ledger_url)) as ledger:
        assert {batch.environment for batch in ledger.batches()} == {NORMAL}
        kept = [ledger.orders(f"b{number}")[0] for number in range(7)]
        assert [order.environment for order in kept] == [SPELLED, *[NORMAL] * 6]
        states = ["placed", "unconfirmed", "placed", "planned", "placed", "rejected", "placed"]
        assert [order.state.value for order in kept] == states
        domains = ("twice.com", "once.com", "again.com", "no.com")
        planned = plan_orders(ledger, *domains, environment=NORMAL)
        with ledger.submitting(NORMAL) as submitter:
            for order in (*planned, kept[3].id):
                with pytest.raises(LedgerConflict):
                    submitter.claim(order)


def test_several_spellings_of_one_environment_become_one(ledger_url: str) -> None:
    make_ledger_at(
        ledger_url,
        (SPELLED, "twice.com", "placed"),
        ("http://127.1:8080", "twice.com", "placed"),
        ("http://[::1]:8080", "once.com", "placed"),
    )
    with closing(Ledger.open(ledger_url)) as ledger:
        assert {order.state for order in ledger.known(NORMAL, ["twice.com", "once.com"]).values()} == {
            State.PLACED
        }
        assert sorted(order.environment == NORMAL for order in ledger.orders_of("twice.com")) == [False, True]


def test_an_order_that_stayed_can_be_resolved_and_is_guarded_when_it_is_planned_anew(ledger_url: str) -> None:
    make_ledger_at(ledger_url, (SPELLED, "twice.com", "submitting"), (NORMAL, "twice.com", "unconfirmed"))
    with closing(Ledger.open(ledger_url)) as ledger:
        with ledger.submitting(NORMAL) as submitter:
            submitter.resolve("twice.com", Placed("7"))
        ((environment, account),) = ledger.places("twice.com")
        with ledger.submitting(environment, account) as submitter:
            assert submitter.recover() == 1
            submitter.resolve("twice.com", NotTaken("not bought", again=True))
        (stayed,) = ledger.orders("b0")
        assert (stayed.environment, stayed.state) == (NORMAL, State.PLANNED)
        with ledger.submitting(NORMAL) as submitter, pytest.raises(LedgerConflict):
            submitter.claim(stayed.id)


def test_a_run_after_the_upgrade_buys_nothing_a_second_time(
    machine: Machine, sandbox: Sandbox, sqlite_path: Path
) -> None:
    base_url = sandbox.base_url.replace("127.0.0.1", "localhost")
    make_ledger_at(str(sqlite_path), (base_url, "placed.com", "placed"))
    machine.environment.update(SMARTLEAD_API_KEY=KEY)
    ended = machine.order(row("placed.com"), words=("--base-url", base_url, "--ledger", str(sqlite_path)))
    assert (ended.code, ended.orders) == (0, {"already placed": 1})
    assert not sandbox.requests


def test_a_batch_is_resumed_by_any_spelling_of_its_base_url(
    machine: Machine, sandbox: Sandbox, sqlite_path: Path
) -> None:
    base_url = sandbox.base_url.replace("127.0.0.1", "localhost")
    make_ledger_at(str(sqlite_path), (base_url, "planned.com", "planned"))
    machine.environment.update(SMARTLEAD_API_KEY=KEY)
    words = ("--yes", "--base-url", base_url, "--ledger", sqlite_path)
    ended = machine.run("resume", "b0", *words)
    assert "1 order for 1 mailbox" in ended.output, ended.errors
    assert [order.domains for order in sandbox.orders] == [("planned.com",)]
