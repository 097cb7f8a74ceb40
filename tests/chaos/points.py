"""The named points at which a run is killed: before and after every commit, send and write.

Nothing in the program knows of them. They are put around its functions from outside, in the process that
is to be killed.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from batch_orders.service import submission

BEFORE, AFTER = "before", "after"

PLACES = {
    "making the tables": "batch_orders.ledger.engine:bring_up_to_date",
    "the tables made, before their commit": "batch_orders.ledger.engine:make_tables",
    "noting who submits": "batch_orders.ledger.lock:this_process",
    "recovering": "batch_orders.ledger.submitter:Submitter.recover",
    "storing the batch": "batch_orders.ledger:Ledger.accept",
    "claiming an order": "batch_orders.ledger.submitter:Submitter.claim",
    "an update, before its commit": "batch_orders.ledger.submitter:move",
    "sending an order": "batch_orders.smart_senders.client:SmartSenders.place_order",
    "looking at the clock": "batch_orders.smart_senders.window:Window.is_open",
    "writing the request": "http.client:HTTPConnection.endheaders",
    "waiting for the answer": "http.client:HTTPConnection.getresponse",
    "recording an outcome": "batch_orders.ledger.submitter:Submitter.record",
    "asking for the list": "batch_orders.smart_senders.client:SmartSenders.list_domains",
    "reconciling": "batch_orders.ledger.submitter:Submitter.reconcile",
    "closing the batch": "batch_orders.ledger:Ledger.finish",
    "reading the ledger": "batch_orders.ledger:Ledger.orders",
    "writing the report": "batch_orders.report.workbook:write_to_do",
    "putting the report in its place": "pathlib:Path.replace",
    "a commit": "sqlalchemy.engine.base:Connection._commit_impl",
}
"""What a run does at a place → the function that does it, as module:name."""

PAGE_PLACES = {
    "receiving a part of a sheet": "starlette.formparsers:MultiPartParser.on_part_data",
    "taking the sheets of a form": "batch_orders.web.hand_in:read_sheets",
    "storing an upload": "batch_orders.ledger.uploads:Uploads.store",
    "claiming an upload": "batch_orders.ledger.uploads:Uploads.claim",
    "starting a child": "batch_orders.web.children:Children.start",
    "beginning to confirm": "batch_orders.ledger.uploads:Uploads.begin_confirming",
}
"""The same of the process that listens."""

CHILD_PLACES = {
    "checking an upload": "batch_orders.service.upload_work:UploadWork.look",
    "keeping what was found": "batch_orders.ledger.uploads:Uploads.find",
    "carrying out an upload": "batch_orders.service.upload_work:UploadWork.carry_out",
    "carrying a batch on": "batch_orders.service.upload_work:UploadWork.resume",
    "confirming an upload": "batch_orders.ledger.uploads:Uploads.confirm",
    "storing the batch of an upload, before its commit": "batch_orders.ledger.uploads:store_batch",
    "submitting the batch": "batch_orders.service.upload_work:submit",
}
"""The same of its children, up to the batch; a child that submits does what a run does."""


@dataclass(frozen=True, slots=True)
class Point:
    """Before or after the nth call of the function at a place. `mark` is a file that tells that it came to that."""

    place: str
    when: str
    nth: int = 1
    signal: int = signal.SIGKILL
    mark: str = ""

    def arm(self) -> None:
        """Kill this process, as kill -9 does, or pause it with SIGSTOP, when it gets to the point."""
        wrap(self.place, self.around)

    def marked(self, mark: str) -> Point:
        return replace(self, mark=mark)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        calls = 0

        def deadly(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == self.nth and self.when == BEFORE:
                self.strike()
            result = function(*args, **kwargs)
            if calls == self.nth and self.when == AFTER:
                self.strike()
            return result

        return deadly

    def strike(self) -> None:
        if self.mark:
            Path(self.mark).touch()
        os.kill(os.getpid(), self.signal)


@dataclass(frozen=True, slots=True)
class Within:
    """A point that counts from when the process gets to a place on, such as the commits from there on."""

    place: str
    point: Point

    def arm(self) -> None:
        wrap(self.place, self.around)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def arming(*args: Any, **kwargs: Any) -> Any:
            self.point.arm()
            return function(*args, **kwargs)

        return arming

    def marked(self, mark: str) -> Within:
        return replace(self, point=self.point.marked(mark))


def wrap(place: str, around: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Put something around the function that does what is done at a place."""
    module, _, path = {**PLACES, **PAGE_PLACES, **CHILD_PLACES}[place].partition(":")
    owner: Any = import_module(module)
    *owners, name = path.split(".")
    for step in owners:
        owner = getattr(owner, step)
    setattr(owner, name, around(getattr(owner, name)))


@dataclass(frozen=True, slots=True)
class Waking:
    """A stop at a point, after which the process may not begin to send any more."""

    point: Point

    def arm(self) -> None:
        submission.BEGIN_WITHIN = 0.0
        self.point.arm()
