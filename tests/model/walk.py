"""The walk: every start from every state, breadth first, and what must be true at each of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from batch_orders.core.actions import Author
from batch_orders.core.outcomes import NotTaken, Placed
from batch_orders.core.results import BatchResult, Status
from batch_orders.core.stops import Ending
from batch_orders.errors import BatchOrdersError, LedgerConflict, LookUpError, SubmitterBusy
from batch_orders.ledger.schema import metadata
from batch_orders.service.accept import approve_batch
from batch_orders.service.approval import approve_plan
from batch_orders.service.budget import Budget
from batch_orders.service.events import Events
from batch_orders.service.followup import free, reconcile, resolve, settle_earlier, track
from batch_orders.service.preview import preview, preview_batch
from batch_orders.service.result import result_of
from batch_orders.service.submit import accept_and_submit, submit
from tests.model.world import CHANGED, FIRST, TABLES, State, Violation, World

COLUMNS = {name: [column.name for column in metadata.tables[name].columns] for name in TABLES}
LIVE = ("submitting", "placed", "unconfirmed")
PERSON = Author("a person")
STATEMENTS = ("look up", "resolve", "fail")
DONE = (Status.PLACED, Status.ALREADY_PLACED, Status.INVALID)
MOST_STARTS = 3
"""After so many quiet starts everything must have come to its end."""


class Starts:
    """What people and processes do, each from its start to its end."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.perform = self.perform

    def perform(self, what: str) -> None:
        match what:
            case "resume":
                self.resume()
            case "look up":
                self.look_up()
            case "resolve":
                self.resolve_truly()
            case "fail":
                self.fail_and_free()
            case _:
                self.run(what)

    def run(self, name: str) -> BatchResult:
        world, context, budget = self.world, self.world.context, Budget()
        world.running = name
        view = context.view_vendor()
        settle_earlier(context, view)
        seen = preview([world.rules.sheets[name]], context, budget, view)
        approval = approve_plan(seen.plan, context)
        (result,) = accept_and_submit(
            seen, approval, lambda plan: approve_plan(plan, context), context, budget, Events()
        )
        self.check_result(result)
        return result

    def resume(self) -> None:
        world, context, budget = self.world, self.world.context, Budget()
        batch = world.ledger.resumable()
        if batch is None:
            return
        view = context.view_vendor()
        settle_earlier(context, view)
        try:
            plan = preview_batch(batch.id, context, budget, view)
            approve_batch(batch.id, plan, approve_plan(plan, context), context)
            result = submit(batch.id, context, budget, lambda plan: approve_plan(plan, context), Events())
        except (SubmitterBusy, LedgerConflict):
            return
        self.check_result(result)

    def look_up(self) -> None:
        try:
            reconcile(self.world.context)
        except (SubmitterBusy, LookUpError):
            return

    def resolve_truly(self) -> None:
        """A person finds out what became of every order in doubt, and records it."""
        world = self.world
        for order in world.ledger.unsettled():
            bought = order.domain in dict(world.truth.bought)
            decision = Placed("") if bought else NotTaken("Not bought.", again=True)
            try:
                resolve(world.ledger, order.domain, decision, order.environment, "", PERSON)
            except SubmitterBusy:
                return

    def fail_and_free(self) -> None:
        """The vendor fails what it took, which `track` finds, and a person records that it is gone."""
        world = self.world
        for domain, content in sorted(world.truth.bought):
            placed = {(found, state) for found, state in world.find("orders", "domain", "state")}
            if (domain, "placed") not in placed:
                continue
            gone = {(domain, content)}
            world.truth = replace(
                world.truth, bought=world.truth.bought - gone, failed=world.truth.failed | gone
            )
            world.boundary()
            track(world.context)
            free(world.ledger, domain, "It failed.", world.context.place, "", PERSON)

    # What must be true.

    def check_result(self, result: BatchResult) -> None:
        truth, states = self.world.truth, self.live_states()
        rows = sorted(place for order in result.orders for place in order.rows)
        demand(rows == list(range(len(rows))), "a row stands under no word, or under several", result)
        if result.ending is Ending.STOPPED:
            unsent = any(order.status is Status.NOT_SUBMITTED for order in result.orders)
            demand(unsent, "stopped before its end, and nothing was left unsent", result)
        for order in result.orders:
            content = order.mailboxes[0].partition("@")[0]
            sold = dict(truth.bought | truth.failed).get(order.domain)
            match order.status:
                case Status.PLACED | Status.ALREADY_PLACED:
                    demand(sold == content, "placed, and not sold", result)
                case Status.UNCONFIRMED:
                    known = states.get(order.domain)
                    demand(
                        known in ("submitting", "unconfirmed"),
                        f"unconfirmed, and the ledger says {known}",
                        result,
                    )
                case Status.NOT_SUBMITTED | Status.REJECTED:
                    # What nobody stored cannot be told what other runs did since.
                    demand(sold != content or not result.batch, "said not to be bought, and sold", result)
                case Status.INVALID:
                    told = order.domain in states or "recorded as gone now" in order.message
                    demand(told, "called changed, and nothing was placed", result)
                case Status.BOUGHT_ELSEWHERE:
                    demand(False, "bought elsewhere, and this ledger did it", result)

    def live_states(self) -> Mapping[str, str]:
        return {
            domain: state for domain, state in self.world.find("orders", "domain", "state") if state in LIVE
        }

    def check_state(self) -> None:
        """What the ledger says against what is true, and every batch's result as it would be told now."""
        truth = self.world.truth
        orders = self.world.find("orders", "domain", "state", "content")
        live = [(domain, read_content(content)) for domain, state, content in orders if state in LIVE]
        placed = [(domain, read_content(content)) for domain, state, content in orders if state == "placed"]
        demand(len(dict(live)) == len(live), "two live orders of one domain", live)
        demand(truth.bought <= set(live), "bought, and neither placed, submitting nor unconfirmed", orders)
        demand(set(placed) <= truth.bought | truth.failed, "placed, and never bought", orders)
        for (batch,) in self.world.find("batches", "id"):
            self.check_result(result_of(batch, self.world.ledger))

    def close(self) -> None:
        """True statements and quiet starts bring everything to its end, and then nothing happens any more."""
        world = self.world
        self.resolve_truly()
        for _ in range(MOST_STARTS):
            result = self.run(world.truth.latest)
            demand(not world.ledger.unsettled(), "still in doubt", result)
            if all(order.status in DONE for order in result.orders):
                return
        raise Violation(f"No end: {[(order.domain, order.word) for order in result.orders]}")


