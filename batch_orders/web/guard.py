"""What every request passes first: the host it names, where it comes from, and who is signed in. Pure ASGI.

No answer leaves without the headers that keep a page to itself.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from batch_orders.errors import BatchOrdersError, LedgerError
from batch_orders.logs import describe_fault, log
from batch_orders.web.identity import bearer_of, find_person, find_program
from batch_orders.web.render import fault_page, page, wants_json
from batch_orders.web.signing_in import SIGN_IN, sign_in_page, signed_in
from batch_orders.web.site import Site

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
    """Wraps the application. `scope["person"]` says who asks."""

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
        """The answer where the application is not to be asked, or None. Raises Refusal as well."""
        headers, path = request.headers, request.url.path
        if len(headers.getlist("host")) != 1 or not self.answers_to(request):
            return page(request, "fault.html", 421, **WRONG_HOST)
        if request.method not in METHODS:
            return page(request, "fault.html", 405, **WRONG_METHOD)
        if (token := bearer_of(request)) is not None:
            return self.take_token(request, token)
        scheme = self.site.scheme_of(headers["host"])
        if request.method == "POST" and not from_here(headers, scheme):
            return page(request, "fault.html", 403, **WRONG_ORIGIN)
        if path.startswith("/static/") or path == SIGN_IN:
            return None
        if path == "/" and "token" in request.query_params and request.method == "GET":
            return await self.take_one_time_token(request, request.query_params)
        person = await find_person(self.site, request)
        if person is None:
            return self.refuse_stranger(request)
        request.scope["person"] = person
        return None

    def answers_to(self, request: Request) -> bool:
        """Under the names that are known, and the very address that the connection came in at."""
        host = request.headers["host"].lower()
        address, port = request.scope.get("server") or ("", None)
        own = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        return host in self.site.hosts or host == own

    def take_token(self, request: Request, token: str) -> Response | None:
        """A program: no browser sends a token by itself, so that it may come from anywhere."""
        program = find_program(self.site, token)
        if program is None:
            headers = {"WWW-Authenticate": "Bearer"}
            return page(request, "fault.html", 401, **WRONG_TOKEN, headers=headers)
        request.scope["person"] = program
        return None

    def refuse_stranger(self, request: Request) -> Response:
        if not self.site.settings.page.has_sign_in:
            return page(request, "fault.html", 401, **SIGNED_OUT)
        if request.method == "POST":
            leads_to, kept = what_is_kept(request.url.path)
            return sign_in_page(request, leads_to, 401, kept=kept)
        if wants_json(request):
            return page(request, "fault.html", 401, **NOT_SIGNED_IN)
        path = request.url.path
        return RedirectResponse(f"{SIGN_IN}?next={quote(path)}" if path != "/" else SIGN_IN, 303)

    async def take_one_time_token(self, request: Request, query: QueryParams) -> Response:
        """The token is good once. It is in no address after this one."""
        if not self.site.token.take(query["token"]):
            if await find_person(self.site, request):
                return RedirectResponse("/", 303)
            return self.refuse_stranger(request)
        try:
            secret = await run_in_threadpool(self.site.ledger.sessions.begin, self.site.owner.name)
        except LedgerError:
            self.site.token.value = query["token"]
            raise
        return signed_in(request, secret, "/")


def what_is_kept(path: str) -> tuple[str, str]:
    """Where somebody whose session ended in the middle goes on, and what became of what they were about to do."""
    parts = path.split("/")
    if len(parts) == 4 and parts[1] == "uploads":
        kept = "Nothing was sent. Your plan is kept." if parts[3] == "confirm" else "Nothing was changed."
        return f"/uploads/{parts[2]}/plan" if parts[3] == "confirm" else f"/uploads/{parts[2]}", kept
    if path == "/uploads":
        return "/", "Nothing was stored. Hand the sheet in again."
    if parts[1] == "batches" and len(parts) > 2:
        return f"/batches/{parts[2]}", "Nothing was changed."
    return f"/{parts[1]}" if parts[1] != "sign-out" else "/", "Nothing was changed."


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
WRONG_METHOD = words("This cannot be done here", "Go back to the page you came from.", back=True)
WRONG_ORIGIN = words(
    "Nothing was changed",
    "The request did not come from a page of this server, so it was refused and nothing was stored.",
    "Open the page again and repeat what you did there.",
    back=True,
)
SIGNED_OUT = words(
    "You are not signed in",
    "Each address that batch-orders serve prints can be opened once, and a session ends after some time or with Sign "
    "out.",
    "Start batch-orders serve again, and open the address that it prints.",
)
NOT_SIGNED_IN = words("You are not signed in", "Sign in first, or send a token.")
WRONG_TOKEN = words("The token is not known", "It is in no [tokens] of the settings. Nothing was changed.")
