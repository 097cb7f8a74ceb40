"""The page on which somebody says what the columns of a sheet mean. Kept for the next sheet with the same headers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from batch_orders.core.model import PERSON_FIELDS, Field
from batch_orders.core.uploads import Upload, UploadState
from batch_orders.web.access import person_of
from batch_orders.web.programs import is_program
from batch_orders.web.receiving import read_form
from batch_orders.web.render import page
from batch_orders.web.site import site_of
from batch_orders.web.uploads import TITLES, find_upload, state_now

CHOICES = (*(field.value for field in Field), *PERSON_FIELDS, "contact_email", "contact_phone")


def show_columns(request: Request) -> Response:
    upload = find_upload(request)
    if state_now(upload) is not UploadState.COLUMNS or is_program(request):
        return RedirectResponse(f"/uploads/{upload.id}", 303)
    return columns_page(request, upload, {})


def columns_page(
    request: Request, upload: Upload, chosen: Mapping[str, str], status: int = 200, wrong: str = ""
) -> Response:
    found = upload.found
    return page(
        request,
        "columns.html",
        status,
        title=TITLES[UploadState.COLUMNS],
        said=(wrong,) if wrong else (),
        wrong=wrong,
        upload=upload,
        sheet=upload.sheets[found["sheet"]].name,
        fault=found["fault"],
        columns=found["columns"],
        chosen=chosen,
        choices=[(name, name.replace("_", " ").capitalize()) for name in CHOICES],
    )


async def take_columns(request: Request) -> Response:
    """Have the sheet read anew with what was chosen."""
    site = site_of(request)
    upload = await run_in_threadpool(find_upload, request)
    async with read_form(request, site.limits.form) as form:
        said = {name: str(value) for name, value in form.items()}
    if state_now(upload) is not UploadState.COLUMNS:
        return RedirectResponse(f"/uploads/{upload.id}", 303)
    headers = [column["header"] for column in upload.found["columns"]]
    chosen = {
        header: said[f"column-{place}"]
        for place, header in enumerate(headers)
        if said.get(f"column-{place}") in CHOICES
    }
    if wrong := what_is_wrong(chosen):
        return await run_in_threadpool(columns_page, request, upload, chosen, 422, wrong)
    options: list[dict[str, Any]] = [dict(sheet.options) for sheet in upload.sheets]
    options[upload.found["sheet"]]["columns"] = chosen
    await run_in_threadpool(site.ledger.column_choices.keep, headers, chosen, person_of(request).name)
    await run_in_threadpool(site.ledger.uploads.choose, upload.id, options)
    request.app.state.checking.wake()
    return RedirectResponse(f"/uploads/{upload.id}", 303)


def what_is_wrong(chosen: Mapping[str, str]) -> str:
    twice = [name for name, count in Counter(chosen.values()).items() if count > 1]
    if twice:
        return f"Two columns cannot both be {twice[0].replace('_', ' ')}. Choose it for one of them."
    return "" if chosen else "Choose what at least one column means."
