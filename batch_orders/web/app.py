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
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from batch_orders.core.people import Role
from batch_orders.errors import BatchOrdersError
from batch_orders.web import (
    batches,
    budget,
    columns,
    confirming,
    follow_up,
    hand_in,
    people,
    uploads,
    workers,
)
from batch_orders.web.access import Page
from batch_orders.web.checking import Checking
from batch_orders.web.guard import Guard
from batch_orders.web.render import FOLDER, Refusal, fault_page
from batch_orders.web.signing_in import SIGN_IN, SignIn, show_sign_in, sign_out, take_sign_in
from batch_orders.web.site import Site

THREADS = 8
"""Requests that work at the same time: each may hold a part of the ledger in memory."""


async def show_fault(request: Request, error: Exception) -> Response:
    return await run_in_threadpool(fault_page, request, error)


FAULTS: tuple[type[Exception], ...] = (HTTPException, Refusal, BatchOrdersError, Exception)
LOOK, UPLOAD, CONFIRM, RESOLVE = Role
PAGES = (
    Page("/", LOOK, hand_in.show_hand_in),
    Page("/uploads", UPLOAD, hand_in.take_upload, "POST"),
    Page("/uploads/{upload}", LOOK, uploads.show_upload),
    Page("/uploads/{upload}/problems", LOOK, uploads.show_problems),
    Page("/uploads/{upload}/corrections.xlsx", LOOK, batches.send_upload_corrections),
    Page("/uploads/{upload}/suggestions.xlsx", LOOK, batches.send_suggestions),
    Page("/uploads/{upload}/columns", LOOK, columns.show_columns),
    Page("/uploads/{upload}/columns", UPLOAD, columns.take_columns, "POST"),
    Page("/uploads/{upload}/password", UPLOAD, uploads.take_password, "POST"),
    Page("/uploads/{upload}/plan", LOOK, uploads.show_plan),
    Page("/uploads/{upload}/confirm", CONFIRM, confirming.confirm, "POST"),
    Page("/batches", LOOK, batches.show_batches),
    Page("/batches/{batch}", LOOK, batches.show_batch),
    Page("/batches/{batch}/stop", CONFIRM, batches.stop, "POST"),
    Page("/batches/{batch}/carry-on", CONFIRM, batches.carry_on, "POST"),
    *(Page(f"/batches/{{batch}}/{file}", LOOK, batches.send_file) for file in batches.FILES),
    *(Page(f"/templates/{file}", LOOK, batches.send_template) for file in batches.TEMPLATES),
    Page("/unconfirmed", LOOK, follow_up.show_unconfirmed),
    Page("/unconfirmed/look-up", RESOLVE, follow_up.look_up, "POST"),
    Page("/unconfirmed/record", RESOLVE, follow_up.record, "POST"),
    Page("/domains", LOOK, follow_up.find_domain),
    Page("/domains/{name}", LOOK, follow_up.show_domain),
    Page("/people/{name}", LOOK, people.show_person),
    Page("/vendors", LOOK, follow_up.show_vendors),
    Page("/budget", LOOK, budget.show_budget),
    Page("/queue", LOOK, workers.show_queue),
    Page("/queue/go-on", CONFIRM, workers.go_on, "POST"),
)
ROUTES = [
    *(page.route() for page in PAGES),
    # What needs no role: signing in and out, and what the pages are drawn with.
    Route(SIGN_IN, show_sign_in),
    Route(SIGN_IN, take_sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
    Mount("/static", StaticFiles(directory=FOLDER / "static")),
]


def make_app(site: Site) -> ASGIApp:
    """The application, behind its guard."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        app.state.checking, app.state.storing = Checking(site), asyncio.Lock()
        app.state.offers, app.state.sign_in = {}, SignIn()
        running = asyncio.create_task(app.state.checking.run())
        yield
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    app = Starlette(routes=ROUTES, lifespan=lifespan, exception_handlers=dict.fromkeys(FAULTS, show_fault))
    app.state.site = site
    return Guard(app, site)
