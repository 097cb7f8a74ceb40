"""The page of the queue: what waits and runs of each account, which are paused, and who works."""

from __future__ import annotations

from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from batch_orders.core.accounts import read_account
from batch_orders.core.actions import UPLOAD_PAGE, Author
from batch_orders.queue.queue_json import describe_queue
from batch_orders.queue.state import let_go_on, read_queue
from batch_orders.web.access import person_of
from batch_orders.web.receiving import read_form
from batch_orders.web.render import page, state_answer, wants_json
from batch_orders.web.site import site_of


def show_queue(request: Request) -> Response:
    """What somebody sees who may see some accounts alone: of those, and all workers."""
    person = person_of(request)
    state = read_queue(site_of(request).ledger)
    accounts = [each for each in state.accounts if person.sees(each.account)]
    if wants_json(request):
        return state_answer(describe_queue(replace(state, accounts=tuple(accounts))))
    heard = sum(worker.is_heard for worker in state.workers)
    return page(
        request,
        "queue.html",
        title="Queue",
        accounts=accounts,
        workers=state.workers,
        heard=heard,
    )


async def go_on(request: Request) -> Response:
    """End the pause of an account that somebody may confirm for."""
    site, person = site_of(request), person_of(request)
    async with read_form(request, site.limits.form) as form:
        environment, account = str(form.get("environment", "")), read_account(str(form.get("account", "")))
    if person.sees(account):
        author = Author(person.name, UPLOAD_PAGE)
        await run_in_threadpool(let_go_on, site.ledger, environment, account, author)
    return RedirectResponse("/queue", 303)