def read_content(document: str) -> str:
    return CHANGED if f'"{CHANGED}@' in document else FIRST


def demand(holds: bool, what: str, about: object) -> None:
    if not holds:
        told = (
            [(o.domain, o.word, o.message) for o in about.orders] if isinstance(about, BatchResult) else about
        )
        raise Violation(f"{what}: {told}")


Found = tuple[State, int, tuple[str, ...]]
"""A state, how many runs deep it was found, and by which path."""


@dataclass
class Walk:
    """Breadth first from the empty ledger, `depth` runs deep; what people say costs nothing.

    `nodes` counts different states.
    """

    world: World
    depth: int
    nodes: int = 0
    executions: int = 0
    known: set[str] = field(default_factory=set)

    def go(self) -> None:
        starts = Starts(self.world)
        waiting: deque[Found] = deque([(self.world.take(), 0, ("begin",))])
        self.known.add(self.key_of(self.world.take()))
        while waiting:
            state, deep, path = waiting.popleft()
            self.nodes += 1
            try:
                self.look(state, starts)
            except (Violation, BatchOrdersError) as found:
                raise Violation(f"{' → '.join(path)}: {found}") from found
            if deep == self.depth:
                continue
            for what in self.starts():
                for after, taken in self.outcomes(state, what, starts, path):
                    key = self.key_of(after)
                    if key not in self.known:
                        self.known.add(key)
                        self.put_aside(
                            waiting, (after, deep + (what not in STATEMENTS), (*path, f"{what} {taken}"))
                        )

    @staticmethod
    def put_aside(waiting: deque[Found], found: Found) -> None:
        """What took no further run comes before what did."""
        if waiting and waiting[-1][1] > found[1]:
            waiting.appendleft(found)
        else:
            waiting.append(found)

    def key_of(self, state: State) -> str:
        """The two contents are alike where the sheets are: a state and the one with both exchanged are one."""
        key = repr(key_of(state))
        if not self.world.rules.symmetrical:
            return key
        exchanged = key.replace(FIRST, "…").replace(CHANGED, FIRST).replace("…", CHANGED)
        return min(key, exchanged)

    def starts(self) -> tuple[str, ...]:
        rules = self.world.rules
        return (*rules.sheets, "resume", "look up", "resolve", *(("fail",) if rules.fails else ()))

    def look(self, state: State, starts: Starts) -> None:
        self.world.script = ()
        self.world.put(state)
        starts.check_state()
        starts.close()
        self.executions += 1

    def outcomes(
        self, state: State, what: str, starts: Starts, path: tuple[str, ...]
    ) -> Iterator[tuple[State, Any]]:
        """Every state that a start leaves, whatever is chosen and wherever it is killed."""
        scripts: list[tuple[int, ...]] = [()]
        while scripts:
            script = scripts.pop()
            self.world.script = script
            self.world.put(state)
            try:
                starts.perform(what)
            except (Violation, BatchOrdersError) as found:
                raise Violation(f"{' → '.join(path)} → {what} {self.world.taken}: {found}") from found
            self.executions += 1
            self.world.boundary()
            taken = tuple(choice for choice, _ in self.world.taken)
            for after in self.world.seen:
                yield after, taken
            for place in range(len(script), len(taken)):
                alternatives = self.world.taken[place][1]
                scripts += [(*taken[:place], other) for other in range(taken[place] + 1, alternatives)]


