"""Machines that share a ledger on PostgreSQL and a vendor: sheets are put into the queue, and workers take them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from tests.harness.command_line import KEY, Ended, Machine, Running
from tests.harness.hurried import look_often
from tests.ledger.batches import opened_engine
from tests.sheets import row

PATIENCE = 90.0


@dataclass(frozen=True, slots=True)
class Fleet:
    """`keys` has the key of each account, {"": key} where there are none. `rate` holds for each of them."""

    machine: Machine
    ledger: str
    base_url: str
    keys: Mapping[str, str] = field(default_factory=lambda: {"": KEY})
    rate: str = "none"
    places: Mapping[str, str] = field(default_factory=dict)
    """Accounts that order at a base URL of their own."""
    hurried: bool = True
    """Whether workers look for batches more often than they would."""

    def settle_in(self) -> None:
        """Write the settings that all commands of the fleet are started with."""
        lines = [f'ledger = "{self.ledger}"', f'base-url = "{self.base_url}"', f'rate = "{self.rate}"']
        lines += ["max-failures = 99"]
        for number, (account, key) in enumerate(self.keys.items()):
            if account:
                self.machine.environment[f"KEY_{number}"] = key
                lines += [f"[accounts.{account}]", f'api-key-env = "KEY_{number}"']
                lines += [f'base-url = "{self.places[account]}"'] if account in self.places else []
            else:
                self.machine.environment["SMARTLEAD_API_KEY"] = key
        (self.machine.here / "batch-orders.toml").write_text("\n".join(lines) + "\n")

    def sheet(self, *domains: str) -> Path:
        return self.machine.hand_in(*(row(domain) for domain in domains), name=f"{domains[0]}.csv")

    def enqueue(self, *sheets: Path, account: str = "", words: Sequence[str] = ()) -> Ended:
        named = ("--account", account) if account else ()
        return self.machine.run("enqueue", *sheets, "--yes", "--json", *named, *words)

    def work_until_empty(self, *words: str) -> Ended:
        before = look_often if self.hurried else None
        return self.machine.run("worker", "--until-empty", "--beat-every", "1", *words, before=before)

    @contextmanager
    def worker(self, *words: str) -> Iterator[Running]:
        """A worker that works beside the test."""
        before = look_often if self.hurried else None
        with self.machine.start("worker", "--beat-every", "0.5", *words, before=before) as process:
            yield process

    def status(self) -> dict[str, Any]:
        return self.machine.run("status", "--queue", "--json").said

    def ask(self, query: str, **given: object) -> list[Any]:
        with opened_engine(self.ledger) as engine, engine.begin() as connection:
            answered = connection.execute(text(query), given)
            return list(answered.all()) if answered.returns_rows else []

    def jobs(self) -> list[tuple[str, str]]:
        """Status and outcome of each batch, in the order in which they were put in."""
        query = (
            "SELECT job.status, noted.outcome FROM queue_batches AS noted "
            "JOIN procrastinate_jobs AS job ON job.id = noted.job ORDER BY job.id"
        )
        return [tuple(line) for line in self.ask(query)]

    def wait_for_changes(self, query: str, changes: int, **given: object) -> None:
        """Until the first line of an answer has changed so many times."""
        seen: set[Any] = set()

        def has_changed() -> bool:
            seen.add(tuple(self.ask(query, **given)[0]))
            return len(seen) > changes

        self.wait_for(has_changed)

    def wait_for(self, what: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < deadline, f"It did not come about: {self.jobs()}"
            time.sleep(0.05)
