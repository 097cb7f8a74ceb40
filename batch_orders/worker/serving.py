"""The life of a worker: it survives its database, gives its batches back when asked to end, and rescues others'."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from batch_orders.ledger import Ledger
from batch_orders.logs import log
from batch_orders.queue import moves
from batch_orders.queue.engine import FAULTS, Duties, PatientWorker, make_app
from batch_orders.worker.carrying import Carrying

GLANCE = 0.1
"""Seconds between two looks at whether somebody asked to end."""
LOOK_AGAIN = 1.0
"""Seconds between two looks for batches, and before a database that was lost is tried again."""
HELPERS = 4
"""Threads beside those of the batches: beats, rescues, looks at what is paused and at what is left."""
CONNECTIONS = 2
"""Connections to the ledger beside one of each batch that runs, which has the lock. The engine has one more."""


@dataclass(slots=True)
class Serving:
    """`at_once` accounts at a time; `beats` seconds between two signs of life. `place` is the ledger's."""

    carrying: Carrying
    place: str
    at_once: int
    beats: float
    until_empty: bool
    stopping: Callable[[], bool]
    worker: PatientWorker | None = None
    empty: bool = False

    @property
    def ledger(self) -> Ledger:
        return self.carrying.known.ledger

    @property
    def queues(self) -> list[str]:
        return [account.queue for account in self.carrying.accounts.values()]

    def work(self) -> None:
        """Until somebody asks to end, or with `until_empty` until nothing is left to do."""
        with asyncio.Runner() as runner:
            runner.run(self.run())

    async def run(self) -> None:
        executor = ThreadPoolExecutor(self.at_once + HELPERS)
        asyncio.get_running_loop().set_default_executor(executor)
        watches: list[Coroutine[Any, Any, None]] = [self.watch_stopping(), self.keep_rescuing()]
        watches += [self.watch_for_empty()] if self.until_empty else []
        running = [asyncio.create_task(watch) for watch in watches]
        try:
            while not self.ends():
                await self.run_once()
                if not self.ends():
                    await asyncio.sleep(LOOK_AGAIN)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def ends(self) -> bool:
        return self.stopping() or self.empty

    async def run_once(self) -> None:
        """Until asked to end, or until the database is lost; then whatever the engine says of it counts for nothing."""
        app = make_app(self.place, self.duties())
        try:
            await app.open_async()
            self.worker = PatientWorker(app, self.duties(), self.queues, self.at_once, self.beats, LOOK_AGAIN)
            await self.worker.serve()
        except FAULTS as error:
            log.warning(
                "The queue cannot be reached (%s). The worker stays and tries again.", type(error).__name__
            )
        finally:
            self.worker = None
            with suppress(*FAULTS):
                await app.close_async()

    def duties(self) -> Duties:
        return Duties(
            carry_out=self.carrying.carry_out,
            settle=self.carrying.settle,
            beat=self.beat,
            introduce=self.introduce,
            paused=self.paused,
            stopping=self.stopping,
        )

    def beat(self, worker: int) -> bool:
        with self.ledger.transaction() as connection:
            return moves.beat(connection, worker)

    def introduce(self, worker: int) -> None:
        with self.ledger.transaction() as connection:
            moves.introduce(connection, worker, self.carrying.name, self.at_once)

    def paused(self) -> Collection[str]:
        with self.ledger.transaction() as connection:
            return moves.paused_queues(connection)

    async def watch_stopping(self) -> None:
        while True:
            if self.ends() and self.worker:
                self.worker.end()
            await asyncio.sleep(GLANCE)

    async def keep_rescuing(self) -> None:
        """In no slot of the batches: a worker whose slots are all taken rescues as well."""
        dead_after = self.beats * moves.MISSED_BEATS
        while True:
            try:
                await asyncio.to_thread(self.carrying.rescue, dead_after)
            except FAULTS:
                # Nobody was heard of meanwhile, by nobody's fault.
                await asyncio.sleep(dead_after)
            await asyncio.sleep(self.beats)

    async def watch_for_empty(self) -> None:
        while not self.empty:
            await asyncio.sleep(LOOK_AGAIN)
            with suppress(*FAULTS):
                self.empty = self.worker is not None and not await asyncio.to_thread(self.has_work)

    def has_work(self) -> bool:
        with self.ledger.transaction() as connection:
            paused = moves.paused_queues(connection)
            return moves.has_work(connection, [queue for queue in self.queues if queue not in paused])
