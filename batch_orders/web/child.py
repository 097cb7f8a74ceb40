"""The child's side: one job, then the end. What this imports, the process that listens never does."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batch_orders.core.actions import UPLOAD_PAGE
from batch_orders.core.base_url import SANDBOX
from batch_orders.core.results import Kind, SheetOutcome
from batch_orders.core.rules import RowRules, UnknownVendors
from batch_orders.errors import BatchOrdersError, ConfigurationError
from batch_orders.logs import LogFormat, describe_fault, log, set_up_logs
from batch_orders.service.budget import Budget
from batch_orders.service.context import SANDBOX_KEY, Context, Opening, open_context, open_ledger
from batch_orders.service.known_ledger import Expected
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.living import Living, upload_work
from batch_orders.service.reading import read_options, row_rules
from batch_orders.service.submission import RetryPolicy
from batch_orders.service.vendor_cache import recall_vendors
from batch_orders.settings import Settings, default_cache, load_settings, user_state
from batch_orders.sheet import Ahead
from batch_orders.smart_senders import LIVE_BASE_URL, ApiKey, Environment

if TYPE_CHECKING:
    from batch_orders.service.upload_files import WriteSheet
    from batch_orders.service.upload_reading import UploadReader

LARGEST_KEYS = 1 << 20
FILES = {"report": Kind.REPORT, "corrections": Kind.CORRECTIONS, "result": Kind.RESULT_CSV}


class Stopping:
    """Whether somebody asked this process to end: the order in flight is finished first."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.hear)

    def hear(self, *_: object) -> None:
        self.asked = True

    def __call__(self) -> bool:
        return self.asked


