"""What every request passes first: the host it names, where it comes from, and who is signed in. Pure ASGI.

No answer leaves without the headers that keep a page to itself.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from batch_orders.errors import BatchOrdersError, LedgerError
from batch_orders.logs import describe_fault, log
from batch_orders.web.render import fault_page, page
from batch_orders.web.site import Site

COOKIE = "batch_orders_session"
CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
METHODS = ("GET", "HEAD", "POST")


class Guard:
    """Wraps the application. `scope["actor"]` says who is signed in."""

    def __init__(self, app: Starlette, site: Site) -> None:
        self.app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["app"] = self.app
        exchange = Exchange(self.site, receive, send)
        request = Request(scope, exchange.receive)
        try:
            response = await self.refuse(request)
            await (response or self.app)(scope, exchange.receive, exchange.send)
        # Its text is not logged: it may hold contact details.
        except Exception as error:  # noqa: BLE001
            if not isinstance(error, BatchOrdersError):
                log.error("A page could not be made: %s.", describe_fault(error))
            if not exchange.started:
                await fault_page(request, error)(scope, exchange.receive, exchange.send)

    async def refuse(self, request: Request) -> Response | None:
        """The answer where the application is not to be asked, or None."""
        headers = request.headers
        if headers.get("host", "").lower() not in self.site.hosts or len(headers.getlist("host")) != 1:
            return page(request, "fault.html", 421, **WRONG_HOST)
        if request.method not in METHODS:
            return page(request, "fault.html", 405, **WRONG_METHOD)
        if request.method == "POST" and not from_here(headers, request.url.scheme):
            return page(request, "fault.html", 403, **WRONG_ORIGIN)
        if request.url.path.startswith("/static/"):
            return None
        if request.url.path == "/" and "token" in request.query_params and request.method == "GET":
            return await self.sign_in(request, request.query_params)
        actor = await self.find_actor(request)
        if not actor:
            return page(request, "fault.html", 401, **SIGNED_OUT)
        request.scope["actor"] = actor
        return None

    async def find_actor(self, request: Request) -> str:
        secret = request.cookies.get(COOKIE, "")
        return await run_in_threadpool(self.site.ledger.sessions.actor, secret) if secret else ""

    async def sign_in(self, request: Request, query: QueryParams) -> Response:
        """The token is good once. It is in no address after this one."""
        if not self.site.token.take(query["token"]):
            if await self.find_actor(request):
                return RedirectResponse("/", 303)
            return page(request, "fault.html", 401, **SIGNED_OUT)
        try:
            secret = await run_in_threadpool(self.site.ledger.sessions.begin, self.site.actor)
        except LedgerError:
            self.site.token.value = query["token"]
            raise
        response = RedirectResponse("/", 303)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, secret, httponly=True, samesite="strict", secure=secure, path="/")
        return response


class Exchange:
    """One request and its answer, on their way through the guard."""

    def __init__(self, site: Site, receive: Receive, send: Send) -> None:
        self.site = site
        self.wire_receive = receive
        self.wire_send = send
        self.started = False
        self.read_whole = False

    async def receive(self) -> Message:
        message = await self.wire_receive()
        self.read_whole |= message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        if message["type"] == "http.response.body" and not message.get("more_body") and not self.read_whole:
            await self.wire_send({**message, "more_body": True})
            await self.drain()
            message = {"type": "http.response.body", "body": b""}
        await self.wire_send(message)

    async def drain(self) -> None:
        """Take what is left of a body that was refused: a browser reads the answer only when it has sent all."""
        limits = self.site.limits
        deadline = time.monotonic() + 10 * limits.drain
        with suppress(TimeoutError):
            while not self.read_whole and time.monotonic() < deadline:
                await asyncio.wait_for(self.receive(), limits.drain)


def from_here(headers: Headers, scheme: str) -> bool:
    """Whether a change comes from a page of ours: the browser says so, or the origin is exactly this one."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    exact = origin == f"{scheme}://{headers.get('host', '')}"
    if site is None:
        return exact
    return site == "same-origin" and (exact or origin in (None, "null"))


def words(title: str, *said: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "said": said, **more}


WRONG_HOST = words(
    "This address is not answered here",
    "Open the page under the address that batch-orders serve printed when it started.",
)
WRONG_METHOD = words("This cannot be done here", "Go back to the page you came from.")
WRONG_ORIGIN = words(
    "Nothing was changed",
    "The request did not come from a page of this server, so it was refused and nothing was stored.",
    "Open the page again and repeat what you did there.",
)
SIGNED_OUT = words(
    "You are not signed in",
    "Each address that batch-orders serve prints can be opened once, and a session ends after some time or with Sign "
    "out.",
    "Start batch-orders serve again, and open the address that it prints.",
)
