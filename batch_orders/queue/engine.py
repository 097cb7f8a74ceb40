"""The engine, as we use it. What it does not do by itself is done here.

- A worker that finishes its batches before it ends keeps beating, and is not taken for dead (its issue 1585).
- A batch is settled only by the worker that has it in hand, and again and again while the database is away.
- A worker whose beat was taken out of the database fetches nothing more, and is to be started anew.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import procrastinate
import psycopg
from procrastinate import exceptions, job_context, jobs, retry, utils
from procrastinate.worker import Worker

from batch_orders.core.stops import Stop, StopReason
from batch_orders.errors import BatchOrdersError
from batch_orders.ledger.engine import read_place
from batch_orders.ledger.postgres import CLIENT, demands
from batch_orders.logs import log
from batch_orders.queue.names import TASK

HEARTBEAT = "update_heartbeats"
PAUSE = 1.0
LAST_PATIENCE = 60.0
"""Seconds that a worker which was asked to end waits for the database, to give its batches back."""
UNFORESEEN = Stop(StopReason.OTHER, "An unforeseen fault. The ledger knows what was sent.")
FAULTS = (exceptions.ConnectorException, BatchOrdersError, OSError)

# What it would say is said by us, or needs nobody.
logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Hand:
    """One batch in a worker's hand. `stopping` says whether it is to be given back."""

    job: int
    worker: int
    batch: str
    stopping: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Duties:
    """What a worker does, in calls that may block.

    `carry_out` returns why a batch stopped before its end, or None; `settle` says so to the queue. `beat` returns
    False where the worker is not known any more.
    """

    carry_out: Callable[[Hand], Stop | None]
    settle: Callable[[int, int, str, Stop | None], None]
    beat: Callable[[int], bool]
    introduce: Callable[[int], None]
    paused: Callable[[], Collection[str]]
    """The queues of accounts that are paused."""
    stopping: Callable[[], bool]


def make_app(place: str = "", duties: Duties | None = None) -> procrastinate.App:
    """The engine on the ledger at `place`. Without one it puts batches in, on connections that it is given."""
    if not duties:
        return procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
    conninfo = read_place(place).set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo,
        kwargs=CLIENT,
        configure=demand,
        min_size=1,
        max_size=1,
        timeout=10.0,
        reconnect_timeout=10.0,
    )
    app = procrastinate.App(connector=connector)

    def carry_out(context: job_context.JobContext, batch: str) -> Stop | None:
        assert context.job.id and context.job.worker_id
        hand = Hand(
            context.job.id,
            context.job.worker_id,
            batch,
            lambda: duties.stopping() or context.should_abort(),
        )
        return duties.carry_out(hand)

    app.task(name=TASK, pass_context=True)(carry_out)
    return app


async def demand(connection: psycopg.AsyncConnection[Any]) -> None:
    """The engine's own session demands what the ledger's do."""
    await connection.execute(demands().encode())
    await connection.commit()


class PatientWorker(Worker):
    """`beats` is how many seconds lie between two beats of it."""

    def __init__(
        self,
        app: procrastinate.App,
        duties: Duties,
        queues: Iterable[str],
        at_once: int,
        beats: float,
        poll: float,
    ) -> None:
        self.served = tuple(queues)
        self.duties = duties
        super().__init__(
            app,
            queues=self.served,
            concurrency=at_once,
            fetch_job_polling_interval=poll,
            abort_job_polling_interval=poll,
            listen_notify=False,
            install_signal_handlers=False,
            update_heartbeat_interval=beats,
            # Who is not heard of for long is taken out by the rescue, which knows whose batches it had.
            stalled_worker_timeout=86_400.0,
        )

    @property
    def engine(self) -> Any:
        """What of the engine has no types."""
        return super()

    async def serve(self) -> None:
        """Until `end`, or until the database is lost; whether that raises depends on the engine."""
        await self.engine.run()

    def end(self) -> None:
        """Fetch nothing more. What is in hand is settled first."""
        self.engine.stop()

    async def _run_loop(self) -> None:
        assert self.worker_id is not None
        await asyncio.to_thread(self.duties.introduce, self.worker_id)
        await self.engine._run_loop()

    async def _fetch_and_process_jobs(self) -> None:
        paused = await asyncio.to_thread(self.duties.paused)
        self.queues = [queue for queue in self.served if queue not in paused]
        await self.engine._fetch_and_process_jobs()

    async def _process_job(self, context: job_context.JobContext) -> None:
        try:
            await super()._process_job(context)
        finally:
            # The next batch of the account can be fetched now.
            self._new_job_event.set()

    async def _persist_job_status(
        self,
        job: jobs.Job,
        status: jobs.Status,
        retry_decision: retry.RetryDecision | None,
        context: job_context.JobContext,
        job_result: job_context.JobResult | None,
    ) -> None:
        """In place of the engine's, which would settle a batch that another worker has by now."""
        said = job_result.result if job_result else None
        stop = said if status is jobs.Status.SUCCEEDED else UNFORESEEN
        batch = str(job.task_kwargs["batch"])
        assert job.id and job.worker_id
        until = float("inf")
        while True:
            try:
                await asyncio.to_thread(self.duties.settle, job.id, job.worker_id, batch, stop)
                return
            except FAULTS as error:
                if self.duties.stopping() and until == float("inf"):
                    until = time.monotonic() + LAST_PATIENCE
                if time.monotonic() > until:
                    log.warning("A batch could not be given back, and is rescued later: %s", error)
                    return
                await asyncio.sleep(PAUSE)

    async def _update_heartbeat(self) -> None:
        while True:
            await asyncio.sleep(self.update_heartbeat_interval)
            assert self.worker_id is not None
            try:
                known = await asyncio.to_thread(self.duties.beat, self.worker_id)
            except FAULTS:
                continue
            if not known:
                self.end()

    async def _shutdown(self, side_tasks: list[asyncio.Task[Any]]) -> None:
        beating = [task for task in side_tasks if task.get_name() == HEARTBEAT]
        await utils.cancel_and_capture_errors([task for task in side_tasks if task not in beating])
        try:
            await super()._shutdown([])
        finally:
            await utils.cancel_and_capture_errors(beating)
