"""Random lives of orders, played against the ledger and against a plain model of the design."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from batch_orders.core.listing import ListedDomain
from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.states import LIVE, State
from batch_orders.errors import LedgerConflict
from batch_orders.ledger import Ledger
from tests.ledger.batches import store_batch

DOMAINS = ("shop.com", "store.com", "market.com")
AFTER: dict[type[Outcome], State] = {
    Placed: State.PLACED,
    Rejected: State.REJECTED,
    NotTaken: State.PLANNED,
    Unconfirmed: State.UNCONFIRMED,
}
OUTCOMES: tuple[Outcome, ...] = (
    Placed("7"),
    Rejected("no"),
    NotTaken("busy", again=True),
    NotTaken("key", again=False),
    Unconfirmed("lost"),
)
ENVIRONMENTS = count(1)


class Modelled:
    """What the design says of one order."""

    def __init__(self, order: int, domain: str) -> None:
        self.order = order
        self.domain = domain
        self.states = [State.PLANNED]
        self.attempts = 0

    @property
    def state(self) -> State:
        return self.states[-1]


class LivesOfOrders(RuleBasedStateMachine):
    ledger: Ledger
    orders = Bundle("orders")

    @initialize()
    def begin(self) -> None:
        # An environment of its own: the examples share one database.
        self.environment = f"environment-{next(ENVIRONMENTS)}"
        self.modelled: list[Modelled] = []
        self.batches: list[str] = []
        self.hold_lock()

    def hold_lock(self) -> None:
        self.held = self.ledger.submitting(self.environment)
        self.submitter = self.held.__enter__()

    def let_go(self) -> None:
        self.held.__exit__(None, None, None)

    def live(self, domain: str) -> list[Modelled]:
        return [order for order in self.modelled if order.domain == domain and order.state in LIVE]

    @rule(target=orders, domain=st.sampled_from(DOMAINS))
    def hand_in(self, domain: str) -> Modelled:
        batch = store_batch(self.ledger, domain, environment=self.environment)
        self.batches.append(batch)
        (entry,) = self.ledger.orders(batch)
        modelled = Modelled(entry.id, domain)
        self.modelled.append(modelled)
        return modelled

    @rule(order=orders)
    def claim(self, order: Modelled) -> None:
        allowed = order.state is State.PLANNED and not self.live(order.domain)
        if not allowed:
            with pytest.raises(LedgerConflict):
                self.submitter.claim(order.order, lasting=0)
            return
        self.submitter.claim(order.order, lasting=0)
        order.states.append(State.SUBMITTING)
        order.attempts += 1

    @rule(order=orders, outcome=st.sampled_from(OUTCOMES))
    def record(self, order: Modelled, outcome: Outcome) -> None:
        if order.state is not State.SUBMITTING:
            with pytest.raises(LedgerConflict):
                self.submitter.record(order.order, outcome)
            return
        self.submitter.record(order.order, outcome)
        order.states.append(AFTER[type(outcome)])

    @rule()
    def start_after_a_crash(self) -> None:
        left = [order for order in self.modelled if order.state is State.SUBMITTING]
        self.let_go()
        self.hold_lock()
        assert self.submitter.recover() == len(left)
        for order in left:
            order.states.append(State.UNCONFIRMED)

    @rule(listed=st.sets(st.sampled_from(DOMAINS)))
    def reconcile(self, listed: set[str]) -> None:
        found = [
            order for order in self.modelled if order.state is State.UNCONFIRMED and order.domain in listed
        ]
        told = self.submitter.reconcile(dict.fromkeys(listed, ListedDomain("8")))
        assert sorted(told.found) == sorted(order.domain for order in found)
        for order in found:
            order.states.append(State.PLACED)

    @rule(
        domain=st.sampled_from(DOMAINS), decision=st.sampled_from((Placed("9"), NotTaken("no", again=True)))
    )
    def resolve(self, domain: str, decision: Placed | NotTaken) -> None:
        unconfirmed = [order for order in self.live(domain) if order.state is State.UNCONFIRMED]
        if not unconfirmed:
            with pytest.raises(LedgerConflict):
                self.submitter.resolve(domain, decision)
            return
        self.submitter.resolve(domain, decision)
        unconfirmed[0].states.append(AFTER[type(decision)])

    @rule(order=consumes(orders))
    def forget(self, order: Modelled) -> None:
        """Leave an order as it is from here on."""

    @invariant()
    def the_ledger_agrees(self) -> None:
        entries = [entry for batch in self.batches for entry in self.ledger.orders(batch)]
        told = {entry.id: (entry.state, entry.attempts) for entry in entries}
        assert told == {order.order: (order.state, order.attempts) for order in self.modelled}

    @invariant()
    def a_domain_is_bought_once(self) -> None:
        assert all(len(self.live(domain)) <= 1 for domain in DOMAINS)
        known = self.ledger.known(self.environment, DOMAINS)
        for domain in DOMAINS:
            live = self.live(domain)
            rejected = any(
                order.domain == domain and order.state is State.REJECTED for order in self.modelled
            )
            expected = live[0].state if live else State.REJECTED if rejected else None
            assert (known[domain].state if domain in known else None) is expected

    def teardown(self) -> None:
        """The history tells exactly the moves of every order."""
        self.let_go()
        for domain in DOMAINS:
            moves = [
                (line.before, line.after)
                for line in self.ledger.history(domain)
                if line.environment == self.environment and line.before
            ]
            expected = [
                pair
                for order in self.modelled
                if order.domain == domain
                for pair in zip(order.states, order.states[1:], strict=False)
            ]
            assert sorted(moves) == sorted(expected)


@pytest.mark.long
def test_no_life_of_orders_leaves_the_design(ledger: Ledger) -> None:
    machine = type("LivesInThisLedger", (LivesOfOrders,), {"ledger": ledger})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        ),
    )
