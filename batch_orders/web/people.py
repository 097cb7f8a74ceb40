"""The page of one person or program: all that they did, the latest first."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from batch_orders.core.accounts import show_account
from batch_orders.core.actions import Action
from batch_orders.web.access import person_of
from batch_orders.web.render import page, state_answer, wants_json
from batch_orders.web.site import site_of


def show_person(request: Request) -> Response:
    """Only of the accounts that whoever asks may see."""
    name = request.path_params["name"]
    actions = site_of(request).ledger.actions.of_person(name, person_of(request).accounts)
    if wants_json(request):
        return state_answer({"name": name, "actions": [describe_action(action) for action in actions]})
    return page(request, "person.html", title=f"What {name} did", name=name, actions=actions)


def describe_action(action: Action) -> dict[str, str]:
    return {
        "at": action.at,
        "action": action.act.value,
        "door": action.author.door,
        "account": show_account(action.account),
        "batch": action.batch,
        "domain": action.domain,
        "checksum": action.checksum,
        "message": action.message,
    }
