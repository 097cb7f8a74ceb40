"""What is said of batches: from the ledger's counts alone, and "in progress" only where a process lives behind it."""

from __future__ import annotations

import hashlib
import os
import re
import socket
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from batch_orders.core.records import BatchRecord, LedgerOrder
from batch_orders.core.states import State
from batch_orders.core.wording import counted
from batch_orders.queue.state import Standing, find_standing
from batch_orders.service.living import batch_work
from batch_orders.web.site import Site

PROCESS = re.compile(r".*@(?P<host>\S+) \(process (?P<process>\d+)\)")
FEWEST_MOVES = 3
"""Below so many moves nothing is said of the time that is left."""


@dataclass(frozen=True, slots=True)
class BatchWords:
    """`kind` is how it stands, for its colour; `sentence` says it. `runs` and `waits` need a living process."""

    id: str
    sheet: str
    heading: str
    kind: str
    sentence: str
    runs: bool
    can_carry_on: bool
    can_stop: bool
    queued: bool
    total: int
    done: int
    counts: tuple[tuple[str, int], ...]
    accepted_at: str
    environment: str
    account: str
    pruned: bool
    held_back: str

    @property
    def line(self) -> str:
        """The heading, and how much of the sheet was held back: a list has nothing else that says it."""
        return f"{self.heading}, {self.held_back}" if self.held_back else self.heading

    @property
    def version(self) -> str:
        """Differs where anything that is shown does."""
        told = f"{self.heading}{self.kind}{self.sentence}{self.can_carry_on}{self.can_stop}{self.counts}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]


COUNT_WORDS = {
    State.PLACED: "placed",
    State.REJECTED: "refused",
    State.UNCONFIRMED: "may have been bought",
    State.SUBMITTING: "in flight",
    State.PLANNED: "not sent",
}


def list_batches(site: Site, most: int, accounts: Collection[str] | None, after: int = 0) -> list[BatchWords]:
    """The latest batches, of these accounts or of all, after the first `after` of them."""
    holders = site.ledger.submitters()
    records = site.ledger.batches(most, accounts, after)
    return [tell_batch_beside(holders.get((each.environment, each.account)), site, each) for each in records]


def tell_batch(site: Site, record: BatchRecord) -> BatchWords:
    return tell_batch_beside(site.ledger.submitter(record.environment, record.account), site, record)


def tell_batch_beside(holder: tuple[str, str] | None, site: Site, record: BatchRecord) -> BatchWords:
    """`holder` submits for the batch's account, as the ledger says, and since when."""
    process = site.living.process(batch_work(record.id))
    alive = process is not None
    if holder and f"(process {process})" in holder[0]:
        holder = None  # it waits behind nobody: its own turn has just come
    elsewhere = bool(holder) and not alive and is_under_way(record) and may_live(holder[0] if holder else "")
    open_end = record.waiting or is_under_way(record) or record.states.get(State.PLANNED, 0)
    standing = find_standing(site.ledger, record.id) if open_end and not alive else None
    if standing and standing.worker:
        elsewhere, holder = True, (standing.worker, "")
    runs = alive or elsewhere or (standing is not None and not standing.paused)
    if not runs and (record.waiting or is_under_way(record)):
        # It may have ended since it was read: its end is stored before its process lets go.
        record = site.ledger.batch(record.id) or record
    states = record.states
    total = sum(states.values())
    kind, sentence = tell_standing(standing) if standing else tell_state(record, alive, elsewhere, holder)
    left = states.get(State.PLANNED, 0) + states.get(State.SUBMITTING, 0)
    here = record.environment in site.places and record.account in site.environments
    return BatchWords(
        id=record.id,
        sheet=record.sheet,
        heading=tell_counts(record),
        kind=kind,
        sentence=sentence,
        runs=runs,
        can_carry_on=bool(left) and not runs and here and not standing,
        can_stop=alive or standing is not None,
        queued=standing is not None and not standing.worker,
        total=total,
        done=total - left,
        counts=tuple(
            (word, states.get(state, 0)) for state, word in COUNT_WORDS.items() if states.get(state)
        ),
        accepted_at=record.accepted_at,
        environment=record.environment,
        account=record.account,
        pruned=record.pruned,
        held_back=record.held_back.told,
    )


def tell_standing(standing: Standing) -> tuple[str, str]:
    """How a batch stands that workers carry out."""
    if standing.worker:
        return "runs", f"In progress, by the worker {standing.worker}."
    if standing.paused:
        return "stopped", f"Its account is paused: {standing.why}"
    why = f" {standing.why}" if standing.why else ""
    return "waits", f"It waits its turn in the queue, and a worker begins it by itself.{why}"


def tell_counts(record: BatchRecord) -> str:
    """`28 of 36 placed, 1 refused, 1 may have been bought`."""
    states = record.states
    said = [f"{states.get(State.PLACED, 0):,} of {sum(states.values()):,} placed"]
    said += [
        f"{states[state]:,} {COUNT_WORDS[state]}"
        for state in (State.REJECTED, State.UNCONFIRMED)
        if states.get(state)
    ]
    return ", ".join(said)


def is_under_way(record: BatchRecord) -> bool:
    """Whether it was started, and nothing says that it ended."""
    return bool(record.started_at) and not record.last_finished_at


def may_live(actor: str) -> bool:
    """Whether the process that the ledger names may still be at work. One of another machine may."""
    named = PROCESS.fullmatch(actor)
    if named is None or named["host"] != socket.gethostname():
        return True
    try:
        os.kill(int(named["process"]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def tell_state(
    record: BatchRecord, alive: bool, elsewhere: bool, holder: tuple[str, str] | None
) -> tuple[str, str]:
    states = record.states
    if record.waiting and alive:
        if not holder:
            return "waits", "It is about to begin."
        behind = f"{holder[0]}, at work since {clock_of(holder[1])}"
        return "waits", f"It waits its turn behind {behind}. It begins by itself."
    if record.waiting:
        return "stopped", "It was accepted and waits, and nothing carries it on just now."
    if alive:
        return "runs", "In progress."
    if elsewhere:
        return "runs", f"In progress, by {holder[0] if holder else 'another process'}."
    if is_under_way(record):
        return "stopped", "It was cut off before its end. What was sent is known."
    if record.last_stop:
        return "stopped", f"It stopped before its end: {record.last_stop.sentence}"
    if states.get(State.UNCONFIRMED) or states.get(State.REJECTED) or record.held_back:
        return "attention", "It went to its end, and something needs a person."
    return "done", "It went to its end."


def clock_of(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%H:%M}"


def tell_time_left(words: BatchWords, orders: Sequence[LedgerOrder]) -> str:
    """By the pace of the last moves, "" where there are too few to say."""
    moved = sorted(
        order.changed_at for order in orders if order.attempts and order.state is not State.PLANNED
    )
    left = words.total - words.done
    if not words.runs or not left or len(moved) < FEWEST_MOVES:
        return ""
    last = moved[-20:]
    begun = datetime.fromisoformat(last[0])
    seconds = (datetime.now(UTC) - begun).total_seconds() / len(last) * left
    return (
        "less than a minute left" if seconds < 60 else f"about {counted(round(seconds / 60), 'minute')} left"
    )
