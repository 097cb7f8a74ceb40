"""What somebody does about an order that needs him: in words, and as what is to be typed or opened."""

from __future__ import annotations

from dataclasses import dataclass

from batch_orders.core.base_url import SANDBOX
from batch_orders.core.next_steps import NO_FILES, ask_vendor, carry_on, name_place, paste, settle_unconfirmed
from batch_orders.core.results import BatchResult, OrderResult
from batch_orders.core.to_do import TO_CORRECT, Need, is_limited, need_of, what_to_do

ADVICE: dict[Need, str] = {
    Need.UNCONFIRMED: (
        "It may have been bought: do not order it by hand. It is not sent again by itself. Look it up; if it stays "
        "unconfirmed, ask Smart Senders and record what they say."
    ),
    Need.FAILED: (
        "Smart Senders took the order, and says now that it failed or was cancelled. Ask what became of it. Once you "
        "know that it is gone, record that and hand the sheet in again."
    ),
    Need.REJECTED: (
        "Smart Senders refused the order, for the reason under Message on the worksheet Orders. Nothing was bought. "
        "Correct the rows and hand them in again, or ask Smart Senders."
    ),
    Need.BOUGHT_ELSEWHERE: (
        "The vendor lists the domain as bought, and no order of this ledger did it. Nothing was sent. Ask Smart "
        "Senders what was bought, and take the domain out."
    ),
    Need.INVALID: (
        "Nothing was sent for these. Correct the marked cells and hand them in again. One row with a mistake holds "
        "its whole order back."
    ),
    Need.NOT_SENT: (
        "Nothing was sent for these. Hand the same sheet in again; what is placed already is not ordered twice."
    ),
}
LIMITED = (
    "A limit left these over; it is said above which, and when it frees. Do not hand the same sheet in again before "
    "whoever set the limit agrees: one for a single call lets each call spend as much anew."
)
LOOKED_UP = frozenset({Need.UNCONFIRMED, Need.FAILED})
"""Of these the vendor is asked. That of a rehearsal is gone, and so is its ledger."""
REHEARSED = "This was a rehearsal: nothing was bought, and there is nothing to be looked up."


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a result's orders. `corrections` is the name of its workbook of rows to correct, or ""."""

    result: BatchResult
    corrections: str = ""

    def sentence(self, need: Need) -> str:
        told = LIMITED if need is Need.NOT_SENT and is_limited(self.result.stop) else ADVICE[need]
        return f"{told} {REHEARSED}" if need in LOOKED_UP and self.is_rehearsal else told

    def short(self, order: OrderResult) -> str:
        """For one order, on one line; "" where nothing is to be done."""
        need = need_of(order, self.result.dry_run)
        if need is None:
            return ""
        if need in LOOKED_UP and self.is_rehearsal:
            return "Nothing: this was a rehearsal"
        told = what_to_do(need, self.result.stop)
        if need is Need.UNCONFIRMED:
            return f"{told}: batch-orders reconcile"
        return f"{told}: {self.corrections}" if need in TO_CORRECT and self.corrections else told

    def to_type(self, need: Need, domain: str) -> tuple[str, ...]:
        """The commands to type, or the file to open. `domain` is the first one that needs it."""
        match need:
            case _ if need in LOOKED_UP and self.is_rehearsal:
                return ()
            case Need.UNCONFIRMED:
                place = name_place(self.result)
                settle = (step.command for step in settle_unconfirmed((domain,), place))
                return (paste(("reconcile", *place)), *settle)
            case Need.FAILED:
                return (ask_vendor((domain,)).command,)
            case Need.NOT_SENT:
                return tuple(step.command for step in carry_on(self.result, NO_FILES)) or (
                    self.result.sheet.name,
                )
            case _:
                return (self.corrections or self.result.sheet.name,)

    @property
    def is_rehearsal(self) -> bool:
        return self.result.draft.environment == SANDBOX
