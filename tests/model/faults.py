"""Faults that were made on purpose, each as a patch of the program: the walk must find every one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from batch_orders.core import results, settling
from batch_orders.core.actions import Author
from batch_orders.core.listing import ListedDomain
from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.results import Status
from batch_orders.core.states import State
from batch_orders.core.stops import Ending
from batch_orders.ledger import Submitter, accepting, claims, moves, queries, submitter
from batch_orders.ledger.schema import orders
from batch_orders.service.submission import Submission

Patch = pytest.MonkeyPatch
NEVER = orders.c.id < 0


def forget_what_died(patch: Patch) -> None:
    """What a dead run left in submitting is planned again."""
    move = moves.move

    def moved(connection: Any, order: int, before: State, after: State, *said: Any, **changes: Any) -> None:
        dead = (before, after) == (State.SUBMITTING, State.UNCONFIRMED) and submitter.DIED in said
        move(connection, order, before, State.PLANNED if dead else after, *said, **changes)

    patch.setattr(submitter, "move", moved)


def record_as(patch: Patch, kind: type[Outcome], other: Outcome) -> None:
    record = Submitter.record

    def recorded(self: Submitter, order: int, outcome: Outcome) -> None:
        record(self, order, other if isinstance(outcome, kind) else outcome)

    patch.setattr(Submitter, "record", recorded)


def take_lost_for_placed(patch: Patch) -> None:
    record_as(patch, Unconfirmed, Placed("7"))


def take_lost_for_rejected(patch: Patch) -> None:
    record_as(patch, Unconfirmed, Rejected("No."))


def take_lost_for_not_taken(patch: Patch) -> None:
    record_as(patch, Unconfirmed, NotTaken("Not sent.", again=True))


def find_what_is_not_listed(patch: Patch) -> None:
    """A look-up places every unconfirmed order."""
    reconcile = Submitter.reconcile

    def found(self: Submitter, listed: Mapping[str, ListedDomain], author: Author | None = None) -> Any:
        return reconcile(self, dict.fromkeys(self.unconfirmed(), ListedDomain("7")), author)

    patch.setattr(Submitter, "reconcile", found)


def resume_what_was_not_bought(patch: Patch) -> None:
    """A person's word lets `resume` send the order again."""
    changed = moves.move

    def moved(*said: Any, not_bought_at: str = "", **changes: Any) -> None:
        changed(*said, **changes)

    patch.setattr(submitter, "move", moved)


def forget_requests(patch: Patch) -> None:
    patch.setattr(accepting, "store_requests", lambda *_: None)


def claim_what_is_out_of_date(patch: Patch) -> None:
    """A process that is turned away tries again, whatever was asked for meanwhile."""
    patch.setattr(claims, "wanted_otherwise", lambda: NEVER)


def resume_what_was_asked_anew(patch: Patch) -> None:
    patch.setattr(queries, "has_successor", lambda: NEVER)
    patch.setattr(claims, "wanted_otherwise", lambda: NEVER)


def send_before_the_claim(patch: Patch) -> None:
    """The claim is committed only when the answer is there."""
    submit_order, claim = Submission.submit_order, Submitter.claim

    def submitted(self: Submission, queued: Any) -> Any:
        vendor = self.vendor

        class Hasty:
            def place_order(self, body: Any, window: Any) -> Outcome:
                outcome = vendor.place_order(body, window)
                claim(submission.claims, queued.id)  # type: ignore[arg-type]
                return outcome

        submission = replace(self, vendor=Hasty())
        return submit_order(submission, queued)

    patch.setattr(Submission, "submit_order", submitted)
    patch.setattr(Submitter, "claim", lambda *_: None)


def keep_the_first_word(patch: Patch) -> None:
    """What was unconfirmed when the plan was made stays so in the report."""
    patch.setattr(settling, "MAY_CHANGE", frozenset({Status.NOT_SUBMITTED}))


def keep_the_own_word(patch: Patch) -> None:
    """A report says what its own batch did, whatever a later one has placed."""
    patch.setattr(settling, "from_later", lambda order, own, _: settling.from_own(order, own))


def stop_at_the_end(patch: Patch) -> None:
    """Every reason to stop is told as a stop before the end."""
    ending = vars(results.BatchResult)["ending"].fget
    stopped = property(lambda result: Ending.STOPPED if result.stop else ending(result))
    patch.setattr(results.BatchResult, "ending", stopped)


FAULTS: Mapping[Callable[[Patch], None], str] = {
    forget_what_died: "complete",
    take_lost_for_placed: "complete",
    take_lost_for_rejected: "complete",
    take_lost_for_not_taken: "complete",
    find_what_is_not_listed: "complete",
    resume_what_was_not_bought: "complete",
    forget_requests: "meanwhile",
    claim_what_is_out_of_date: "meanwhile",
    resume_what_was_asked_anew: "complete",
    send_before_the_claim: "complete",
    keep_the_first_word: "complete",
    keep_the_own_word: "complete",
    stop_at_the_end: "complete",
}
"""Each fault, and the world in which it shows."""
