"""Who a request is from: a program by its token, a person by a proxy's header or by the session of a cookie."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from batch_orders.core.people import Person
from batch_orders.settings import Member
from batch_orders.web.render import Refusal
from batch_orders.web.site import Site

COOKIE = "batch_orders_session"
BEARER = "bearer "


def bearer_of(request: Request) -> str | None:
    """The token that a program sends, None where there is none."""
    said = request.headers.get("authorization", "")
    return said[len(BEARER) :].strip() if said.lower().startswith(BEARER) else None


def find_program(site: Site, token: str) -> Person | None:
    """Every token is compared, and each takes the same time, whatever was sent."""
    offered = digest(token)
    found = None
    for member in site.settings.page.tokens.values():
        if hmac.compare_digest(digest(member.token), offered):
            found = member.person
    return found


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def find_proxied(site: Site, request: Request) -> Person | None:
    """Whom a proxy has signed in. What others say in its header is ignored.

    Raises Refusal (403) where the proxy names somebody who is not known, or several.
    """
    proxy = site.settings.page.proxy
    if not proxy.header or peer_of(request) not in proxy.peers:
        return None
    named = [value.strip() for value in request.headers.getlist(proxy.header)]
    if not any(named):
        return None
    member = site.settings.page.users.get(named[0].casefold()) if len(named) == 1 else None
    if member is None:
        raise Refusal(
            403,
            "You are not among the people of this page",
            "Whoever keeps the settings can name you in [users].",
        )
    return member.person


async def find_person(site: Site, request: Request) -> Person | None:
    """Raises Refusal as `find_proxied` does."""
    if person := find_proxied(site, request):
        return person
    secret = request.cookies.get(COOKIE, "")
    session = await run_in_threadpool(site.ledger.sessions.find, secret) if secret else None
    if session is None:
        return None
    if not site.settings.page.has_sign_in:
        return site.owner if session.actor == site.owner.name else None
    # Who was taken out of the settings is signed out, and so is who has another password now.
    member = site.settings.page.users.get(session.actor.casefold())
    return member.person if member and member.password and session.mark == mark_of(member) else None


def mark_of(member: Member) -> str:
    return hashlib.sha256(member.password.encode()).hexdigest()


def peer_of(request: Request) -> str:
    """The address that the connection comes from: nothing that is sent can change it."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def address_of(site: Site, request: Request) -> str:
    """Where somebody is, to count their attempts by: as a named proxy says it, or the connection's own."""
    peer = peer_of(request)
    if peer not in site.settings.page.proxy.peers:
        return peer
    # The proxy itself wrote the last one. What stands before it, anybody can send.
    return request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()[:64] or peer
