"""`python -m tests.inbox.zygote`: the zygote of tests.chaos, with the places at which a night can be killed."""

from __future__ import annotations

# All that a night imports, so that a start costs milliseconds and a kill falls into the work.
import batch_orders.cli.inbox
import batch_orders.inbox.sftp
import batch_orders.report.result_csv  # noqa: F401
from tests.chaos.points import PLACES
from tests.chaos.zygote import main

NIGHT_PLACES = {
    "claiming a file": "batch_orders.inbox.work:put",
    "renaming a file": "batch_orders.inbox.folders:rename_new",
    "taking the sign of a file": "batch_orders.inbox.folders:Folders.remove",
    "handling a file": "batch_orders.service.inbox_run:handle_sheet",
    "sending an order": "batch_orders.smart_senders.client:SmartSenders.place_order",
    "recording an outcome": "batch_orders.ledger.moves:Submitter.record",
    "writing the result CSV": "batch_orders.service.deliver:write_result_csv",
    "handing a result over": "batch_orders.inbox.folders:Folders.hand_over",
    "putting the sheet away": "batch_orders.inbox.work:move_sheet",
}

if __name__ == "__main__":
    PLACES.update(NIGHT_PLACES)
    main()
