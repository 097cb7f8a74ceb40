"""Signing in by name and password, and signing out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from batch_orders.core.wording import counted
from batch_orders.service.passwords import is_password
from batch_orders.settings import Member
from batch_orders.web.identity import COOKIE, address_of, mark_of
from batch_orders.web.receiving import read_form
from batch_orders.web.render import NOT_FOUND, Refusal, page
from batch_orders.web.site import Site, site_of
from batch_orders.web.throttle import Throttle, limits_of

SIGN_IN = "/sign-in"
LARGEST_FORM = 1 << 14
LONGEST = 1024
"""Characters of a password that are looked at."""
MOST_WAITING = 20
WRONG = "The name or the password is not right."


@dataclass(slots=True)
class SignIn:
    """What all attempts share. One password is checked at a time: each takes memory for a moment."""

    throttle: Throttle = field(default_factory=Throttle)
    checking: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0

    async def fits(self, site: Site, name: str, password: str) -> Member | None:
        """The person of this name, if it is their password. It takes as long where there is nobody of the name."""
        users = site.settings.page.users
        member = users.get(name.casefold())
        known = [each.password for each in users.values() if each.password]
        hashed = member.password if member and member.password else next(iter(known), "")
        self.waiting += 1
        try:
            async with self.checking:
                right = await asyncio.to_thread(is_password, password[:LONGEST], hashed)
        finally:
            self.waiting -= 1
        return member if right and member and member.password else None


def show_sign_in(request: Request) -> Response:
    if not site_of(request).settings.page.has_sign_in:
        raise Refusal(404, NOT_FOUND["title"], *NOT_FOUND["said"])
    return sign_in_page(request, request.query_params.get("next", ""))


def sign_in_page(
    request: Request, leads_to: str, status: int = 200, wrong: str = "", kept: str = "", retry_after: int = 0
) -> Response:
    """The form. `kept` says what became of what somebody was about to do."""
    more = {"retry_after": retry_after} if retry_after else {}
    return page(
        request,
        "sign_in.html",
        status,
        title="Sign in",
        said=[sentence for sentence in (kept, wrong) if sentence],
        wrong=wrong,
        kept=kept,
        leads_to=own_path(leads_to),
        **more,
    )


async def take_sign_in(request: Request) -> Response:
    site, sign_in = site_of(request), request.app.state.sign_in
    if not site.settings.page.has_sign_in:
        raise Refusal(404, NOT_FOUND["title"], *NOT_FOUND["said"])
    async with read_form(request, LARGEST_FORM) as form:
        name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        leads_to = own_path(str(form.get("next", "")))
    limits = limits_of(name, address_of(site, request))
    wait = sign_in.throttle.try_now(limits) if sign_in.waiting < MOST_WAITING else 10.0
    if wait:
        minutes = counted(max(1, -(-int(wait) // 60)), "minute")
        too_many = f"Too many attempts. Try again in {minutes}."
        return await run_in_threadpool(
            sign_in_page, request, leads_to, 429, too_many, "", max(1, int(wait) + 1)
        )
    member = await sign_in.fits(site, name, password)
    if member is None:
        return await run_in_threadpool(sign_in_page, request, leads_to, 401, WRONG)
    sign_in.throttle.forgive(key for key, _ in limits)
    secret = await run_in_threadpool(site.ledger.sessions.begin, member.person.name, mark_of(member))
    return signed_in(request, secret, leads_to)


def signed_in(request: Request, secret: str, leads_to: str) -> Response:
    """On to where somebody wanted to go, with a cookie that scripts cannot read and other sites cannot send."""
    response = RedirectResponse(leads_to, 303)
    secure = site_of(request).scheme_of(request.headers.get("host", "")) == "https"
    response.set_cookie(COOKIE, secret, httponly=True, samesite="strict", secure=secure, path="/")
    return response


def own_path(said: str) -> str:
    """A path of this page, or its first one: nobody is led elsewhere."""
    try:
        url = urlsplit(said)
    except ValueError:
        return "/"
    inside = not url.scheme and not url.netloc and said.startswith("/") and not said.startswith(("//", "/\\"))
    return url.path if inside and said.isprintable() and not said.startswith("/sign-") else "/"


def sign_out(request: Request) -> Response:
    site_of(request).ledger.sessions.end(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/", 303)
    response.delete_cookie(COOKIE, path="/")
    return response
