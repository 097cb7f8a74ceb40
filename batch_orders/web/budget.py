"""The page that says what may be spent, and what was, counted from the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from batch_orders.core.accounts import show_account
from batch_orders.core.budgets import Period, begin_of, describe_time, end_of
from batch_orders.core.money import Spent
from batch_orders.core.wording import say_costs
from batch_orders.service.budget import Budget
from batch_orders.web.access import person_of
from batch_orders.web.render import page, state_answer, wants_json
from batch_orders.web.site import Site, site_of

WORDS = {Period.CALL: "One plan", Period.DAY: "Today", Period.MONTH: "This month"}


def show_budget(request: Request) -> Response:
    site = site_of(request)
    accounts = [
        (show_account(account), list(tell_budget(site, account)))
        for account in site.accounts_of(person_of(request))
    ]
    if wants_json(request):
        return state_answer({"accounts": dict(accounts)})
    return page(request, "budget.html", title="Budget", accounts=accounts)


def tell_budget(site: Site, account: str) -> Iterator[dict[str, str]]:
    """For one plan, today and this month: what may be spent, what was, and when it begins anew."""
    settings = site.settings.under(account) if site.settings.accounts else site.settings
    budget = Budget.of(settings.submitting)
    now = datetime.now(budget.zone or UTC)
    place = site.environments[account].name
    for period, word in WORDS.items():
        most, most_cost = budget.limits.of(period)
        counts = period is not Period.CALL
        spent = site.ledger.spent_since(place, account, begin_of(period, now)) if counts else Spent()
        yield {
            "period": word,
            "orders": f"{spent.orders:,}" if counts else "",
            "cost": say_costs({spent.currency: spent.cost}) if counts and spent.currency else "",
            "most": "no limit" if most is None else f"{most:,}",
            "most_cost": "no limit" if most_cost is None else f"{most_cost:,.2f}",
            "anew": describe_time(end_of(period, now)) if counts else "",
        }
