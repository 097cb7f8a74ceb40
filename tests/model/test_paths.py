"""Every path of a small world: whatever is answered, killed, handed in and said, the promise holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.model.faults import FAULTS
from tests.model.walk import Starts, Walk
from tests.model.world import State, Violation, World, open_world
from tests.model.worlds import IN_THE_SUITE, worlds

pytestmark = pytest.mark.long


@pytest.mark.parametrize("name", IN_THE_SUITE)
def test_no_path_breaks_the_promise(tmp_path: Path, name: str) -> None:
    """The number of states is exact, so that what is walked cannot shrink unseen."""
    size = IN_THE_SUITE[name]
    with open_world(tmp_path, worlds()[name]) as world:
        walk = Walk(world, size.depth)
        walk.go()
    assert walk.nodes == size.nodes


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.__name__))
def test_a_fault_that_was_made_on_purpose_is_found(
    tmp_path: Path, fault: Callable[[pytest.MonkeyPatch], None]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fault(patch)
        with open_world(tmp_path, worlds()[FAULTS[fault]]) as world, pytest.raises(Violation):
            Walk(world, 3).go()


class Killed(BaseException):
    """Stands for kill -9 at a statement."""


def test_a_kill_at_any_statement_leaves_a_state_that_was_looked_at(tmp_path: Path) -> None:
    with open_world(tmp_path, worlds()["complete"]) as world:
        begin, starts = world.take(), Starts(world)
        looked_at = set(keys_of_every_look(world, starts, begin))
        left = set()
        for nth in range(1, 10_000):
            world.put(begin)
            if not dies_at(world, starts, nth):
                break
            left.add(Walk(world, 0).key_of(world.take()))
    assert nth > 20
    assert left <= looked_at
    assert len(left) >= 4


def keys_of_every_look(world: World, starts: Starts, begin: State) -> set[str]:
    walk = Walk(world, 1)
    return {walk.key_of(begin)} | {
        walk.key_of(after) for after, _ in walk.outcomes(begin, "first", starts, ())
    }


def dies_at(world: World, starts: Starts, nth: int) -> bool:
    """Whether a run has so many statements; it is cut off before that one, without any tidying up."""
    from sqlalchemy import event

    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1
        if counted >= nth:
            raise Killed

    engine = world.ledger._engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        starts.perform("first")
    except Killed:
        return True
    finally:
        event.remove(engine, "before_cursor_execute", count)
        engine.dispose()
    return False
