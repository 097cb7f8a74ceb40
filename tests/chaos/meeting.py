"""Many starts that meet: all of them ask for the lock at the same moment, and its holder waits for the others.

Only the timing is arranged, from outside; who gets the lock and what comes of it is the program's affair.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batch_orders.errors import SubmitterBusy
from batch_orders.ledger import Ledger, Submitter

PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Meeting:
    """`count` processes come to `folder`. A holder that is `patient` goes on when the others were refused."""

    folder: str
    count: int
    patient: bool

    def arm(self) -> None:
        submitting, accept = Ledger.submitting, Ledger.accept
        here, refused = Path(self.folder) / "here", Path(self.folder) / "refused"

        @contextmanager
        def meet(ledger: Ledger, environment: str, account: str = "") -> Iterator[Submitter]:
            arrive(here)
            wait_for(here, self.count)
            try:
                with submitting(ledger, environment, account) as submitter:
                    yield submitter
            except SubmitterBusy:
                arrive(refused)
                raise

        def wait_and_accept(*args: Any) -> None:
            if self.patient:
                wait_for(refused, self.count - 1)
            accept(*args)

        Ledger.submitting = meet  # type: ignore[method-assign, assignment]
        Ledger.accept = wait_and_accept  # type: ignore[method-assign, assignment]


def arrive(place: Path) -> None:
    place.mkdir(exist_ok=True)
    (place / str(os.getpid())).touch()


def wait_for(place: Path, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not place.is_dir() or sum(1 for _ in place.iterdir()) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"Fewer than {count} came to {place}.")
        time.sleep(0.005)
