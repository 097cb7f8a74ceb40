"""What changes while a person thinks, or while a run waits for another: it is shown, and never bought."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from batch_orders.core.model import Order
from batch_orders.core.money import Price
from batch_orders.core.plan import Plan
from batch_orders.core.records import Approval
from batch_orders.core.vendors import Offer
from batch_orders.sandbox import Sandbox
from batch_orders.service.accept import accept
from batch_orders.service.approval import approve_plan
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context, Opening, open_context
from batch_orders.service.events import Events
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.submit import accept_and_submit, submit
from batch_orders.smart_senders import ApiKey, Environment, Window, make_body
from tests.service.test_accepting import bought, look, never_again
from tests.sheets import row

pytestmark = pytest.mark.long


@pytest.fixture
def context(tmp_path: Path, sandbox: Sandbox) -> Iterator[Context]:
    environment = Environment.at(sandbox.base_url)
    opening = Opening(
        str(tmp_path / "ledger.db"), environment, ApiKey("any-key"), 60.0, "a test", limiter=RateLimiter(None)
    )
    with open_context(opening) as opened:
        yield opened


def buy_elsewhere(context: Context, domain: str) -> None:
    """Somebody orders with the same key and without this ledger."""
    order = Order(domain, (f"jo@{domain}",), 1, "example.org", {"name": "Jo"})
    context.market.place_order(make_body(order), Window.opened(30.0))


@dataclass
class Person:
    """Says yes to whatever is shown, and takes a time over it in which `meanwhile` happens."""

    context: Context
    meanwhile: list[str] = field(default_factory=list)
    shown: list[Plan] = field(default_factory=list)

    def ask(self, plan: Plan) -> Approval:
        self.shown.append(plan)
        if self.meanwhile:
            buy_elsewhere(self.context, self.meanwhile.pop(0))
        return approve_plan(plan, self.context)


def test_what_was_bought_while_a_person_thought_is_shown_and_not_bought_again(
    context: Context, sandbox: Sandbox, tmp_path: Path
) -> None:
    person = Person(context, ["one.com", "two.com"])
    seen = look(context, tmp_path, row("one.com"), row("two.com"), row("three.com"))
    approval = person.ask(seen.plan)
    accept_and_submit(seen, approval, person.ask, context, Budget(), Events(), persons=True)
    assert [[order.domain for order in plan.to_send] for plan in person.shown] == [
        ["one.com", "two.com", "three.com"],
        ["two.com", "three.com"],
        ["three.com"],
    ]
    assert bought(sandbox) == ["one.com", "two.com", "three.com"]


@dataclass
class Dearer:
    """The vendor, who asks a dollar more for a domain each time that it is asked."""

    vendor: Any
    asked: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.vendor, name)

    def list_vendors(self) -> tuple[Offer, ...]:
        self.asked += 1
        return (Offer(1, "one", Price(Decimal(13 + min(self.asked, 2)), Decimal("4.50"), "USD")),)


def test_a_price_that_rose_while_a_person_thought_is_shown(context: Context, tmp_path: Path) -> None:
    context = replace(context, vendor=cast(Any, Dearer(context.vendor)))
    person = Person(context)
    seen = look(context, tmp_path, row("one.com"))
    accept_and_submit(seen, person.ask(seen.plan), person.ask, context, Budget(), Events(), persons=True)
    assert [str(plan.sent[0].cost) for plan in person.shown] == ["17.50 USD", "18.50 USD", "19.50 USD"]
    (record,) = context.ledger.batches()
    (order,) = context.ledger.orders(record.id)
    assert order.price == Decimal("19.50")


def test_a_batch_that_is_carried_on_is_asked_for_again_as_well(context: Context, tmp_path: Path) -> None:
    context = replace(context, vendor=cast(Any, Dearer(context.vendor)))
    person = Person(context)
    seen = look(context, tmp_path, row("one.com"))
    batch = accept(seen, 0, context, person.ask(seen.plan))
    submit(batch, context, Budget(), person.ask, Events(), persons=True)
    assert [str(plan.sent[0].cost) for plan in person.shown] == ["17.50 USD", "18.50 USD", "19.50 USD"]


def test_what_was_bought_while_a_run_waited_is_not_bought_again(
    context: Context, sandbox: Sandbox, tmp_path: Path
) -> None:
    seen = look(context, tmp_path, row("one.com"), row("two.com"))
    shown: list[Plan] = []
    time = [0.0]
    with ExitStack() as other_run:
        other_run.enter_context(context.ledger.submitting(context.place))

        def wait(seconds: float) -> None:
            time[0] += seconds
            if time[0] >= 1:
                buy_elsewhere(context, "one.com")
                other_run.close()

        limiter = RateLimiter(None, clock=lambda: time[0], sleep=wait)
        waiting = replace(context, wait=True, limiter=limiter)

        def approve(plan: Plan) -> Approval:
            shown.append(plan)
            return approve_plan(plan, waiting)

        accept_and_submit(seen, approve_plan(seen.plan, waiting), approve, waiting, Budget(), Events())
    assert [[order.domain for order in plan.to_send] for plan in shown] == [["two.com"]]
    assert bought(sandbox) == ["one.com", "two.com"]


def test_a_run_that_asks_nobody_and_waits_for_nobody_asks_the_vendor_once(
    context: Context, tmp_path: Path
) -> None:
    vendor = Dearer(context.vendor)
    context = replace(context, vendor=cast(Any, vendor))
    seen = look(context, tmp_path, row("one.com"))
    accept_and_submit(seen, approve_plan(seen.plan, context), never_again, context, Budget(), Events())
    assert vendor.asked == 0