def key_of(state: State) -> object:
    """What starts can tell of a state. Left out are times, words, numbers, and what no start looks at any more.

    That is a batch that asks for nothing, and of the orders of a domain those that are over and not the latest.
    """
    tables = {
        table: [dict(zip(COLUMNS[table], row, strict=True)) for row in rows] for table, rows in state.rows
    }
    ends = {line["id"]: (bool(line["finished_at"]), line["stop_reason"]) for line in tables["batches"]}
    ends |= {
        line["batch"]: (bool(line["finished_at"]), line["stop_reason"]) for line in tables["resumptions"]
    }
    latest = {line["domain"]: line["id"] for line in tables["orders"]}
    contents = {line["fingerprint"]: read_content(line["content"]) for line in tables["orders"]}
    asked = {
        line["domain"]: (contents.get(line["fingerprint"], "other"), line["after_order"])
        for line in tables["requests"]
    }
    kept: dict[object, int] = {}
    for line in tables["orders"]:
        is_latest = line["id"] == latest[line["domain"]]
        if not is_latest and line["state"] in ("rejected", "gone"):
            continue
        described = (*describe_order(line), ends[line["batch"]] == (True, ""), is_latest)
        kept.pop(described, None)
        kept[described] = line["id"]
    wanted = sorted(
        (domain, content) for domain, (content, after) in asked.items() if after == latest[domain]
    )
    truth = state.truth
    known = (sorted(truth.bought), sorted(truth.failed), sorted(truth.asked), sorted(truth.waits_for_sheet))
    return (tuple(kept), wanted, known)


def describe_order(line: Mapping[str, Any]) -> tuple[object, ...]:
    flags = (line["vendor_order_id"] != "", line["not_bought_at"] != "", line["vendor_status"])
    return (line["domain"], read_content(line["content"]), line["state"], *flags)
