"""The page on which sheets are handed in, and what becomes of a form that hands one in."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from batch_orders.core.accounts import show_account
from batch_orders.core.uploads import UploadState
from batch_orders.core.visible import visible_line
from batch_orders.ledger.upload_rows import ReceivedSheet
from batch_orders.ledger.uploads import NewUpload
from batch_orders.web.access import person_of
from batch_orders.web.batch_words import list_batches
from batch_orders.web.programs import describe_line, taken
from batch_orders.web.quota import demand_quota
from batch_orders.web.receiving import demand_room, read_form, too_large
from batch_orders.web.render import Refusal, page, state_answer, wants_json
from batch_orders.web.site import MIB, Site, site_of

LONGEST_NAME = 200
RECENT, OPEN = 8, 20
"""Batches and uploads that are listed."""
WAITING = (UploadState.QUEUED, UploadState.READING)
PASTED = "pasted cells.tsv"


def show_hand_in(request: Request) -> Response:
    site, person = site_of(request), person_of(request)
    batches = list_batches(site, RECENT, person.accounts)
    unconfirmed = sum(
        person.sees(order.account) for place in site.places for order in site.ledger.unsettled(place)
    )
    if wants_json(request):
        return state_answer(
            {"batches": [describe_line(each) for each in batches], "unconfirmed": unconfirmed}
        )
    uploads = site.ledger.uploads.open(person.accounts, OPEN + 1)
    return page(
        request,
        "hand_in.html",
        title="Hand in a sheet",
        batches=batches,
        uploads=uploads[:OPEN],
        more_uploads=len(uploads) > OPEN,
        unconfirmed=unconfirmed,
        accounts=[(account, show_account(account)) for account in site.accounts_of(person)],
        limits=say_limits(site),
        has_key=site.has_key,
    )


def say_limits(site: Site) -> list[str]:
    submitting = site.settings.submitting
    said = [f"One sheet may have {site.limits.sheet // MIB} MB."]
    if submitting.max_orders is not None:
        said.append(f"At most {submitting.max_orders:,} orders are sent for one plan.")
    if submitting.max_cost is not None:
        said.append(f"At most {submitting.max_cost:,} is spent on one plan.")
    return said


async def take_upload(request: Request) -> Response:
    """Store what the form brings, and lead on to it."""
    site, person = site_of(request), person_of(request)
    await demand_a_place(site)
    said = request.headers.get("content-length", "")
    size = int(said) if said.isdecimal() else 0
    demand_room(site, size)
    await run_in_threadpool(demand_quota, site, person, size)
    mark = str(id(request))
    site.receiving.add(mark)
    try:
        async with read_form(request, site.limits.upload) as form:
            sheets = read_sheets(form, site)
            account = read_choice(form, site.accounts_of(person))
            place = site.environments[account].name
            new = NewUpload(person.name, place, account, sheets=sheets)
            stored = sum(measure(sheet.stream) for sheet in sheets)
            async with request.app.state.storing:
                # Again: others of the same person came meanwhile.
                await run_in_threadpool(demand_quota, site, person, stored)
                upload = await run_in_threadpool(site.ledger.uploads.store, new)
    finally:
        site.receiving.discard(mark)
    request.app.state.checking.wake()
    return taken(upload) if person.program else RedirectResponse(f"/uploads/{upload}", 303)


def measure(stream: BinaryIO) -> int:
    """Bytes from its beginning, where it stands afterwards."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return size


def read_choice(form: FormData, accounts: Sequence[str]) -> str:
    """The account that the sheets are for. Raises Refusal where it has to be chosen, or is none of these."""
    chosen = {show_account(account): account for account in accounts}
    said = form.get("account")
    if said is None and len(accounts) == 1:
        return accounts[0]
    if said not in chosen:
        raise Refusal(422, "No account was chosen", "Say which account the sheet is for. Nothing was stored.")
    return chosen[str(said)]


async def demand_a_place(site: Site) -> None:
    waiting = await run_in_threadpool(site.ledger.uploads.count, WAITING)
    if waiting + len(site.receiving) >= site.limits.waiting:
        raise Refusal(
            429,
            "Too many sheets wait",
            f"{waiting:,} sheets wait to be checked, so this one was not taken. Nothing was stored.",
            "Hand it in again in a minute.",
            retry_after=30,
        )


def read_sheets(form: FormData, site: Site) -> tuple[ReceivedSheet, ...]:
    """The files of the form, and cells that were pasted. Raises Refusal where there is neither."""
    sheets = []
    for item in form.getlist("sheet"):
        if not isinstance(item, UploadFile) or not (item.filename or item.size):
            continue
        if (item.size or 0) > site.limits.sheet:
            raise too_large(site.limits.sheet)
        sheets.append(ReceivedSheet(clean_name(item.filename or ""), item.file))
    pasted = form.get("cells")
    if isinstance(pasted, str) and pasted.strip():
        stream: BinaryIO = io.BytesIO(pasted.encode())
        sheets.append(ReceivedSheet(PASTED, stream, read_pasted(pasted)))
    if not sheets:
        raise Refusal(
            422,
            "No sheet was chosen",
            "Choose a file, or paste cells from a spreadsheet. Nothing was stored.",
        )
    return tuple(sheets)


def read_pasted(cells: str) -> Mapping[str, Any]:
    """Cells of a spreadsheet are pasted with tabs between them; anything else is read as a file would be."""
    header = cells.strip("\r\n").partition("\n")[0]
    return {"delimiter": "\t", "encoding": "utf-8"} if "\t" in header else {"encoding": "utf-8"}


def clean_name(name: str) -> str:
    """A name as it can be shown and kept: nothing in it acts, and it is not endless. It names no file of ours."""
    shown = visible_line(name).strip()
    if len(shown) > LONGEST_NAME:
        suffix = Path(shown).suffix
        kept = suffix if re.fullmatch(r"\.\w{1,8}", suffix) else ""
        shown = shown[: LONGEST_NAME - len(kept)] + kept
    return shown or "sheet"
