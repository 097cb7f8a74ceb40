"""Pages from templates, and the page for every fault, in our own words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from batch_orders.core.accounts import show_account
from batch_orders.core.names import show_name
from batch_orders.core.people import Person, Role
from batch_orders.core.wording import counted
from batch_orders.errors import BatchOrdersError, LedgerError, SubmitterBusy
from batch_orders.web.site import site_of

FOLDER = Path(__file__).parent


def clock(moment: str) -> str:
    """A stored time as people here read it."""
    return f"{datetime.fromisoformat(moment).astimezone():%H:%M}" if moment else ""


def day_and_clock(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}" if moment else ""


def size(number: int) -> str:
    return f"{number / (1 << 20):,.1f} MB" if number >= 1 << 20 else f"{-(-number >> 10):,} kB"


templates = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.filters.update(
    account=show_account,
    clock=clock,
    day=lambda moment: day_and_clock(moment)[:10],
    day_and_clock=day_and_clock,
    name=show_name,
    number=lambda n: f"{n:,}",
    size=size,
)
templates.globals.update(counted=counted)


def page(request: Request, template: str, status: int = 200, /, **values: Any) -> Response:
    """One page, or its bare facts where a program asks. `title` is what the window is called."""
    if status >= 400 and wants_json(request):
        said = {"state": "refused", "title": values["title"], "said": list(values["said"])}
        return JSONResponse(said, status, headers_of(values))
    site = site_of(request)
    person: Person | None = request.scope.get("person")
    shown = {
        "signed_in": person is not None,
        "signed_in_as": person.name if person and site.settings.page.has_sign_in else "",
        "may": {role.value: bool(person and person.may(role)) for role in Role},
        "rehearsal": site.rehearsal,
        # On a file there are no workers.
        "has_queue": site.ledger.on_server,
        "path": request.url.path,
        "refresh": 0,
        "live": False,
        "version": "",
        "status": "",
        **values,
    }
    return HTMLResponse(templates.get_template(template).render(shown), status, headers_of(values))


def headers_of(values: Mapping[str, Any]) -> dict[str, str]:
    again = {"Retry-After": str(values["retry_after"])} if "retry_after" in values else {}
    return {**again, **values.get("headers", {})}


def wants_json(request: Request) -> bool:
    """Programs are answered in JSON, whatever they accept."""
    told = request.headers
    return (
        "application/json" in told.get("accept", "") or told.get("authorization", "")[:7].lower() == "bearer "
    )


def state_answer(state: Mapping[str, Any]) -> Response:
    """The bare facts of a page, for its own script."""
    return JSONResponse(dict(state), headers={"Vary": "Accept"})


class Refusal(Exception):
    """What somebody asked for is not done: a page with this status says why."""

    def __init__(self, status: int, title: str, *said: str, **more: Any) -> None:
        super().__init__(title)
        self.status = status
        self.values = {"title": title, "said": said, **more}


def fault_page(request: Request, error: Exception) -> Response:
    match error:
        case Refusal():
            return page(request, "fault.html", error.status, **error.values)
        case HTTPException(status_code=404):
            return page(request, "fault.html", 404, **NOT_FOUND)
        case HTTPException(status_code=405):
            return page(request, "fault.html", 405, title="This cannot be done here", said=("Go back.",))
        case LedgerError():
            return page(request, "fault.html", 503, **NOT_KNOWN, retry_after=5)
        case SubmitterBusy():
            said = (f"Nothing was changed. {error}",)
            return page(request, "fault.html", 409, title="Somebody else is at work", said=said)
        case BatchOrdersError():
            return page(request, "fault.html", 409, title="This was not done", said=(str(error),))
    return page(request, "fault.html", 500, **BROKEN)


NOT_FOUND: dict[str, Any] = {
    "title": "There is no such page",
    "said": ("The address is wrong, or what it showed is not kept any more.",),
}
NOT_KNOWN: dict[str, Any] = {
    "title": "How things stand is not known",
    "status": "How things stand is not known: the ledger cannot be read.",
    "said": (
        "The ledger cannot be read or written just now, so nothing is claimed here. What was sent stays recorded.",
        "Load this page again in a moment. If this lasts, tell whoever keeps the ledger.",
    ),
}
BROKEN: dict[str, Any] = {
    "title": "This page could not be made",
    "said": (
        "Something went wrong that was not foreseen. What was sent stays recorded in the ledger.",
        "Load the page again. If it happens again, report it with the line in the server's log.",
    ),
}
