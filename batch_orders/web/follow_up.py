"""What was sent and is not proven, all that is known of a domain, and what vendors offer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import idna
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from batch_orders.core.actions import UPLOAD_PAGE, Author
from batch_orders.core.ledger_json import describe_event, describe_ledger_order
from batch_orders.core.outcomes import NotTaken, Placed
from batch_orders.core.states import LIVE, State
from batch_orders.core.wording import counted
from batch_orders.service.followup import resolve
from batch_orders.web.access import person_of
from batch_orders.web.batch_words import COUNT_WORDS
from batch_orders.web.receiving import read_form
from batch_orders.web.render import NOT_FOUND, Refusal, page, state_answer, wants_json
from batch_orders.web.site import site_of

MOST_SHOWN = 100
KEPT_SECONDS = 300.0


def show_unconfirmed(request: Request, said: str = "") -> Response:
    site, person = site_of(request), person_of(request)
    orders = tuple(order for order in site.ledger.unsettled() if person.sees(order.account))
    if wants_json(request):
        return state_answer({"said": said, "orders": list(map(describe_ledger_order, orders))})
    return page(
        request,
        "unconfirmed.html",
        title=f"{counted(len(orders), 'order')} may have been bought" if orders else "Nothing is unconfirmed",
        orders=orders[:MOST_SHOWN],
        total=len(orders),
        can_look_up=site.has_key and any(order.environment in site.places for order in orders),
        told=said,
    )


async def look_up(request: Request) -> Response:
    """Ask the vendor, read-only. What is not listed there is still not proven."""
    site, person = site_of(request), person_of(request)
    unsettled = await run_in_threadpool(site.ledger.unsettled)
    accounts = {order.account for order in unsettled if order.environment in site.places}
    told = []
    for account in sorted(accounts.intersection(site.accounts_of(person))):
        said = await site.children.result("look up", actor=person.name, account=account)
        if "fault" in said:
            raise Refusal(409, "The look-up was not done", str(said["fault"]), "Nothing was changed by it.")
        told.append(tell_look_up(said))
    return await run_in_threadpool(show_unconfirmed, request, " ".join(told))


def tell_look_up(said: Mapping[str, Any]) -> str:
    told = f"Of {counted(said['unconfirmed'], 'unconfirmed order')}, {len(said['found']):,} were found with the vendor"
    told += " and so are placed. What is not listed there is still not proven."
    return told + "".join(f" {domain} stays unconfirmed: {why}." for domain, why in said["others"].items())


async def record(request: Request) -> Response:
    """What a person found out about one order."""
    site = site_of(request)
    async with read_form(request, site.limits.form) as form:
        words = {name: str(form.get(name, "")).strip() for name in FIELDS}
    person = person_of(request)
    if not person.sees(words["account"]):
        raise Refusal(404, NOT_FOUND["title"], *NOT_FOUND["said"])
    decision = read_decision(words, person.name)
    await run_in_threadpool(
        resolve,
        site.ledger,
        words["domain"],
        decision,
        words["environment"],
        words["account"],
        Author(person.name, UPLOAD_PAGE),
    )
    return RedirectResponse(f"/domains/{quote(words['domain'], safe='')}", 303)


FIELDS = ("domain", "environment", "account", "decision", "order_id", "reason")


def read_decision(words: Mapping[str, str], actor: str) -> Placed | NotTaken:
    if words["decision"] == "bought":
        return Placed(words["order_id"], f"Resolved by {actor}: it was bought. {words['reason']}".strip())
    if words["decision"] != "not bought":
        raise Refusal(
            422, "Say what you found out", "Either it was bought, or it was not. Nothing was changed."
        )
    if not words["reason"]:
        raise Refusal(422, "Say how you know", "Give the reason why it was not bought. Nothing was changed.")
    return NotTaken(f"Resolved by {actor}: it was not bought. {words['reason']}", again=True)


# Domains.


def find_domain(request: Request) -> Response:
    name = normal_name(request.query_params.get("name", ""))
    return RedirectResponse(f"/domains/{quote(name, safe='')}" if name else "/", 303)


def normal_name(typed: str) -> str:
    """A domain as orders name it, however it was typed; what is no name stays as it is."""
    name = typed.strip().lower().rstrip(".")[:253]
    try:
        return idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return name


def show_domain(request: Request) -> Response:
    site, person = site_of(request), person_of(request)
    name = normal_name(request.path_params["name"])
    orders = [order for order in site.ledger.orders_of(name) if person.sees(order.account)]
    history = [event for event in site.ledger.history(name) if person.sees(event.account)]
    if wants_json(request):
        told = {
            "history": list(map(describe_event, history)),
            "orders": list(map(describe_ledger_order, orders)),
        }
        return state_answer({"domain": name, **told})
    return page(
        request,
        "domain.html",
        title=f"{name}: {tell_domain([order.state for order in orders])}",
        name=name,
        orders=orders,
        words={state.value: COUNT_WORDS.get(state, state.value) for state in State},
        history=history,
    )


def tell_domain(states: list[State]) -> str:
    if not states:
        return "never ordered"
    live = [state for state in states if state in LIVE]
    return COUNT_WORDS.get((live or states)[-1], (live or states)[-1].value)


# Vendors.


@dataclass(slots=True)
class Offers:
    """What vendors offer, kept for a few minutes: a child has to ask."""

    said: Mapping[str, Any] = field(default_factory=dict)
    at: float = 0.0


async def show_vendors(request: Request) -> Response:
    """Raises Refusal where somebody has no account that orders here, or the vendor cannot be asked."""
    site = site_of(request)
    account = next(iter(site.accounts_of(person_of(request))), None)
    if account is None:
        raise Refusal(404, NOT_FOUND["title"], *NOT_FOUND["said"])
    kept: Offers = request.app.state.offers.setdefault(account, Offers())
    if not kept.said or time.monotonic() - kept.at > KEPT_SECONDS:
        said = await site.children.result("vendors", account=account)
        if "fault" in said:
            raise Refusal(409, "The vendors could not be asked", str(said["fault"]))
        kept.said, kept.at = said, time.monotonic()
    if wants_json(request):
        return state_answer(kept.said)
    own = site.settings.vendors
    return await run_in_threadpool(page, request, "vendors.html", title="Vendors", own=own, **kept.said)
