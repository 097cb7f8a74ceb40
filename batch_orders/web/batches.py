"""The pages of batches, and the files that are made of them."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from batch_orders.core.actions import UPLOAD_PAGE, Act, Action, Author
from batch_orders.core.mending import rows_to_mend
from batch_orders.core.records import BatchRecord
from batch_orders.core.results import BatchResult
from batch_orders.core.states import State
from batch_orders.ledger.uploads import NewUpload
from batch_orders.service.living import batch_work
from batch_orders.service.result import settle_from_ledger
from batch_orders.web.access import person_of
from batch_orders.web.batch_words import COUNT_WORDS, BatchWords, list_batches, tell_batch, tell_time_left
from batch_orders.web.programs import describe_batch, describe_line, is_program
from batch_orders.web.render import NOT_FOUND, Refusal, page, state_answer, wants_json
from batch_orders.web.site import Site, site_of
from batch_orders.web.to_do import tell_result
from batch_orders.web.uploads import find_pages, find_upload

FILES = {"report.xlsx": "report", "corrections.xlsx": "corrections", "result.csv": "result"}
TEMPLATES = ("order-sheet.xlsx", "order-sheet.csv")
MOVES_SHOWN = 10
LISTED = 20
YES = (Act.CONFIRMED, Act.CARRIED_ON)
CLOCK = re.compile(r"\d\d:\d\d")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_batches(request: Request) -> Response:
    site, accounts = site_of(request), person_of(request).accounts
    pages = find_pages(request, site.ledger.count_batches(accounts), LISTED)
    batches = list_batches(site, LISTED, accounts, (pages["number"] - 1) * LISTED)
    if wants_json(request):
        return state_answer({"batches": [describe_line(words) for words in batches], "pages": pages})
    return page(request, "batches.html", title="Batches", batches=batches, pages=pages)


def find_batch(request: Request) -> BatchRecord:
    """Raises Refusal (404) where there is none."""
    record = site_of(request).ledger.batch(request.path_params["batch"])
    if record is None or not person_of(request).sees(record.account):
        raise Refusal(404, NOT_FOUND["title"], *NOT_FOUND["said"])
    return record


def show_batch(request: Request) -> Response:
    site = site_of(request)
    record = find_batch(request)
    words = tell_batch(site, record)
    if is_program(request):
        return state_answer(describe_batch(site, record, words))
    if wants_json(request):
        return state_answer(state_of(record, words))
    orders = site.ledger.orders(record.id)
    actions = site.ledger.actions.of_batches([record.id])
    moved = sorted((order for order in orders if order.attempts), key=lambda order: order.changed_at)
    confirmed = request.query_params.get("confirmed", "")
    result = find_result(site, record)
    return page(
        request,
        "batch.html",
        title=words.heading,
        batch=words,
        record=record,
        moves=[
            (order, COUNT_WORDS.get(order.state, order.state.value))
            for order in moved[: -MOVES_SHOWN - 1 : -1]
        ],
        time_left=tell_time_left(words, orders),
        actions=actions,
        last_yes=next((action for action in reversed(actions) if action.act in YES), None),
        confirmed=confirmed if CLOCK.fullmatch(confirmed) else "",
        result=tell_result(result, words.can_carry_on) if result and not words.runs else None,
        files=files_of(result),
        live=words.runs,
        version=words.version,
        refresh=2 if words.runs else 0,
    )


def state_of(record: BatchRecord, words: BatchWords) -> dict[str, Any]:
    """How a batch stands, for the page's own script."""
    return {
        "state": words.kind,
        "title": words.heading,
        "sentence": words.sentence,
        "done": words.done,
        "total": words.total,
        "runs": words.runs,
        "next": "",
        "version": words.version,
        "counts": {state.value: record.states.get(state, 0) for state in State},
    }


def find_result(site: Site, record: BatchRecord) -> BatchResult | None:
    """How every order of the sheet stands now, from the ledger, without cells. None where its sheet is not kept."""
    draft = None if record.pruned else site.ledger.draft(record.id, cells=False)
    return settle_from_ledger(draft, record.id, site.ledger, record.last_stop) if draft else None


def files_of(result: BatchResult | None) -> list[tuple[str, str]]:
    """The files that can be had of a batch: what a link is called, and the name that it leads to."""
    if result is None:
        return []
    corrections = [("Rows to correct", "corrections.xlsx")] if rows_to_mend(result) else []
    return [("Report", "report.xlsx"), *corrections, ("Result CSV", "result.csv")]


async def stop(request: Request) -> Response:
    site = site_of(request)
    record = await run_in_threadpool(find_batch, request)
    await run_in_threadpool(stop_batch, site, record, Author(person_of(request).name, UPLOAD_PAGE))
    return RedirectResponse(f"/batches/{record.id}", 303)


def stop_batch(site: Site, record: BatchRecord, author: Author) -> None:
    """Ask whoever carries a batch out to stop: a process of this machine, or a worker by way of the queue."""
    work = batch_work(record.id)
    if site.living.process(work):
        # Kept first: no signal is part of a transaction, and a server that dies in between must not lose who asked.
        site.ledger.actions.note(Action(Act.STOPPED, author, record.environment, record.account, record.id))
        site.living.stop(work)
        return
    # Imported here: the process that listens does without it where nothing is queued.
    from batch_orders.service.enqueue import take_out

    take_out(site.ledger, record.id, "", author)


async def carry_on(request: Request) -> Response:
    """A fresh plan first, of what is left: it is shown, and nothing is sent before somebody says yes to it."""
    site = site_of(request)
    record = await run_in_threadpool(find_batch, request)
    words = await run_in_threadpool(tell_batch, site, record)
    if not words.can_carry_on:
        return RedirectResponse(f"/batches/{record.id}", 303)
    new = NewUpload(person_of(request).name, record.environment, record.account, resumes=record.id)
    upload = await run_in_threadpool(site.ledger.uploads.store, new)
    request.app.state.checking.wake()
    return RedirectResponse(f"/uploads/{upload}", 303)


# Files.


async def send_file(request: Request) -> Response:
    record = await run_in_threadpool(find_batch, request)
    return await make_file(request, "file", batch=record.id, kind=FILES[last_part(request)])


async def send_upload_corrections(request: Request) -> Response:
    upload = await run_in_threadpool(find_upload, request)
    return await make_file(request, "corrections", upload=upload.id, account=upload.account)


async def send_suggestions(request: Request) -> Response:
    upload = await run_in_threadpool(find_upload, request)
    return await make_file(request, "suggestions", upload=upload.id, account=upload.account)


async def send_template(request: Request) -> Response:
    return await make_file(request, "template", name=last_part(request))


def last_part(request: Request) -> str:
    return request.url.path.rpartition("/")[2]


async def make_file(request: Request, job: str, **words: Any) -> Response:
    """Have a child make the file, send it as a download, and remove it."""
    folder = tempfile.mkdtemp(prefix="batch-orders-download-")
    clean = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    said = await site_of(request).children.result(job, folder=folder, **words)
    if "file" not in said:
        await clean()
        why = str(said.get("fault") or "Nothing of it is held back, or the sheet is of another kind.")
        raise Refusal(404 if "fault" not in said else 409, "There is no such file", why)
    path = Path(said["file"])
    media = XLSX if path.suffix == ".xlsx" else "text/csv; charset=utf-8"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(said['name'])}"}
    return FileResponse(path, media_type=media, headers=headers, background=clean)
