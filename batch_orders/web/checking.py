"""Uploads are checked one at a time, in the order in which they came. What is over is taken out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from batch_orders.core.uploads import UploadState
from batch_orders.errors import LedgerError
from batch_orders.logs import log
from batch_orders.service.living import upload_work
from batch_orders.web.site import Site

LOOK_AGAIN = 1.0
"""Seconds between two looks at what another process is at, or after the ledger could not be read."""
CUT_OFF = "Nothing was sent: confirming was cut off before anything was accepted. You can confirm it again."
SWEEP_EVERY = 300.0


@dataclass(slots=True)
class Checking:
    """`wake` it when something was queued."""

    site: Site
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    swept: float = 0.0

    def wake(self) -> None:
        self.woken.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            self.woken.clear()
            try:
                await self.sweep()
                if await self.check_next():
                    continue
                wait = SWEEP_EVERY if not await self.find_lost() else LOOK_AGAIN
            except LedgerError as error:
                log.warning("No upload is checked just now: %s", error)
                wait = LOOK_AGAIN
            try:
                await asyncio.wait_for(self.woken.wait(), wait)
            except TimeoutError:
                continue

    async def check_next(self) -> bool:
        """Check the upload that waits longest. False where none does, or another process checks just now."""
        uploads = self.site.ledger.uploads
        if await self.find_lost():
            return False
        queued = await asyncio.to_thread(uploads.in_states, (UploadState.QUEUED,), 1)
        if not queued or not await asyncio.to_thread(uploads.claim, queued[0].id):
            return False
        said = await self.site.children.result("check", upload=queued[0].id, account=queued[0].account)
        # An upload whose reader has ended without a word is refused: the next reader might die of it as well.
        await asyncio.to_thread(uploads.refuse_unread, queued[0].id, str(said.get("fault", "")))
        return True

    async def find_lost(self) -> bool:
        """Put back what nobody is at any more. True where another process is reading."""
        uploads, living = self.site.ledger.uploads, self.site.living
        under_way = (UploadState.READING, UploadState.CONFIRMING)
        reading = False
        for upload in await asyncio.to_thread(uploads.in_states, under_way):
            if living.process(upload_work(upload.id)) is not None or upload.id in self.site.confirming:
                reading |= upload.state is UploadState.READING
            elif upload.state is UploadState.READING:
                await asyncio.to_thread(uploads.requeue, upload.id)
            else:
                await asyncio.to_thread(uploads.give_back, upload, CUT_OFF)
        return reading

    async def sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        if self.swept and now - self.swept < SWEEP_EVERY:
            return
        self.swept = now
        await asyncio.to_thread(self.site.ledger.uploads.sweep, datetime.now(UTC))
        await asyncio.to_thread(self.site.living.tidy)
