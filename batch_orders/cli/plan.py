"""A plan as people see it before they say yes."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from batch_orders.cli.explain import who_limits
from batch_orders.cli.show import make_table
from batch_orders.core.accounts import under_account
from batch_orders.core.differences import differences
from batch_orders.core.money import describe_costs
from batch_orders.core.plan import Decision, Plan, explain_left_over
from batch_orders.core.settling import other_account_sentence
from batch_orders.core.wording import counted
from batch_orders.smart_senders import Environment

REMARKS = {
    Decision.AGAIN: "rejected before, sent again",
    Decision.ALREADY_PLACED: "already placed, not sent",
    Decision.BOUGHT_ELSEWHERE: "bought already, and not by an order of this ledger; not sent",
    Decision.CHANGED: "placed before with other content, not sent",
    Decision.UNCONFIRMED: "unconfirmed from before, not sent",
    Decision.WAITING: "in a batch that waits its turn, not sent",
    Decision.REPEATED: "in an earlier sheet as well, sent once",
    Decision.DISAGREES: "in another sheet with other content, not sent",
    Decision.SUPERSEDED: "asked for by a later sheet, or recorded as not bought; not sent, hand the latest sheet in",
    Decision.OTHER_ACCOUNT: "bought under another account, not sent",
}

MOST_TOLD = 20


def show_plan(console: Console, plan: Plan, environment: Environment) -> None:
    """Orders, mailboxes, vendors, and where they go."""
    where = (
        f"the sandbox at {environment.base_url}" if environment.name == "sandbox" else environment.base_url
    )
    what = f"{counted(len(plan.to_send), 'order')} for {counted(plan.mailboxes, 'mailbox')}"
    console.print(Text(f"Plan: {what} to {where}{under_account(plan.account)}", style="bold"))
    table = make_table("Vendor", "Orders", "Mailboxes", "Estimate")
    for share in plan.shares():
        table.add_row(str(share.vendor), f"{share.orders:,}", f"{share.mailboxes:,}", str(share.cost))
    if plan.to_send:
        console.print(table)
        console.print(Text(f"  Estimate in all: {describe_costs(item.cost for item in plan.sent)}"))
    if left := explain_left_over(plan.planned):
        # A break would fall into an amount, or into the path that the limit stands in.
        for told in filter(None, (left.sentence, who_limits(plan))):
            console.print(Text(f"  {told}", style="yellow"), soft_wrap=True)
    for told in plan.remarks:
        console.print(Text(f"  {told}", style="yellow"))
    console.print(Text(f"  Checksum of this plan: {plan.checksum}"))
    for decision, remark in REMARKS.items():
        if count := plan.count(decision):
            console.print(Text(f"  {count:,} {remark}"))
    for item in [item for item in plan.planned if item.decision is Decision.OTHER_ACCOUNT][:MOST_TOLD]:
        told = other_account_sentence(item.prior) if item.prior else ""
        console.print(Text(f"    {item.order.domain}: {told}", style="yellow"))
    changed = [item for item in plan.planned if item.decision is Decision.CHANGED]
    for item in changed[:MOST_TOLD]:
        told = differences(item.order, item.prior) if item.prior else ""
        console.print(Text(f"    {item.order.domain}: {told}", style="yellow"))
