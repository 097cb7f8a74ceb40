"""Bodies: how much of one is taken, how long one may stall, and where there is room for it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.datastructures import FormData
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from batch_orders.web.render import Refusal
from batch_orders.web.site import MIB, Site, site_of


@asynccontextmanager
async def read_form(request: Request, most: int) -> AsyncIterator[FormData]:
    """The fields of a form, files on disk as long as the block lasts.

    Raises Refusal: 413 for more than `most` bytes or too many fields, 408 for a body that stalls.
    """
    site = site_of(request)
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > most:
        raise too_large(most)
    body = Body(request, site, most)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        form = await parse(kind, request, body, site)
    except MultiPartException as error:
        if "Too many" in error.message:
            said_words = f"A form may have {site.limits.fields} fields and {site.limits.files} files."
            raise Refusal(413, "The form has too many fields", said_words, "Nothing was stored.") from None
        raise Refusal(400, "The form could not be read", "Nothing was stored. Send it again.") from None
    try:
        yield form
    finally:
        await form.close()


async def parse(kind: str, request: Request, body: Body, site: Site) -> FormData:
    limits = site.limits
    if kind == "multipart/form-data":
        parser = FrugalParser(
            request.headers,
            body.stream(),
            max_files=limits.files,
            max_fields=limits.fields,
            max_part_size=limits.form,
        )
        return await parser.parse()
    form = await FormParser(request.headers, body.stream()).parse()
    if len(form.multi_items()) > limits.fields:
        raise MultiPartException("Too many fields")
    return form


class FrugalParser(MultiPartParser):
    """Files go to disk early: fifty of them may be on their way."""

    spool_max_size = 1 << 16


class Body:
    """A request's bytes, as they come."""

    def __init__(self, request: Request, site: Site, most: int) -> None:
        self.request = request
        self.stall = site.limits.stall
        self.most = most

    async def stream(self) -> AsyncGenerator[bytes, None]:
        taken = 0
        pieces = self.request.stream()
        while True:
            try:
                piece = await asyncio.wait_for(anext(pieces), self.stall)
            except TimeoutError:
                seconds = f"{self.stall:.0f} seconds"
                said = f"Nothing more of it came for {seconds}, so it was given up. Nothing was stored."
                raise Refusal(408, "The sheet did not arrive", said, "Hand it in again.") from None
            except StopAsyncIteration:
                return
            taken += len(piece)
            if taken > self.most:
                raise too_large(self.most)
            yield piece


def too_large(most: int) -> Refusal:
    return Refusal(
        413,
        "That is too large",
        f"At most {most // MIB} MB are taken at once. Nothing was stored.",
        "Delete unused rows and columns, or split the sheet into smaller ones.",
    )


def demand_room(site: Site, size: int) -> None:
    """Raises Refusal (507) where disk would be short: the batches that run need it more."""
    place = site.ledger.place
    folders = [Path(tempfile.gettempdir()), *([Path(place).parent] if "://" not in place else [])]
    for folder in folders:
        try:
            free = shutil.disk_usage(folder).free
        except OSError:
            continue
        if free < site.limits.free + size:
            raise Refusal(
                507,
                "There is no room for it",
                "The disk of the server is nearly full, so the sheet was not taken. Nothing was stored.",
                "Make room there, and hand it in again.",
            )
