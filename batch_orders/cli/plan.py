"""A plan as people see it before they say yes."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from rich.console import Console
from rich.text import Text

from batch_orders.cli.explain import how_to_give_key, who_limits
from batch_orders.cli.tables import make_table
from batch_orders.core.accounts import under_account
from batch_orders.core.base_url import SANDBOX
from batch_orders.core.money import describe_costs
from batch_orders.core.names import show_name
from batch_orders.core.plan import Decision, Plan, explain_left_over
from batch_orders.core.plan_words import DECISION_WORDS, say_more
from batch_orders.core.vendors import name_vendor
from batch_orders.core.wording import counted
from batch_orders.service.context import Context
from batch_orders.smart_senders import Environment

SAID_OTHERWISE = frozenset({Decision.NEW, Decision.LEFT_OVER})
"""What the first line of a plan counts, and what is said of the limits."""
EXPLAINED = (Decision.OTHER_ACCOUNT, Decision.CHANGED)
"""Decisions of which it is said, order by order, what was bought."""

MOST_TOLD = 20
MOST_ON_TERMINAL = 20
MOST_ELSEWHERE = 500
"""Orders that a plan lists one by one."""


def ask_to_buy(plan: Plan, environment: Environment) -> str:
    """The question that a yes answers: how much of what, where, for about how much."""
    host = urlsplit(environment.base_url).netloc
    what = f"{counted(len(plan.to_send), 'domain')} with {counted(plan.mailboxes, 'mailbox')}"
    cost = describe_costs(item.cost for item in plan.sent)
    price = f" for about {cost}" if plan.costs() else f" for {cost}"
    return f"Buy {what} at {host}{under_account(plan.account)}{price}?"


def show_plan(console: Console, plan: Plan, context: Context) -> None:
    """Orders, mailboxes, vendors, prices, and where they go."""
    environment = context.environment
    names = context.vendor_names
    where = f"the sandbox at {environment.base_url}" if environment.name == SANDBOX else environment.base_url
    what = f"{counted(len(plan.to_send), 'order')} for {counted(plan.mailboxes, 'mailbox')}"
    console.print()
    console.print(Text(f"Plan: {what} to {where}{under_account(plan.account)}", style="bold"))
    table = make_table("Vendor", "Orders", "Mailboxes", "Estimate")
    for share in plan.shares():
        table.add_row(
            name_vendor(share.vendor, names.get(share.vendor)),
            f"{share.orders:,}",
            f"{share.mailboxes:,}",
            str(share.cost),
        )
    if plan.to_send:
        show_orders(console, plan, names)
        console.print()
        console.print(table)
        console.print(Text(f"  Estimate in all: {describe_costs(item.cost for item in plan.sent)}"))
    if left := explain_left_over(plan.planned):
        for told in filter(None, (left.sentence, who_limits(plan))):
            console.print(Text(f"  {told}", style="yellow"))
    for told in plan.remarks:
        console.print(Text(f"  {told}", style="yellow"))
    if plan.asked:
        console.print(Text(f"  Checksum of this plan: {plan.checksum}"))
    else:
        told = f"  Without prices this plan has no checksum. {how_to_give_key(plan.account)}"
        console.print(Text(told, style="yellow"), soft_wrap=True)
    for decision, words in DECISION_WORDS.items():
        if (count := plan.count(decision)) and decision not in SAID_OTHERWISE:
            console.print(Text(f"  {count:,} {words}"))
    for decision in EXPLAINED:
        for item in [item for item in plan.planned if item.decision is decision][:MOST_TOLD]:
            told = f"    {show_name(item.order.domain)}: {say_more(item)}"
            console.print(Text(told, style="yellow"))


def show_orders(console: Console, plan: Plan, names: Mapping[int, str]) -> None:
    """Each order that would be sent. All of them stand in the report, also of a dry run."""
    most = MOST_ON_TERMINAL if console.is_terminal else MOST_ELSEWHERE
    table = make_table("Domain", "Mailboxes", "Vendor", "Forwarding domain", "Price")
    for item in plan.sent[:most]:
        order = item.order
        table.add_row(
            Text(show_name(order.domain)),
            f"{len(order.mailboxes):,}",
            Text(name_vendor(order.vendor, names.get(order.vendor))),
            Text(show_name(order.forwarding_domain)),
            str(item.cost),
        )
    console.print(table)
    if len(plan.sent) > most:
        console.print(f"  … and {counted(len(plan.sent) - most, 'more order')}: the report has them all.")
