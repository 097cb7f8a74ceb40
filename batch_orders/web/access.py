"""Which role each address needs, and who asks. What somebody does not see is answered as if it were not there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from inspect import iscoroutinefunction
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from batch_orders.core.people import Person, Role
from batch_orders.core.uploads import Upload
from batch_orders.web.render import Refusal
from batch_orders.web.site import site_of

Answer = Callable[[Request], Response] | Callable[[Request], Awaitable[Response]]

WHAT: dict[Role, str] = {
    Role.LOOK: "look at this page",
    Role.UPLOAD: "hand sheets in",
    Role.CONFIRM: "say yes to a plan, stop a batch or carry one on",
    Role.RESOLVE: "look up what may have been bought, or record what became of it",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One address, the role that it needs, and what answers there."""

    path: str
    role: Role
    show: Answer
    method: str = "GET"

    async def answer(self, request: Request) -> Response:
        """Raises Refusal (403) where whoever asks does not have the role."""
        demand(request, self.role)
        if iscoroutinefunction(self.show):
            return await cast(Callable[[Request], Awaitable[Response]], self.show)(request)
        return cast(Response, await run_in_threadpool(self.show, request))

    def route(self) -> Route:
        return Route(self.path, self.answer, methods=[self.method], name=f"{self.method} {self.path}")


def person_of(request: Request) -> Person:
    """Who asks. The guard lets nobody pass whom it does not know."""
    return cast(Person, request.scope["person"])


def demand(request: Request, role: Role) -> None:
    person = person_of(request)
    if not person.may(role):
        raise Refusal(
            403,
            "This is for somebody else to do",
            f"{person.name} may not {WHAT[role]}: that needs the role {role.value}. Nothing was changed.",
            "Ask somebody who has it, or whoever keeps the settings.",
        )


def refuse_yes(request: Request, upload: Upload) -> str:
    """Why whoever asks may not say yes to this plan, as a sentence; "" where they may."""
    person, settings = person_of(request), site_of(request).settings.page
    if not person.may(Role.CONFIRM):
        return f"{person.name} may not {WHAT[Role.CONFIRM]}: that needs the role confirm."
    if settings.confirm_by_another and settings.has_sign_in and upload.actor == person.name:
        return f"{person.name} handed it in, so somebody else has to say yes to it."
    costs = {currency: Decimal(amount) for currency, amount in upload.found["costs"].items()}
    return person.refuse_plan(upload.found["orders"], costs, upload.found["unpriced"])
