"""The pages of one upload: where it stands, its problems, its plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from batch_orders.core.uploads import PAGE, PLANNED, UNDER_WAY, Part, Upload, UploadState
from batch_orders.core.wording import counted
from batch_orders.web.access import person_of, refuse_yes
from batch_orders.web.programs import describe_upload, is_program
from batch_orders.web.receiving import read_form
from batch_orders.web.render import NOT_FOUND, Refusal, page, state_answer, wants_json
from batch_orders.web.site import Site, site_of

TYPED_ABOVE = 20
"""Above so many orders, their number is to be typed in."""
REFRESH = 2
"""Seconds after which a page without scripts loads itself again."""

TITLES: Mapping[UploadState, str] = {
    UploadState.QUEUED: "Waiting to be read",
    UploadState.READING: "Reading the sheet",
    UploadState.REFUSED: "The sheet cannot be used as it is",
    UploadState.COLUMNS: "Which column is which?",
    UploadState.PASSWORD: "The workbook needs its password",
    UploadState.NOTHING: "Nothing to buy",
    UploadState.CONFIRMING: "Confirming",
    UploadState.EXPIRED: "This upload has expired",
}


def find_upload(request: Request) -> Upload:
    """Raises Refusal (404) where there is none."""
    upload = site_of(request).ledger.uploads.get(request.path_params["upload"])
    if upload is None or not person_of(request).sees(upload.account):
        raise Refusal(404, NOT_FOUND["title"], *NOT_FOUND["said"])
    return upload


def state_now(upload: Upload) -> UploadState:
    return upload.state_at(datetime.now(UTC))


def next_address(upload: Upload, state: UploadState) -> str:
    """Where somebody who waits for this upload is led, or "" as long as it goes on."""
    here = f"/uploads/{upload.id}"
    match state:
        case UploadState.PROBLEMS:
            return f"{here}/problems"
        case UploadState.READY | UploadState.NOTHING:
            return f"{here}/plan"
        case UploadState.COLUMNS:
            return f"{here}/columns"
        case UploadState.CONFIRMED if upload.batches:
            return f"/batches/{upload.batches[0]}"
    return ""


def show_upload(request: Request) -> Response:
    upload = find_upload(request)
    state = state_now(upload)
    leads_to = next_address(upload, state)
    version = f"{state}{upload.rows_read}"
    title = title_of(request, upload, state)
    if is_program(request):
        return state_answer(describe_upload(site_of(request), upload, state, title, leads_to))
    if wants_json(request):
        facts = {
            "state": state,
            "title": title,
            "rows": upload.rows_read,
            "next": leads_to,
            "version": version,
        }
        return state_answer(facts)
    if leads_to:
        return RedirectResponse(leads_to, 303)
    under_way = state in UNDER_WAY
    return page(
        request,
        "upload.html",
        410 if state is UploadState.EXPIRED else 200,
        title=title,
        upload=upload,
        state=state.value,
        said=(),
        wrong=any(sheet.options.get("password") for sheet in upload.sheets),
        before=handed_in_before(request, upload),
        ahead=count_ahead(site_of(request), upload) if state is UploadState.QUEUED else 0,
        live=under_way,
        version=version,
        refresh=REFRESH if under_way else 0,
    )


def title_of(request: Request, upload: Upload, state: UploadState) -> str:
    if state is UploadState.READING and upload.rows_read:
        return f"Reading the sheet: {counted(upload.rows_read, 'row')} so far"
    if state is UploadState.REFUSED and upload.found.get("again"):
        return "This could not be checked"
    if state in TITLES:
        return TITLES[state]
    return problems_title(upload) if state is UploadState.PROBLEMS else str(upload.found.get("action", ""))


def count_ahead(site: Site, upload: Upload) -> int:
    queued = site.ledger.uploads.in_states((UploadState.QUEUED, UploadState.READING))
    return sum((other.created_at, other.id) < (upload.created_at, upload.id) for other in queued)


def handed_in_before(request: Request, upload: Upload) -> dict[str, str] | None:
    """The same bytes were handed in before: what became of them."""
    site = site_of(request)
    for sheet in upload.sheets:
        batch = site.ledger.handed_in(upload.environment, upload.account, sheet.sha256)
        if batch and batch.id not in upload.batches:
            return {
                "address": f"/batches/{batch.id}",
                "name": batch.sheet,
                "at": batch.accepted_at,
                "what": "batch",
            }
    other = site.ledger.uploads.same_bytes(upload.id, [sheet.sha256 for sheet in upload.sheets])
    if other is None or not person_of(request).sees(other.account):
        return None
    return {"address": f"/uploads/{other.id}", "name": other.name, "at": other.created_at, "what": "upload"}


# Problems.


def problems_title(upload: Upload) -> str:
    faulty = int(upload.found["faulty"])
    return f"{counted(faulty, 'row')} need{'s' if faulty == 1 else ''} correcting"


def show_problems(request: Request) -> Response:
    upload = find_upload(request)
    if state_now(upload) is not UploadState.PROBLEMS or is_program(request):
        return RedirectResponse(f"/uploads/{upload.id}", 303)
    rows, pages = page_of(request, upload, Part.ROWS, upload.found["shown"])
    tables = [
        {**table, "rows": [row for row in rows if row["table"] == number]}
        for number, table in enumerate(upload.found["tables"])
    ]
    return page(
        request,
        "problems.html",
        title=problems_title(upload),
        upload=upload,
        found=upload.found,
        tables=[table for table in tables if table["rows"]],
        several=len(tables) > 1,
        pages=pages,
        before=handed_in_before(request, upload),
        suggested=any(said["suggestion"] for row in rows for cell in row["cells"] for said in cell["said"]),
    )


def page_of(
    request: Request, upload: Upload, part: Part, total: int
) -> tuple[tuple[Mapping[str, Any], ...], dict[str, int]]:
    """The lines of the page that was asked for, and which pages there are."""
    pages = find_pages(request, total, PAGE)
    return site_of(request).ledger.uploads.page(upload.id, part, pages["number"] - 1), pages


def find_pages(request: Request, total: int, each: int) -> dict[str, int]:
    """Which page of `total` lines was asked for, counted from 1, and how many there are."""
    last = max(1, -(-total // each))
    asked = request.query_params.get("page", "1")
    number = min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) < 9 else 1
    return {"number": number, "last": last, "total": total}


# The plan.


def show_plan(request: Request) -> Response:
    upload = find_upload(request)
    if state_now(upload) not in PLANNED or is_program(request):
        return RedirectResponse(f"/uploads/{upload.id}", 303)
    return plan_page(request, upload)


def plan_page(request: Request, upload: Upload, status: int = 200, wrong: str = "") -> Response:
    found = upload.found
    orders, pages = page_of(request, upload, Part.ORDERS, found["planned"])
    return page(
        request,
        "plan.html",
        status,
        title=found["action"] if found["orders"] else TITLES[UploadState.NOTHING],
        said=(wrong,) if wrong else (),
        upload=upload,
        found=found,
        orders=orders,
        pages=pages,
        wrong=wrong,
        typed=must_type(found),
        refused=refuse_yes(request, upload) if found["orders"] else "",
        before=handed_in_before(request, upload),
    )


def must_type(found: Mapping[str, Any]) -> bool:
    return bool(found["orders"] > TYPED_ABOVE or found["unpriced"])


async def take_password(request: Request) -> Response:
    """The password of a workbook: it is read anew with it."""
    site = site_of(request)
    upload = await run_in_threadpool(find_upload, request)
    async with read_form(request, site.limits.form) as form:
        password = str(form.get("password", ""))
    options = [{**sheet.options, "password": password} for sheet in upload.sheets]
    await run_in_threadpool(site.ledger.uploads.choose, upload.id, options)
    request.app.state.checking.wake()
    return RedirectResponse(f"/uploads/{upload.id}", 303)
