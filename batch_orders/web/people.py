"""The page of one person or program: all that they did, the latest first."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from batch_orders.web.access import person_of
from batch_orders.web.render import page
from batch_orders.web.site import site_of


def show_person(request: Request) -> Response:
    """Only of the accounts that whoever asks may see."""
    name = request.path_params["name"]
    actions = site_of(request).ledger.actions.of_person(name, person_of(request).accounts)
    return page(request, "person.html", title=f"What {name} did", name=name, actions=actions)
