"""What programs are told: the same facts as the pages have, as objects of JSON. docs/http.md describes them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from batch_orders.core.accounts import show_account
from batch_orders.core.records import BatchRecord
from batch_orders.core.uploads import Part, Upload, UploadState
from batch_orders.web.batch_words import BatchWords
from batch_orders.web.render import Refusal
from batch_orders.web.site import Site

NOTHING_SENT = "Nothing was sent"
ONE_AT_A_TIME = threading.Lock()


def is_program(request: Request) -> bool:
    return bool(request.scope["person"].program)


def taken(upload: str) -> Response:
    """The sheet was stored and is going to be read: where to ask for it."""
    address = f"/uploads/{upload}"
    told = {"id": upload, "state": UploadState.QUEUED.value, "address": address}
    return JSONResponse(told, 202, {"Location": address})


def describe_upload(
    site: Site, upload: Upload, state: UploadState, title: str, leads_to: str
) -> dict[str, Any]:
    """`plan` is null as long as there is none, and `checksum` is "" then. What is wrong where is in `problems`."""
    found = upload.found
    planned = "decisions" in found and state is not UploadState.EXPIRED
    return {
        "id": upload.id,
        "state": state.value,
        "title": title,
        "address": f"/uploads/{upload.id}",
        "next": leads_to,
        "account": show_account(upload.account),
        "sheets": [sheet.name for sheet in upload.sheets],
        "handed_in_by": upload.actor,
        "expires_at": upload.expires_at,
        "rows": found.get("rows", upload.rows_read),
        "fault": found.get("fault", ""),
        "problems": list(list_problems(site, upload)) if planned else [],
        "warnings": list(found.get("warnings", [])) if planned else [],
        "plan": describe_plan(site, upload) if planned else None,
        "checksum": upload.checksum if planned else "",
        "batches": list(upload.batches),
    }


def list_problems(site: Site, upload: Upload) -> Iterator[dict[str, Any]]:
    """What is wrong in each faulty row, in the sheets' order; `row` is null for what concerns a whole sheet."""
    for message in upload.found["errors_at_large"]:
        yield {"row": None, "severity": "error", "message": message}
    tables = upload.found["tables"]
    for line in site.ledger.uploads.lines(upload.id, Part.ROWS):
        table = tables[line["table"]]
        where = {"sheet": table["sheet"], "worksheet": table["worksheet"], "row": line["row"]}
        for header, cell in zip(table["headers"], line["cells"], strict=False):
            for said in cell["said"]:
                yield {**where, "column": header, "value": cell["text"], **said}
        for said in line["said"]:
            yield {**where, "column": "", "value": "", **said}


def describe_plan(site: Site, upload: Upload) -> dict[str, Any]:
    found = upload.found
    names = (
        "action",
        "orders",
        "mailboxes",
        "costs",
        "unpriced",
        "decisions",
        "left_over",
        "remarks",
        "changed",
    )
    items = list(site.ledger.uploads.lines(upload.id, Part.ORDERS))
    return {**{name: found[name] for name in names}, "items": items}


def describe_batch(site: Site, record: BatchRecord, words: BatchWords) -> Mapping[str, Any]:
    """The object of --json, and how the batch stands: as long as it goes on, there is no exit code.

    A child counts the rows, one child at a time. Raises Refusal (503) where it cannot.
    """
    told: dict[str, Any] = {"batch": record.id, "state": words.kind, "title": words.heading}
    if record.pruned:
        return {**told, "exit_code": None, "sheets": []}
    with ONE_AT_A_TIME:
        said = site.children.start("result", batch=record.id).result()
    if "fault" in said:
        raise Refusal(503, "How things stand is not known", str(said["fault"]), retry_after=5)
    code = None if words.kind in ("runs", "waits") else said["exit_code"]
    return {**told, "exit_code": code, "sheets": said["sheets"]}


def describe_line(words: BatchWords) -> dict[str, Any]:
    """A batch as the list of batches tells of it."""
    return {
        "batch": words.id,
        "address": f"/batches/{words.id}",
        "sheet": words.sheet,
        "account": show_account(words.account),
        "state": words.kind,
        "title": words.line,
        "sentence": words.sentence,
        "accepted_at": words.accepted_at,
    }


def refuse_program(upload: Upload, state: UploadState) -> Refusal:
    """Nothing came of a yes: a program is never led on as if something had been bought."""
    why = {
        UploadState.NOTHING: "There is nothing to buy in this plan.",
        UploadState.EXPIRED: "The upload has expired. Hand the sheet in again.",
    }
    said = [*upload.found.get("changed", []), upload.found.get("fault", "")]
    told = why.get(state) or "Ask for the upload, and confirm the plan as it stands then."
    return Refusal(409, NOTHING_SENT, *(sentence for sentence in said if sentence), told)
