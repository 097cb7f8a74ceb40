"""What a person is told to do next, and the command for it."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Any

import pytest

from batch_orders.core.base_url import LIVE_BASE_URL
from batch_orders.core.next_steps import Files, Todo, merge_steps, next_steps, settle_unconfirmed
from batch_orders.core.results import BatchResult, Status
from batch_orders.core.stops import Stop, StopReason
from tests.report_parts import make_lines, make_order, make_result, make_worksheet

LIVE: dict[str, Any] = {"environment": LIVE_BASE_URL}
HANDED_IN = Files(sheets=("june orders.csv",))


def result_of(*statuses: Status, **more: Any) -> BatchResult:
    orders = [make_order(n, status, vendor_order_id=f"o-{n}") for n, status in enumerate(statuses)]
    return make_result([make_worksheet(make_lines(len(orders)))], orders, **{**LIVE, **more})


def commands(result: BatchResult, files: Files = HANDED_IN) -> list[str]:
    return [step.command for step in next_steps(result, files)]


def test_an_unconfirmed_order_is_looked_up() -> None:
    assert commands(result_of(Status.PLACED, Status.UNCONFIRMED)) == ["batch-orders reconcile"]


def test_a_command_names_the_account_and_the_place_where_they_are_not_the_usual_ones() -> None:
    result = result_of(Status.UNCONFIRMED, account="acme", environment="https://vendor.example")
    assert commands(result) == ["batch-orders reconcile --account acme --base-url https://vendor.example"]


def test_an_interrupted_batch_is_carried_on_by_its_name() -> None:
    stop = Stop(StopReason.INTERRUPTED, "Somebody asked it to end.")
    assert commands(result_of(Status.PLACED, Status.NOT_SUBMITTED, stop=stop)) == [
        "batch-orders resume batch-1"
    ]


@pytest.mark.parametrize("reason", [StopReason.DECLINED, StopReason.PLAN_CHANGED])
def test_a_plan_that_was_not_approved_can_be(reason: StopReason) -> None:
    refused = result_of(Status.NOT_SUBMITTED, batch="", stop=Stop(reason, "No."), checksum="abcdef123456")
    assert commands(refused) == ["batch-orders run 'june orders.csv' --approve abcdef123456"]


def test_a_dry_run_ends_with_the_approval_of_its_plan() -> None:
    seen = replace(result_of(Status.NOT_SUBMITTED, batch="", checksum="abcdef123456"), dry_run=True)
    assert commands(seen) == ["batch-orders run 'june orders.csv' --approve abcdef123456"]


def test_without_a_checksum_there_is_nothing_to_approve() -> None:
    seen = replace(result_of(Status.NOT_SUBMITTED, batch="", checksum=""), dry_run=True)
    assert commands(seen) == ["batch-orders run 'june orders.csv'"]


def test_a_call_that_was_to_send_all_or_nothing_is_not_approved_by_its_checksum() -> None:
    stop = Stop(StopReason.LIMIT, "It does not fit.")
    refused = result_of(Status.NOT_SUBMITTED, batch="", stop=stop, checksum="abcdef123456")
    assert commands(refused) == ["batch-orders run 'june orders.csv'"]


def test_rows_to_correct_are_handed_in_as_the_workbook_that_holds_them() -> None:
    faulty = result_of(Status.REJECTED, Status.INVALID, held_back=(1,))
    files = replace(HANDED_IN, corrections="reports/june orders - to correct.xlsx")
    (step,) = next_steps(faulty, files)
    assert shlex.split(step.command) == ["batch-orders", "run", "reports/june orders - to correct.xlsx"]
    assert step.domains == ("shop-0.com", "shop-1.com")
    assert step.sentence.startswith("2 orders are to be corrected")


def test_a_report_that_is_made_anew_names_no_workbook_that_nobody_wrote() -> None:
    assert commands(result_of(Status.REJECTED), Files()) == ["batch-orders report batch-1"]


def test_what_was_bought_as_something_else_is_compared() -> None:
    assert commands(result_of(Status.INVALID)) == ["batch-orders status shop-0.com"]


def test_placed_then_failed_is_asked_about_and_nothing_is_recorded_without_a_reason() -> None:
    failed = make_order(0, Status.PLACED, vendor_order_id="o", vendor_status="failed")
    result = make_result([make_worksheet(make_lines(1))], [failed], **LIVE)
    (step,) = next_steps(result)
    assert step.todo is Todo.ASK_VENDOR
    assert step.command == "batch-orders resolve shop-0.com --gone --reason 'HOW YOU KNOW'"


def test_where_all_is_placed_one_can_follow_it() -> None:
    assert commands(result_of(Status.PLACED, Status.ALREADY_PLACED)) == ["batch-orders track"]


def test_a_rehearsal_ends_with_the_real_thing_and_asks_nobody_about_a_sandbox_that_is_gone() -> None:
    stop = Stop(StopReason.FAILURES, "Too many.")
    rehearsed = result_of(
        Status.PLACED, Status.UNCONFIRMED, Status.NOT_SUBMITTED, environment="sandbox", stop=stop
    )
    assert commands(rehearsed) == ["batch-orders run 'june orders.csv'"]


def test_the_same_step_of_several_sheets_is_told_once_and_money_comes_first() -> None:
    stop = Stop(StopReason.INTERRUPTED, "Somebody asked it to end.")
    results = [result_of(Status.NOT_SUBMITTED, stop=stop), result_of(Status.UNCONFIRMED, Status.UNCONFIRMED)]
    results.append(result_of(Status.UNCONFIRMED))
    steps = merge_steps(step for result in results for step in next_steps(result))
    assert [(step.todo, len(step.domains)) for step in steps] == [(Todo.LOOK_UP, 3), (Todo.CARRY_ON, 1)]


def test_what_the_vendor_does_not_list_is_settled_by_a_person() -> None:
    placed, not_bought = settle_unconfirmed(("it's.example",), ("--account", "acme"))
    assert shlex.split(placed.command)[1:] == ["resolve", "it's.example", "--placed", "--account", "acme"]
    assert "--not-bought" in not_bought.words
    assert settle_unconfirmed(()) == ()
