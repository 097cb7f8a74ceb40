"""Is it the ledger that was meant? With a new one, or one from a backup, what was bought would be bought again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from batch_orders.errors import LedgerError
from batch_orders.ledger import Ledger
from batch_orders.ledger.engine import read_place
from batch_orders.ledger.marks import Marks


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a ledger before it is opened to submit.

    `named` says that its place was given, `attended` that a person at a terminal sees what is said before
    anything is sent; `new` and `restored` are the words --new-ledger and --restored-ledger.
    """

    named: bool = True
    attended: bool = False
    new: bool = False
    restored: bool = False

    @property
    def may_be_new(self) -> bool:
        return self.new or self.attended


def has_folder(place: str) -> bool:
    """Whether the folder that a ledger is to lie in exists. A database server has none that matters."""
    url = read_place(place)
    return url.get_backend_name() != "sqlite" or Path(str(url.database)).parent.is_dir()


def refuse_missing_folder(place: str) -> None:
    if not has_folder(place):
        raise LedgerError(
            f"There is no ledger {place}, and its folder does not exist either: is a disk not mounted? "
            "If it is to be a new one, say so with --new-ledger.",
            setting="ledger",
        )


def prove_known(
    ledger: Ledger, marks: Marks, expected: Expected, sandbox: str, certain: bool
) -> tuple[str, ...]:
    """What is to be said of a ledger before anything is sent. Orders at `sandbox` do not count.

    `certain` says that its place was named and its folder was there. Raises LedgerError where the ledger
    seems to be another one than was used before, and nobody said that it is meant.
    """
    # The mark first: what another run records and marks in between must not look like something that was lost.
    mark, last = marks.read(), ledger.last_event()
    unused = ledger.is_unused(sandbox)
    behind = mark is not None and mark > last
    if behind and not unused:
        if not expected.restored:
            raise LedgerError(tell_older(ledger.place, last, mark or 0))
        marks.write(last)
        return (f"The ledger {ledger.place} is older than what was sent with it. That was said to be known.",)
    if not unused or (mark is not None and not behind):
        if mark is None:
            marks.write(last)
        return ()
    if not (expected.may_be_new or (certain and not behind)):
        raise LedgerError(tell_new(ledger.place, behind), setting="ledger")
    if expected.new:
        marks.write(last)
    return (f"A new ledger is used: {ledger.place}. It knows nothing of what was bought before.",)


def tell_new(place: str, behind: bool) -> str:
    reason = (
        "orders were sent with a ledger that lay there"
        if behind
        else "one could be expected elsewhere, such as under another home directory"
    )
    return (
        f"The ledger {place} is new and knows nothing of what was bought before, and {reason}. Nothing was sent. "
        "If it is meant to be new, say so once with --new-ledger; otherwise name the one that was used."
    )


def tell_older(place: str, last: int, mark: int) -> str:
    return (
        f"The ledger {place} is older than what was sent with it: it ends at event {last:,}, and event {mark:,} was "
        "recorded before. It was restored from a backup, or is a copy. Nothing was sent: what was bought since "
        "could be bought twice. Look up first what the vendor knows: batch-orders reconcile. Then say with "
        "--restored-ledger that it is to be used as it is."
    )
