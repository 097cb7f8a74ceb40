"""Preview: what would be bought, as a value. Stores nothing and settles nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from batch_orders.core.model import Order
from batch_orders.core.order_json import order_from_json
from batch_orders.core.origins import PlacedSince
from batch_orders.core.placed_since import forgive_placed
from batch_orders.core.plan import (
    Plan,
    PlannedOrder,
    SheetOrders,
    VendorView,
    explain_left_over,
    refuse_partial,
)
from batch_orders.core.planning import leave_superseded, plan_orders
from batch_orders.core.records import LedgerOrder
from batch_orders.core.results import BatchResult, Draft
from batch_orders.core.settling import UNASKED, settle
from batch_orders.core.states import State
from batch_orders.core.stops import Stop
from batch_orders.service.budget import Budget
from batch_orders.service.context import Context
from batch_orders.service.corrected import placed_since
from batch_orders.service.draft import draft_sheet, tell_defaults
from batch_orders.validation.grouping import Grouping, group_orders, held_back_rows


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet that was checked. `source` is the team's folder it came in, `remarks` are said of it."""

    grouping: Grouping
    orders: tuple[Order, ...]
    source: str = ""
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(cls, grouping: Grouping, source: str = "", remarks: tuple[str, ...] = ()) -> NewSheet:
        return cls(grouping, group_orders(grouping), source, (*tell_defaults(grouping), *remarks))

    @property
    def name(self) -> str:
        return self.grouping.rows.sheet.name


@dataclass(frozen=True)
class Preview:
    """One plan over all sheets of a call, and a draft of each sheet's result, in their order.

    `decided` is the plan without what is to be said of its sheets. `since` has of each sheet the rows that were put
    right since, by position; `vendors` are the names that vendors are known by.
    """

    decided: Plan
    sheets: tuple[NewSheet, ...]
    view: VendorView
    started: datetime
    since: tuple[Mapping[int, PlacedSince], ...]
    vendors: Mapping[int, str]

    @cached_property
    def plan(self) -> Plan:
        told = (sentence for _, said in self.forgiven for sentence in said) if any(self.since) else ()
        remarks = (*tell_sheets(self.sheets), *self.decided.remarks, *told)
        return replace(self.decided, remarks=remarks)

    @property
    def drafts(self) -> tuple[Draft, ...]:
        return tuple(draft for draft, _ in self.forgiven)

    @cached_property
    def forgiven(self) -> tuple[tuple[Draft, tuple[str, ...]], ...]:
        """The drafts, and what is said of rows that were placed since.

        Made when they are needed first: who only looks at a plan does without them.
        """
        return tuple(map(self.forgive, range(len(self.sheets))))

    def forgive(self, sheet: int) -> tuple[Draft, tuple[str, ...]]:
        new = self.sheets[sheet]
        remarks = (*new.remarks, *self.decided.remarks)
        draft = draft_sheet(new.grouping, self.decided, sheet, self.started, remarks, self.vendors)
        return forgive_placed(draft, self.since[sheet])

    def held_back(self, sheet: int) -> Sequence[int]:
        """The positions of the rows that are held back."""
        if any(self.since):
            return self.drafts[sheet].held_back
        return held_back_rows(self.sheets[sheet].grouping)

    def planned(self, sheet: int) -> tuple[PlannedOrder, ...]:
        return self.plan.of_sheet(sheet)

    def dry_run(self, all_or_nothing: bool) -> tuple[BatchResult, ...]:
        """The results of a dry run. What a limit leaves over stops only that, or with `all_or_nothing` everything."""
        if all_or_nothing and (partial := refuse_partial(self.plan)):
            return tuple(
                replace(
                    result,
                    dry_run=True,
                    orders=tuple(replace(order, to_send=False) for order in result.orders),
                )
                for result in self.refused(partial)
            )
        return tuple(
            replace(self.unsent(sheet, None), stop=explain_left_over(self.planned(sheet)), dry_run=True)
            for sheet in range(len(self.sheets))
        )

    def refused(self, stop: Stop) -> tuple[BatchResult, ...]:
        """The results where nothing was sent, because of `stop`."""
        return tuple(self.unsent(sheet, stop) for sheet in range(len(self.sheets)))

    def unsent(self, sheet: int, stop: Stop | None) -> BatchResult:
        return settle(self.drafts[sheet], UNASKED, stop, datetime.now(UTC))


def preview(
    sheets: Sequence[NewSheet], context: Context, budget: Budget, view: VendorView | None = None
) -> Preview:
    """Plan all sheets together: common limits, common domains, one checksum.

    `view` is what the vendor has just said; without it, the vendor is asked.
    """
    return plan_sheets(sheets, context, budget, view or context.view_vendor(), datetime.now(UTC))


def plan_sheets(
    sheets: Sequence[NewSheet], context: Context, budget: Budget, view: VendorView, started: datetime
) -> Preview:
    """As `preview`, by what the vendor said before."""
    since = tuple(placed_since(sheet.grouping, context) for sheet in sheets)
    orders = [
        SheetOrders(sheet.name, uncorrected(sheet.orders, corrected))
        for sheet, corrected in zip(sheets, since, strict=True)
    ]
    domains = list(dict.fromkeys(order.domain for sheet in orders for order in sheet.orders))
    prior = context.ledger.known(context.place, domains)
    plan = plan_orders(context.place, orders, prior, view, budget.allowances(context), context.account)
    return Preview(plan, tuple(sheets), view, started, since, context.vendor_names)


def uncorrected(orders: tuple[Order, ...], since: Mapping[int, PlacedSince]) -> tuple[Order, ...]:
    """Without those that were refused as they stand, and placed since as they were corrected."""
    if not since:
        return orders
    return tuple(order for order in orders if not (order.rows and all(row in since for row in order.rows)))


def tell_sheets(sheets: Sequence[NewSheet]) -> tuple[str, ...]:
    """What is to be said of each sheet, with its name where there are several."""
    several = len(sheets) > 1
    return tuple(
        f"{sheet.name}: {remark}" if several else remark for sheet in sheets for remark in sheet.remarks
    )


def preview_batch(batch: str, context: Context, budget: Budget, view: VendorView | None = None) -> Plan:
    """What is left to send of a batch that was cut short, as things stand now."""
    left = tuple(order for order in context.ledger.orders(batch) if order.state is State.PLANNED)
    return plan_left(batch, left, context, budget, view or context.view_vendor())


def plan_left(
    batch: str, left: Sequence[LedgerOrder], context: Context, budget: Budget, view: VendorView
) -> Plan:
    """A plan of orders that a batch has stored and not sent."""
    orders = tuple(order_from_json(order.content) for order in left)
    domains = [order.domain for order in orders]
    prior = context.ledger.known(context.place, domains, besides=batch)
    elsewhere = {domain: order for domain, order in prior.items() if order.batch != batch}
    plan = plan_orders(
        context.place,
        [SheetOrders(batch, orders)],
        elsewhere,
        view,
        budget.allowances(context),
        context.account,
    )
    return leave_superseded(plan, context.ledger.superseded(batch))
