"""The table of moves, held by the code and by the database."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.states import MOVES, State
from batch_orders.errors import LedgerConflict
from batch_orders.ledger import Ledger
from batch_orders.ledger.moves import move
from batch_orders.ledger.schema import events, orders
from tests.ledger.batches import LIVE, OTHER, bring_to, opened_engine, plan_orders, state_of

PAIRS = list(product(State, State))


def test_exactly_the_moves_of_the_design_work(ledger: Ledger, ledger_url: str) -> None:
    ids = plan_orders(ledger, *(f"shop-{number}.com" for number in range(len(PAIRS))))
    worked = set()
    with opened_engine(ledger_url) as engine:
        for order, (before, after) in zip(ids, PAIRS, strict=True):
            with engine.begin() as connection:
                bring_to(connection, order, before)
            try:
                with engine.begin() as connection:
                    move(connection, order, before, after)
            except LedgerConflict:
                expected = before
            else:
                worked.add((before, after))
                expected = after
            with engine.connect() as connection:
                assert state_of(connection, order) is expected
    assert (
        worked
        == MOVES
        == {
            (State.PLANNED, State.SUBMITTING),
            (State.SUBMITTING, State.PLACED),
            (State.SUBMITTING, State.REJECTED),
            (State.SUBMITTING, State.UNCONFIRMED),
            (State.SUBMITTING, State.PLANNED),
            (State.UNCONFIRMED, State.PLACED),
            (State.UNCONFIRMED, State.PLANNED),
            (State.UNCONFIRMED, State.REJECTED),
            (State.PLACED, State.GONE),
            (State.REJECTED, State.PLANNED),
        }
    )


def test_a_move_from_another_state_than_the_order_is_in_changes_nothing(
    ledger: Ledger, ledger_url: str
) -> None:
    (order,) = plan_orders(ledger, "shop.com")
    with opened_engine(ledger_url) as engine:
        for before, after in sorted(MOVES - {(State.PLANNED, State.SUBMITTING)}):
            with pytest.raises(LedgerConflict, match=rf"no longer {before}"), engine.begin() as connection:
                move(connection, order, before, after)
        with pytest.raises(LedgerConflict), engine.begin() as connection:
            move(connection, order + 1000, State.PLANNED, State.SUBMITTING)
        with engine.connect() as connection:
            assert state_of(connection, order) is State.PLANNED
            assert connection.execute(select(func.count()).select_from(events)).scalar() == 0


def test_a_move_touches_its_own_order_only(ledger: Ledger, ledger_url: str) -> None:
    first, second = plan_orders(ledger, "shop.com", "store.com")
    with opened_engine(ledger_url) as engine, engine.begin() as connection:
        move(connection, first, State.PLANNED, State.SUBMITTING)
        assert state_of(connection, second) is State.PLANNED


def test_a_move_and_its_event_are_one_transaction(ledger: Ledger, ledger_url: str) -> None:
    (order,) = plan_orders(ledger, "shop.com")
    with opened_engine(ledger_url) as engine:
        with pytest.raises(ZeroDivisionError), engine.begin() as connection:
            move(connection, order, State.PLANNED, State.SUBMITTING)
            1 / 0  # noqa: B018
        with engine.connect() as connection:
            assert state_of(connection, order) is State.PLANNED
            assert connection.execute(select(events)).all() == []
        with engine.begin() as connection:
            move(connection, order, State.PLANNED, State.SUBMITTING, "why", "who")
        with engine.connect() as connection:
            (event,) = connection.execute(select(events)).all()
            assert (event.order_id, event.before, event.after) == (order, State.PLANNED, State.SUBMITTING)
            assert (event.message, event.actor) == ("why", "who")


def test_no_event_no_move(ledger: Ledger, ledger_url: str) -> None:
    """An event that cannot be written takes the move back with it."""
    (order,) = plan_orders(ledger, "shop.com")
    with opened_engine(ledger_url) as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE events RENAME TO elsewhere")
        with ledger.submitting(LIVE) as submitter, pytest.raises(Exception, match="events"):
            submitter.claim(order)
        with engine.connect() as connection:
            assert state_of(connection, order) is State.PLANNED


def test_the_database_itself_refuses_an_unknown_state(ledger: Ledger, ledger_url: str) -> None:
    plan_orders(ledger, "shop.com")
    with (
        opened_engine(ledger_url) as engine,
        pytest.raises(IntegrityError),
        engine.begin() as connection,
    ):
        connection.execute(update(orders).values(state="lost"))


@pytest.mark.parametrize("bought", [State.SUBMITTING, State.PLACED, State.UNCONFIRMED])
def test_the_database_itself_refuses_a_second_live_order(
    ledger: Ledger, ledger_url: str, bought: State
) -> None:
    (first,), (second,) = plan_orders(ledger, "shop.com"), plan_orders(ledger, "shop.com")
    with opened_engine(ledger_url) as engine:
        with engine.begin() as connection:
            bring_to(connection, first, bought)
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(update(orders).where(orders.c.id == second).values(state=State.SUBMITTING))
        with engine.connect() as connection:
            assert state_of(connection, second) is State.PLANNED
    with ledger.submitting(LIVE) as submitter:
        with pytest.raises(LedgerConflict, match="Another order for this domain"):
            submitter.claim(second)
        # The refusal leaves the connection fit for the next order.
        (other,) = plan_orders(ledger, "store.com")
        submitter.claim(other)


@pytest.mark.parametrize("free", [State.PLANNED, State.REJECTED])
def test_a_domain_that_was_not_bought_can_be_bought(ledger: Ledger, ledger_url: str, free: State) -> None:
    (first,), (second,) = plan_orders(ledger, "shop.com"), plan_orders(ledger, "shop.com")
    with opened_engine(ledger_url) as engine, engine.begin() as connection:
        bring_to(connection, first, free)
    with ledger.submitting(LIVE) as submitter:
        submitter.claim(second)


def test_environments_do_not_meet(ledger: Ledger) -> None:
    (live,), (sandbox,) = plan_orders(ledger, "shop.com"), plan_orders(ledger, "shop.com", environment=OTHER)
    with ledger.submitting(LIVE) as one, ledger.submitting(OTHER) as two:
        one.claim(live)
        two.claim(sandbox)
        two.record(sandbox, Placed("7"))
    assert ledger.known(LIVE, ["shop.com"])["shop.com"].state is State.SUBMITTING
    assert ledger.known(OTHER, ["shop.com"])["shop.com"].vendor_order_id == "7"


def test_each_outcome_is_recorded_as_what_it_proved(ledger: Ledger) -> None:
    outcomes: tuple[tuple[Outcome, State, str, str], ...] = (
        (Placed("895641", "thank you"), State.PLACED, "895641", "thank you"),
        (Rejected("no"), State.REJECTED, "", "no"),
        (NotTaken("busy", again=True), State.PLANNED, "", "busy"),
        (NotTaken("key", again=False), State.PLANNED, "", "key"),
        (Unconfirmed("lost"), State.UNCONFIRMED, "", "lost"),
    )
    draft = [f"shop-{number}.com" for number in range(len(outcomes))]
    ids = plan_orders(ledger, *draft)
    with ledger.submitting(LIVE) as submitter:
        for order, (outcome, _, _, _) in zip(ids, outcomes, strict=True):
            submitter.claim(order)
            submitter.record(order, outcome)
    batch = ledger.batches()[0].id
    told = [(entry.state, entry.vendor_order_id, entry.message) for entry in ledger.orders(batch)]
    assert told == [(state, order_id, message) for _, state, order_id, message in outcomes]
    assert all(entry.attempts == 1 for entry in ledger.orders(batch))


def test_nothing_can_be_recorded_that_was_not_claimed(ledger: Ledger) -> None:
    (order,) = plan_orders(ledger, "shop.com")
    with ledger.submitting(LIVE) as submitter:
        with pytest.raises(LedgerConflict):
            submitter.record(order, Placed("7"))
        submitter.claim(order)
        submitter.record(order, Placed("7"))
        with pytest.raises(LedgerConflict):
            submitter.record(order, Rejected("no"))
        with pytest.raises(LedgerConflict):
            submitter.claim(order)
