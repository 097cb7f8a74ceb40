"""The yes to a plan: whoever is first has it carried out, the others land on what came of it."""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from batch_orders.core.uploads import PLANNED, Upload, UploadState
from batch_orders.web.access import person_of, refuse_yes
from batch_orders.web.children import Job
from batch_orders.web.programs import is_program, refuse_program
from batch_orders.web.receiving import read_form
from batch_orders.web.render import NOT_FOUND, Refusal, clock
from batch_orders.web.site import Site, site_of
from batch_orders.web.uploads import find_upload, must_type, plan_page, state_now

PAUSE = 0.05


async def confirm(request: Request) -> Response:
    site = site_of(request)
    upload = await run_in_threadpool(find_upload, request)
    async with read_form(request, site.limits.form) as form:
        checksum, typed = str(form.get("checksum", "")), str(form.get("orders", ""))
    state = state_now(upload)
    if state in (UploadState.CONFIRMED, UploadState.CONFIRMING):
        return await land(request, upload.id, first=False)
    if state not in PLANNED or not upload.found.get("orders"):
        if is_program(request):
            raise refuse_program(upload, state)
        return RedirectResponse(f"/uploads/{upload.id}", 303)
    if why := refuse_yes(request, upload):
        return await run_in_threadpool(plan_page, request, upload, 403, f"Nothing was sent. {why}")
    if checksum != upload.checksum:
        return await run_in_threadpool(
            plan_page, request, upload, 409, "Nothing was sent. The plan has changed: look at it again."
        )
    # A program says yes by the checksum: it does not click by mistake.
    must = must_type(upload.found) and not is_program(request)
    if must and typed.strip().replace(",", "") != str(upload.found["orders"]):
        wrong = f"Nothing was sent. Type the number of orders to say yes: it is not {typed.strip()[:20] or 'blank'}."
        return await run_in_threadpool(plan_page, request, upload, 422, wrong)
    return await begin(request, upload)


async def begin(request: Request, upload: Upload) -> Response:
    site = site_of(request)
    site.confirming.add(upload.id)
    try:
        if not await run_in_threadpool(site.ledger.uploads.begin_confirming, upload.id, upload.checksum):
            return await land(request, upload.id, first=False)
        job = await asyncio.to_thread(
            site.children.start,
            "confirm",
            upload=upload.id,
            account=upload.account,
            actor=person_of(request).name,
        )
        await wait_for(site, upload, job)
    finally:
        site.confirming.discard(upload.id)
    return await land(request, upload.id, first=True)


async def wait_for(site: Site, upload: Upload, job: Job) -> None:
    """Until confirming came to an end; a child that ended before that is told of."""
    uploads = site.ledger.uploads
    while True:
        ended = job.ended()
        now = await run_in_threadpool(uploads.get, upload.id)
        if now is None or now.state is not UploadState.CONFIRMING:
            return
        if ended:
            said = await asyncio.to_thread(job.result)
            fault = str(said.get("fault") or "Confirming broke down before anything was accepted.")
            await run_in_threadpool(uploads.give_back, upload, f"Nothing was sent. {fault}")
            return
        await asyncio.sleep(PAUSE)


async def land(request: Request, upload_id: str, first: bool) -> Response:
    """Wait until confirming came to an end, and show which."""
    uploads = site_of(request).ledger.uploads
    while True:
        upload = await run_in_threadpool(uploads.get, upload_id)
        if upload is None or upload.state is not UploadState.CONFIRMING:
            break
        if await request.is_disconnected():
            break
        await asyncio.sleep(PAUSE)
    if upload is None:
        raise Refusal(404, NOT_FOUND["title"], *NOT_FOUND["said"])
    if upload.state is UploadState.CONFIRMED and upload.batches:
        told = "" if first else f"?confirmed={clock(upload.confirmed_at)}"
        return RedirectResponse(f"/batches/{upload.batches[0]}{told}", 303)
    if is_program(request):
        raise refuse_program(upload, upload.state)
    return RedirectResponse(f"/uploads/{upload_id}/plan", 303)
