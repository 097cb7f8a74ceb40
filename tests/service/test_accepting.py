"""Batches that were accepted and wait, approvals and prices: the road to money, on a real ledger and vendor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from batch_orders.core.money import Price
from batch_orders.core.plan import Decision, Plan
from batch_orders.core.records import Approval
from batch_orders.core.results import BatchResult, Status
from batch_orders.core.stops import Stop, StopReason
from batch_orders.core.vendors import Offer
from batch_orders.errors import ConfigurationError
from batch_orders.sandbox import Sandbox
from batch_orders.service.accept import accept
from batch_orders.service.approval import approve_plan
from batch_orders.service.budget import Budget
from batch_orders.service.check import check_sheet
from batch_orders.service.context import Catalogue, Context, Opening, open_context
from batch_orders.service.events import Events
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.preview import NewSheet, Preview, preview
from batch_orders.service.result import result_of
from batch_orders.service.submit import accept_and_submit, submit
from batch_orders.sheet import ReadOptions
from batch_orders.smart_senders import ApiKey, Environment
from tests.sheets import Row, row, write_csv

pytestmark = pytest.mark.long


@pytest.fixture
def context(tmp_path: Path, sandbox: Sandbox) -> Iterator[Context]:
    opening = Opening(
        ledger=str(tmp_path / "ledger.db"),
        environment=Environment.at(sandbox.base_url),
        key=ApiKey("any-key"),
        timeout=60.0,
        door="a test",
        limiter=RateLimiter(None),
    )
    with open_context(opening) as opened:
        yield opened


def look(context: Context, folder: Path, *rows: Row, name: str = "june.csv") -> Preview:
    grouping = check_sheet(write_csv(folder / name, *rows), ReadOptions(), keep_data=True)
    return preview([NewSheet.of(grouping)], context, Budget())


def never_again(plan: Plan) -> Approval | Stop:
    raise AssertionError(f"Somebody was asked again, about {plan.checksum}.")


def refuse(plan: Plan) -> Stop:
    return Stop(StopReason.DECLINED, "Too dear.")


def run(context: Context, seen: Preview) -> BatchResult:
    approval = approve_plan(seen.plan, context)
    (result,) = accept_and_submit(seen, approval, never_again, context, Budget(), Events())
    return result


def bought(sandbox: Sandbox) -> list[str]:
    return [domain for taken in sandbox.orders for domain in taken.domains]


def dearer(context: Context, by: str) -> Context:
    """The same context, in which vendor 1 asks for another price of a domain."""
    price = Price(Decimal(13) + Decimal(by), Decimal("4.50"), "USD")
    return replace(context, catalogue=Catalogue((Offer(1, "one", price),)))


def test_a_batch_that_waits_is_carried_out_by_its_id_alone(
    context: Context, sandbox: Sandbox, tmp_path: Path
) -> None:
    seen = look(context, tmp_path, row("one.com"), row("bad name"))
    batch = accept(seen, 0, context, approve_plan(seen.plan, context))
    (tmp_path / "june.csv").unlink()
    assert bought(sandbox) == []
    result = submit(batch, context, Budget(), never_again, Events())
    assert [order.status for order in result.orders] == [Status.PLACED, Status.INVALID]
    assert result_of(batch, context.ledger).orders == result.orders


def test_a_later_sheet_is_told_that_the_domain_waits_and_supersedes_nothing(
    context: Context, sandbox: Sandbox, tmp_path: Path
) -> None:
    seen = look(context, tmp_path, row("one.com"))
    batch = accept(seen, 0, context, approve_plan(seen.plan, context))
    later = look(context, tmp_path, row("one.com", "john"), row("two.com"), name="july.csv")
    assert [item.decision for item in later.plan.planned] == [Decision.WAITING, Decision.NEW]
    result = run(context, later)
    assert [order.status for order in result.orders] == [Status.NOT_SUBMITTED, Status.PLACED]
    assert f"waits in batch {batch}" in result.orders[0].message
    assert [order.status for order in submit(batch, context, Budget(), never_again, Events()).orders] == [
        Status.PLACED
    ]
    assert bought(sandbox) == ["two.com", "one.com"]


def test_a_batch_is_carried_out_once_whoever_asks(context: Context, sandbox: Sandbox, tmp_path: Path) -> None:
    seen = look(context, tmp_path, row("one.com"))
    batch = accept(seen, 0, context, approve_plan(seen.plan, context))
    for _ in range(3):
        submit(batch, context, Budget(), never_again, Events())
    assert bought(sandbox) == ["one.com"]


def test_a_batch_is_never_carried_out_for_another_account(
    context: Context, sandbox: Sandbox, tmp_path: Path
) -> None:
    seen = look(context, tmp_path, row("one.com"))
    batch = accept(seen, 0, context, approve_plan(seen.plan, context))
    with pytest.raises(ConfigurationError, match=f"Batch {batch} goes to http"):
        submit(batch, replace(context, account="other"), Budget(), never_again, Events())
    assert bought(sandbox) == []


@pytest.mark.parametrize(("by", "asked"), [("-1", False), ("0", False), ("0.01", True)])
def test_what_has_become_dearer_since_the_yes_needs_another_one(
    context: Context, sandbox: Sandbox, tmp_path: Path, by: str, asked: bool
) -> None:
    seen = look(context, tmp_path, row("one.com"))
    batch = accept(seen, 0, context, approve_plan(seen.plan, context))
    result = submit(batch, dearer(context, by), Budget(), refuse, Events())
    assert (bought(sandbox), bool(result.stop)) == ([] if asked else ["one.com"], asked)


def test_a_second_yes_is_kept_beside_the_first_with_its_price(
    context: Context, sandbox: Sandbox, tmp_path: Path
) -> None:
    seen = look(context, tmp_path, row("one.com"))
    batch = accept(seen, 0, context, approve_plan(seen.plan, context))
    changed = dearer(context, "5")
    submit(batch, changed, Budget(), lambda plan: approve_plan(plan, changed), Events())
    assert bought(sandbox) == ["one.com"]
    approvals = context.ledger.approvals(batch)
    assert [str(approval.cost) for approval in approvals] == ["17.50", "22.50"]
    assert {(approval.door, approval.currency, approval.orders) for approval in approvals} == {
        ("a test", "USD", 1)
    }
    (order,) = context.ledger.orders(batch)
    assert (order.price, order.currency) == (Decimal("22.50"), "USD")


def test_an_observer_that_fails_stops_no_order(context: Context, sandbox: Sandbox, tmp_path: Path) -> None:
    class Broken(Events):
        def outcome(self, *_: object) -> None:
            raise BrokenPipeError

    seen = look(context, tmp_path, row("one.com"), row("two.com"))
    approval = approve_plan(seen.plan, context)
    accept_and_submit(seen, approval, never_again, context, Budget(), Broken())
    assert bought(sandbox) == ["one.com", "two.com"]


def test_a_preview_stores_and_settles_nothing(context: Context, tmp_path: Path) -> None:
    run(context, look(context, tmp_path, row("drop-after-one.com")))
    ledger = tmp_path / "ledger.db"
    before = context.ledger.history("drop-after-one.com"), context.ledger.batches()
    look(context, tmp_path, row("drop-after-one.com"), row("two.com"))
    assert (context.ledger.history("drop-after-one.com"), context.ledger.batches()) == before
    assert ledger.exists()