class Child:
    """One job's surroundings, from what the process that listens was started with."""

    def __init__(self, request: Mapping[str, Any], ahead: Ahead | None = None) -> None:
        self.request = request
        self.ahead = ahead
        config = request["config"]
        settings = load_settings(request["given"], os.environ, Path(config) if config else None)
        self.account: str = request.get("account", "")
        self.settings: Settings = settings.under(self.account) if settings.accounts else settings
        self.living = Living(Path(request["living"]))
        self.stopping = Stopping()

    @contextmanager
    def context(self, prices: bool = True) -> Iterator[Context]:
        place, submitting = self.settings.place, self.settings.submitting
        opening = Opening(
            ledger=self.request["ledger"],
            environment=self.environment(),
            key=self.key(),
            account=self.account,
            timeout=place.timeout,
            door=UPLOAD_PAGE,
            limiter=RateLimiter(submitting.rate, self.stopping),
            retry=RetryPolicy(failures=submitting.max_failures),
            wait=True,
            prices=prices,
            # A look-up alone sends nothing, and is what comes first after a backup was restored.
            expected=self.expected() if prices else None,
            state=user_state(),
            cache=default_cache(),
        )
        with open_context(opening) as context:
            yield replace(context, actor=self.request.get("actor") or context.actor)

    def expected(self) -> Expected | None:
        """What the ledger must be. Whoever looks at a plan sees what is said of it."""
        told = self.request["expected"]
        return replace(Expected(**told), attended=True) if told else None

    def environment(self) -> Environment:
        if self.request["sandbox"]:
            return Environment.at(self.request["sandbox"], SANDBOX)
        return Environment.at(self.settings.place.base_url or LIVE_BASE_URL)

    def key(self) -> ApiKey | None:
        """None where there is no key. Raises ConfigurationError where its file cannot be read."""
        if self.request["sandbox"]:
            return ApiKey(SANDBOX_KEY)
        place, text = self.settings.place, ""
        if place.api_key_file:
            try:
                text = place.api_key_file.read_text(encoding="utf-8-sig").strip()
            except (OSError, UnicodeDecodeError):
                raise ConfigurationError("The API key file cannot be read.", setting="api-key-file") from None
        elif (fd := self.request["key_fd"]) is not None:
            text = json.loads(os.pread(fd, LARGEST_KEYS, 0)).get(place.key_variable, "")
        return ApiKey(text) if text else None

    # Jobs.

    def check(self) -> dict[str, Any]:
        self.work_on("check")
        return {}

    def confirm(self) -> dict[str, Any]:
        self.work_on("confirm")
        return {}

    def work_on(self, what: str) -> None:
        upload = self.request["upload"]
        with self.living.hold(upload_work(upload)), self.context() as context:
            from batch_orders.service.upload_work import UploadWork

            work = UploadWork(context, self.budget, self.reader(context), self.living)
            if found := context.ledger.uploads.get(upload):
                getattr(work, what)(found)

    def reader(self, context: Context) -> UploadReader:
        from batch_orders.service.upload_reading import UploadReader

        return UploadReader(context.ledger, read_options(self.settings), self.rules(context), self.ahead)

    def budget(self) -> Budget:
        return Budget.of(self.settings.submitting)

    def rules(self, context: Context) -> RowRules:
        """As `run` has them; without a key nothing can be ordered, and vendors are known as `check` knows them."""
        offers = context.catalogue.offers
        if context.vendor is None and (known := recall_vendors(default_cache(), context.place)):
            offers = known.offers
        return row_rules(self.settings, offers, UnknownVendors.HOLD)

    def file(self) -> dict[str, Any]:
        """One file of a batch, made from the ledger into a folder of the process that listens."""
        from batch_orders.service.deliver import deliver
        from batch_orders.service.result import result_of

        kind = FILES[self.request["kind"]]
        with open_ledger(self.request["ledger"]) as ledger:
            result = result_of(self.request["batch"], ledger)
        delivered = deliver(result, Path(self.request["folder"]), (kind,))
        if delivered.faults:
            return {"fault": delivered.faults[0]}
        path = delivered.files.get(kind)
        return {"file": str(path), "name": path.name} if path else {}

    def result(self) -> dict[str, Any]:
        """What --json tells of a batch, from the ledger."""
        from batch_orders.core.exit_codes import EXIT_OF
        from batch_orders.core.result_json import describe_outcome
        from batch_orders.service.result import result_of

        with open_ledger(self.request["ledger"]) as ledger:
            result = result_of(self.request["batch"], ledger)
        files = {Kind.REPORT: f"/batches/{result.batch}/report.xlsx"}
        outcome = SheetOutcome(result.draft.sheet.name, result.ending, result=result, files=files)
        return {"exit_code": int(EXIT_OF[result.ending]), "sheets": [describe_outcome(outcome)]}

    def corrections(self) -> dict[str, Any]:
        """The rows to correct of an upload that became no batch yet."""
        from batch_orders.service.upload_files import write_rows_to_correct

        return self.upload_file(write_rows_to_correct)

    def suggestions(self) -> dict[str, Any]:
        """The sheet of an upload with the suggestions filled in."""
        from batch_orders.service.upload_files import write_with_suggestions

        return self.upload_file(write_with_suggestions)

    def upload_file(self, write: WriteSheet) -> dict[str, Any]:
        from batch_orders.service.upload_files import write_upload_file

        with self.context() as context:
            upload = context.ledger.uploads.get(self.request["upload"])
            folder = Path(self.request["folder"])
            path = write_upload_file(self.reader(context), upload, folder, write) if upload else None
        return {"file": str(path), "name": path.name} if path else {}

    def template(self) -> dict[str, Any]:
        from batch_orders.report.template import write_template
        from batch_orders.service.vendor_cache import recall_vendors
        from batch_orders.settings import default_cache

        path = Path(self.request["folder"]) / self.request["name"]
        known = recall_vendors(default_cache(), self.environment().name)
        write_template(path, known.offers if known else ())
        return {"file": str(path), "name": path.name}

    def look_up(self) -> dict[str, Any]:
        from batch_orders.service.followup import reconcile

        with self.context(prices=False) as context:
            found = reconcile(replace(context, wait=False))
        return {
            "unconfirmed": len(found.unconfirmed),
            "found": list(found.matched.found),
            "others": dict(found.matched.others),
        }

    def vendors(self) -> dict[str, Any]:
        with self.context() as context:
            catalogue = context.catalogue
        offers = [
            {
                "vendor": offer.vendor,
                "name": offer.name,
                "domain": f"{offer.price.domain:,.2f} {offer.price.currency}" if offer.price else "",
                "mailbox": f"{offer.price.mailbox:,.2f} {offer.price.currency}" if offer.price else "",
            }
            for offer in catalogue.offers
        ]
        return {"offers": offers, "remarks": list(catalogue.remarks)}


JOBS: Mapping[str, Callable[[Child], dict[str, Any]]] = {
    "check": Child.check,
    "confirm": Child.confirm,
    "file": Child.file,
    "result": Child.result,
    "corrections": Child.corrections,
    "suggestions": Child.suggestions,
    "template": Child.template,
    "look up": Child.look_up,
    "vendors": Child.vendors,
}

LONG = ("confirm",)
"""Jobs that send orders, which may take hours."""


def main(request: Mapping[str, Any], ahead: Ahead | None = None) -> None:
    """Do the job and say its result. Every fault is one sentence. `ahead` is a reader that was started ahead."""
    set_up_logs(LogFormat(request["log_format"]))
    if request["job"] not in LONG:
        # A short life with millions of values: looking for cycles among them takes longer than the work.
        gc.disable()
    try:
        said = JOBS[request["job"]](Child(request, ahead))
    except BatchOrdersError as error:
        said = {"fault": str(error), "kind": type(error).__name__}
        log.warning("%s", error)
    # Its text is not told: it may hold contact details.
    except Exception as error:  # noqa: BLE001
        log.error("The %s could not be done: %s.", request["job"], describe_fault(error))
        said = {"fault": "Something went wrong that was not foreseen."}
    # Whoever started this may be gone.
    with suppress(OSError):
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
    os._exit(0)
