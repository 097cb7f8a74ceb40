"""The application: which address is answered by which page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio.to_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from batch_orders.errors import BatchOrdersError
from batch_orders.web import batches, budget, columns, follow_up, hand_in, uploads
from batch_orders.web.guard import COOKIE, Guard
from batch_orders.web.queue import Queue
from batch_orders.web.render import FOLDER, Refusal, fault_page
from batch_orders.web.site import Site, site_of

THREADS = 8
"""Requests that work at the same time: each may hold a part of the ledger in memory."""


def sign_out(request: Request) -> Response:
    site_of(request).ledger.sessions.end(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


async def show_fault(request: Request, error: Exception) -> Response:
    return await run_in_threadpool(fault_page, request, error)


FAULTS: tuple[type[Exception], ...] = (HTTPException, Refusal, BatchOrdersError, Exception)
ROUTES = [
    Route("/", hand_in.show_hand_in),
    Route("/uploads", hand_in.take_upload, methods=["POST"]),
    Route("/uploads/{upload}", uploads.show_upload),
    Route("/uploads/{upload}/problems", uploads.show_problems),
    Route("/uploads/{upload}/corrections.xlsx", batches.send_upload_corrections),
    Route("/uploads/{upload}/suggestions.xlsx", batches.send_suggestions),
    Route("/uploads/{upload}/columns", columns.show_columns),
    Route("/uploads/{upload}/columns", columns.take_columns, methods=["POST"]),
    Route("/uploads/{upload}/password", uploads.take_password, methods=["POST"]),
    Route("/uploads/{upload}/plan", uploads.show_plan),
    Route("/uploads/{upload}/confirm", uploads.confirm, methods=["POST"]),
    Route("/batches", batches.show_batches),
    Route("/batches/{batch}", batches.show_batch),
    Route("/batches/{batch}/stop", batches.stop, methods=["POST"]),
    Route("/batches/{batch}/carry-on", batches.carry_on, methods=["POST"]),
    *(Route(f"/batches/{{batch}}/{file}", batches.send_file, name=file) for file in batches.FILES),
    *(Route(f"/templates/{file}", batches.send_template, name=file) for file in batches.TEMPLATES),
    Route("/unconfirmed", follow_up.show_unconfirmed),
    Route("/unconfirmed/look-up", follow_up.look_up, methods=["POST"]),
    Route("/unconfirmed/record", follow_up.record, methods=["POST"]),
    Route("/domains", follow_up.find_domain),
    Route("/domains/{name}", follow_up.show_domain),
    Route("/vendors", follow_up.show_vendors),
    Route("/budget", budget.show_budget),
    Route("/sign-out", sign_out, methods=["POST"]),
    Mount("/static", StaticFiles(directory=FOLDER / "static")),
]


def make_app(site: Site) -> ASGIApp:
    """The application, behind its guard."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        app.state.queue, app.state.storing = Queue(site), asyncio.Lock()
        app.state.offers = follow_up.Offers()
        running = asyncio.create_task(app.state.queue.run())
        yield
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    app = Starlette(routes=ROUTES, lifespan=lifespan, exception_handlers=dict.fromkeys(FAULTS, show_fault))
    app.state.site = site
    return Guard(app, site)
