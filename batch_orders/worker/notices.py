"""What people are told of a batch that a worker settled: what happened, to which account, and what to type now."""

from __future__ import annotations

from collections.abc import Callable

from batch_orders.core.accounts import show_account
from batch_orders.core.results import BatchResult, SheetOutcome
from batch_orders.core.retries import Next
from batch_orders.core.stops import Ending
from batch_orders.notifications.notices import Summary
from batch_orders.queue.moves import Settled


def describe(settled: Settled, result: BatchResult, exit_code: Callable[[Ending], int]) -> Summary:
    """The message about one batch. Pure."""
    ending = Ending.STOPPED if settled.stop else result.ending
    sheet = SheetOutcome(
        result.sheet.name,
        ending,
        result=result,
        fault=settled.stop.sentence if settled.stop else "",
        stop=settled.stop,
        source=f"account {show_account(settled.account)}",
    )
    return Summary((sheet,), settled.stop, exit_code=exit_code(ending), remarks=(name_next_step(settled),))


def name_next_step(settled: Settled) -> str:
    account = show_account(settled.account)
    match settled.decision.next:
        case Next.PAUSE:
            return (
                f"The account {account} is paused, and its batches wait. When that is mended: "
                f"batch-orders account {account} --go-on"
            )
        case Next.APPROVAL:
            return f"Look at the new plan and approve it: batch-orders resume {settled.batch}"
        case Next.PERSON | Next.FAILED:
            return (
                f"It is not tried again by itself. What became of its orders: batch-orders report {settled.batch}. "
                f"To send the rest: batch-orders resume {settled.batch}"
            )
        case _:
            return f"The report: batch-orders report {settled.batch}"
