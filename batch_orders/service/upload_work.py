"""The work on an upload: check and plan it, confirm it, carry a batch on. One path for preview and confirmation.

What is stored is read and planned anew when it is confirmed, and only the plan that was looked at is
carried out. Needs pandas, so that it is done in a process of its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from batch_orders.core.plan import Plan, VendorView
from batch_orders.core.records import Approval
from batch_orders.core.stops import Stop, StopReason
from batch_orders.core.uploads import Part, Upload, UploadState
from batch_orders.errors import BatchOrdersError, LedgerConflict, SheetError
from batch_orders.ledger.uploads import UploadFindings, Uploads
from batch_orders.service.accept import new_batch
from batch_orders.service.approval import approve_plan, prices_of
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context
from batch_orders.service.enqueue import can_enqueue, queueing, queueing_again
from batch_orders.service.events import Events
from batch_orders.service.living import Living, batch_work
from batch_orders.service.preview import Preview, preview, preview_batch
from batch_orders.service.submit import submit
from batch_orders.service.upload_changes import tell_changes
from batch_orders.service.upload_findings import find_preview, find_resumption, refused
from batch_orders.service.upload_reading import UploadReader

DEARER = Stop(
    StopReason.PLAN_CHANGED,
    "It would cost more than was confirmed. Carry on: the new plan is shown before anything is sent.",
)


@dataclass(frozen=True, slots=True)
class UploadWork:
    """What an upload is worked on with. `budget` is what one call may spend."""

    context: Context
    budget: Callable[[], Budget]
    reader: UploadReader
    living: Living

    @property
    def uploads(self) -> Uploads:
        return self.context.ledger.uploads

    def check(self, upload: Upload) -> None:
        """Read, judge and plan an upload that was claimed, and store what was found."""
        # The vendor is asked while the sheet is read. Nobody waits for its answer where the sheet is refused.
        pool = ThreadPoolExecutor(1)
        asked = pool.submit(self.context.view_vendor)
        pool.shutdown(wait=False)
        try:
            self.uploads.find(upload.id, self.look(upload, asked.result)[0])
        except SheetError as error:
            self.uploads.find(upload.id, refused(error))
        except BatchOrdersError as error:
            self.uploads.find(
                upload.id, UploadFindings(UploadState.REFUSED, {"fault": str(error), "again": True})
            )

    def look(
        self, upload: Upload, ask: Callable[[], VendorView]
    ) -> tuple[UploadFindings, Plan, Preview | None]:
        """What an upload comes to, by what the vendor says to `ask` once the sheets are read."""
        if upload.resumes:
            plan = preview_batch(upload.resumes, self.context, self.budget(), ask())
            return self.with_remarks(find_resumption(plan, self.context.vendor_names)), plan, None
        with tempfile.TemporaryDirectory(prefix="batch-orders-upload-") as folder:
            sheets = tuple(self.reader.read_all(upload, Path(folder)))
        seen = preview(sheets, self.context, self.budget(), ask())
        return self.with_remarks(find_preview(seen)), seen.plan, seen

    def with_remarks(self, findings: UploadFindings) -> UploadFindings:
        """With what is to be said of the ledger before anything is sent."""
        remarks = [*self.context.said, *findings.found["remarks"]]
        return replace(findings, found={**findings.found, "remarks": remarks})

    def confirm(self, upload: Upload) -> None:
        """Accept and carry out the plan that was looked at; where it is another one now, nothing is sent.

        The claim on confirming it must be held. A fault before anything is accepted is stored and shown.
        """
        try:
            self.context.market  # noqa: B018  there must be a key before anything is accepted
            findings, plan, seen = self.look(upload, self.context.view_vendor)
        except BatchOrdersError as error:
            self.uploads.give_back(upload, f"Nothing was sent. {error}")
            return
        if plan.checksum != upload.checksum or not plan.to_send:
            before = self.uploads.lines(upload.id, Part.ORDERS)
            changed = tell_changes(before, plan)
            self.uploads.find(upload.id, replace(findings, found={**findings.found, "changed": changed}))
            return
        approval = approve_plan(plan, self.context)
        if seen is None:
            self.resume(upload, plan, approval)
        else:
            self.carry_out(upload, seen, approval)

    def carry_out(self, upload: Upload, seen: Preview, approval: Approval) -> None:
        news = [new_batch(seen, sheet) for sheet in range(len(seen.sheets)) if sends(seen, sheet)]
        if can_enqueue(self.context.ledger):
            approved = [(new, approval) for new in news]
            self.leave_to_workers(upload, lambda: self.uploads.confirm(upload.id, approved, queueing(news)))
            return
        with ExitStack() as held:
            for new in news:
                held.enter_context(self.living.hold(batch_work(new.id)))
            if not self.uploads.confirm(upload.id, [(new, approval) for new in news]):
                return
            budget = self.budget()
            for new in news:
                submit(new.id, self.context, budget, lambda plan: DEARER, Events())

    def leave_to_workers(self, upload: Upload, confirm: Callable[[], bool]) -> None:
        """Put what was confirmed into the queue, in the commit that confirms it. A fault is stored and shown."""
        try:
            confirm()
        except BatchOrdersError as error:
            self.uploads.give_back(upload, f"Nothing was sent. {error}")

    def resume(self, upload: Upload, plan: Plan, approval: Approval) -> None:
        batch = upload.resumes
        record = self.context.ledger.batch(batch)
        if record and can_enqueue(self.context.ledger):
            terms = (batch, approval, prices_of(plan), queueing_again(record))
            self.leave_to_workers(upload, lambda: self.uploads.confirm_resumption(upload.id, *terms))
            return
        with self.living.hold(batch_work(batch)):
            try:
                if not self.uploads.confirm_resumption(upload.id, batch, approval, prices_of(plan)):
                    return
            except LedgerConflict as error:
                self.uploads.give_back(upload, f"Nothing was sent. {error}")
                return
            submit(batch, self.context, self.budget(), lambda plan: DEARER, Events())


def sends(seen: Preview, sheet: int) -> bool:
    return any(item.is_sent for item in seen.planned(sheet))
