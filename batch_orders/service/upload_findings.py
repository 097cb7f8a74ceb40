"""What reading and planning an upload came to, as it is stored with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from batch_orders.core.plan import Plan
from batch_orders.core.uploads import Part, UploadState
from batch_orders.core.vendors import name_vendor
from batch_orders.errors import SheetError
from batch_orders.ledger.uploads import UploadFindings
from batch_orders.service.preview import Preview
from batch_orders.service.upload_reading import UnknownColumns
from batch_orders.service.upload_views import (
    NO_SHEETS,
    describe_orders,
    describe_plan,
    describe_rows,
    describe_sheets,
    shown,
)


def find_preview(seen: Preview) -> UploadFindings:
    found = {**describe_sheets(seen), **describe_plan(seen.plan), "vendors": name_vendors(seen.vendors)}
    state = UploadState.READY if seen.plan.to_send else UploadState.NOTHING
    return UploadFindings(
        UploadState.PROBLEMS if found["faulty"] else state,
        found,
        seen.plan.checksum,
        {Part.ROWS: describe_rows(seen), Part.ORDERS: describe_orders(seen.plan)},
    )


def find_resumption(plan: Plan, vendors: Mapping[int, str]) -> UploadFindings:
    """`vendors` are the names that vendors are known by."""
    state = UploadState.READY if plan.to_send else UploadState.NOTHING
    found = {**NO_SHEETS, **describe_plan(plan), "vendors": name_vendors(vendors)}
    return UploadFindings(state, found, plan.checksum, {Part.ORDERS: describe_orders(plan)})


def name_vendors(vendors: Mapping[int, str]) -> dict[str, str]:
    return {str(number): shown(name_vendor(number, name)) for number, name in vendors.items()}


def refused(error: SheetError) -> UploadFindings:
    if isinstance(error, UnknownColumns) and error.columns:
        columns = [
            {"header": header, "values": [shown(value) for value in values]}
            for header, values in error.columns
        ]
        return UploadFindings(
            UploadState.COLUMNS, {"fault": error.lacking, "sheet": error.sheet, "columns": columns}
        )
    state = UploadState.PASSWORD if error.setting == "password-file" else UploadState.REFUSED
    return UploadFindings(state, {"fault": str(error)})
