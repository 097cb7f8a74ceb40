"""What a worker does with one batch: open its account, submit it, say how it went, and tell people who need to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from batch_orders.core.plan import Plan
from batch_orders.core.retries import TOLD
from batch_orders.core.stops import Ending, Stop, StopReason
from batch_orders.errors import BatchOrdersError, ConfigurationError, LedgerError, SubmitterBusy
from batch_orders.ledger.accepting import finish_batch
from batch_orders.ledger.lock import this_process
from batch_orders.logs import about, log
from batch_orders.notifications.notices import send_summary
from batch_orders.queue import moves, owed
from batch_orders.queue.engine import UNFORESEEN, Hand
from batch_orders.queue.names import queue_of
from batch_orders.service.budget import Budget
from batch_orders.service.context import KnownLedger, Opening, open_with
from batch_orders.service.events import Events
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.result import result_of
from batch_orders.service.submission import RetryPolicy
from batch_orders.service.submit import submit
from batch_orders.settings import Settings
from batch_orders.smart_senders import ApiKey, Environment
from batch_orders.worker.notices import describe

DOOR = "worker"
PAUSED = Stop(StopReason.BUSY, "The account is paused.")
NOT_APPROVED = Stop(
    StopReason.PLAN_CHANGED,
    "It is waiting for approval: it would cost more than was approved, and nothing of it was sent. Look at the new "
    "plan and approve it: "
    "batch-orders resume, with the name of the batch.",
)


@dataclass(frozen=True, slots=True)
class ServedAccount:
    """An account that a worker orders for. `key` gives its key as it is now; it raises ConfigurationError."""

    name: str
    settings: Settings
    environment: Environment
    key: Callable[[], ApiKey]

    @property
    def queue(self) -> str:
        return queue_of(self.environment.name, self.name)


@dataclass(frozen=True, slots=True)
class Carrying:
    """What batches are carried out with. `exit_code` says what an ending is to whoever reads a message."""

    known: KnownLedger
    accounts: Mapping[tuple[str, str], ServedAccount]
    state: Path | None
    exit_code: Callable[[Ending], int]
    name: str = field(default_factory=this_process)

    def carry_out(self, hand: Hand) -> Stop | None:
        """Submit a batch. Returns why it stopped before its end, or None. Never raises."""
        ledger = self.known.ledger
        with about(batch=hand.batch):
            try:
                with ledger.transaction() as connection:
                    if moves.is_paused(connection, hand.job):
                        return PAUSED
                log.info("Batch %s is taken.", hand.batch)
                return self.submit(hand)
            except SubmitterBusy as error:
                return Stop(StopReason.BUSY, str(error))
            except LedgerError as error:
                return Stop(StopReason.LEDGER, str(error))
            except ConfigurationError as error:
                return Stop(StopReason.CONFIGURATION, str(error))
            except BatchOrdersError as error:
                return Stop(StopReason.OTHER, str(error))
            # The text of an unforeseen fault is not kept: it may hold contact details.
            except Exception as error:  # noqa: BLE001
                log.error("Batch %s met an unforeseen fault (%s).", hand.batch, type(error).__name__)
                return UNFORESEEN

    def submit(self, hand: Hand) -> Stop | None:
        record = self.known.ledger.batch(hand.batch)
        if record is None:
            return Stop(StopReason.OTHER, f"The ledger knows no batch {hand.batch}.")
        account = self.accounts[record.environment, record.account]
        place, submitting = account.settings.place, account.settings.submitting
        opening = Opening(
            ledger="",
            environment=account.environment,
            key=account.key(),
            account=account.name,
            timeout=place.timeout,
            door=DOOR,
            limiter=RateLimiter(submitting.rate, hand.stopping),
            retry=RetryPolicy(failures=submitting.max_failures),
            state=self.state,
        )
        with open_with(self.known, opening) as context:
            # Not before: who died while the vendor was asked did not die of this batch.
            with self.known.ledger.transaction() as connection:
                moves.begin(connection, hand.job)
            return submit(hand.batch, context, Budget.of(submitting), not_approved, Events()).stop

    def settle(self, job: int, worker: int, batch: str, stop: Stop | None) -> None:
        """Say how it went. Raises LedgerError while the ledger is away."""
        with self.known.ledger.transaction() as connection:
            settled = moves.settle(connection, job, worker, stop)
            if settled and stop == UNFORESEEN:
                # Whoever carried it out did not come to its end, where that is recorded.
                finish_batch(connection, batch, stop)
        if settled is None:
            log.warning("Batch %s was given to another worker meanwhile.", batch)
            return
        said = f" {stop.sentence}" if stop else ""
        log.info("Batch %s: %s.%s", batch, settled.decision.next.value, said)
        self.tell(settled)

    def rescue(self, dead_after: float) -> None:
        """Put back the batches of workers that are not heard of any more, and send the messages that they owe."""
        with self.known.ledger.transaction() as connection:
            given_up = moves.rescue(connection, dead_after)
            for settled in given_up:
                finish_batch(connection, settled.batch, settled.stop)
            late = owed.take_owed(connection)
        for settled in (*given_up, *late):
            self.tell(settled)

    def tell(self, settled: moves.Settled) -> None:
        """Tell people how a batch ended, or that its account is paused. The queue's state says it in any case.

        A worker that dies before the message has left still owes it, and another one sends it.
        """
        account = self.accounts.get((settled.environment, settled.account))
        notify = (
            next(iter(self.accounts.values())).settings.notify if account is None else account.settings.notify
        )
        if settled.decision.next not in TOLD:
            return
        # The batch is settled: nothing that goes wrong with a message may come near it.
        try:
            if notify.targets:
                result = result_of(settled.batch, self.known.ledger)
                send_summary(describe(settled, result, self.exit_code), notify)
            with self.known.ledger.transaction() as connection:
                owed.note_told(connection, settled.job)
        except Exception as error:  # noqa: BLE001
            log.warning("Nobody was told of batch %s (%s).", settled.batch, type(error).__name__)


def not_approved(_plan: Plan) -> Stop:
    return NOT_APPROVED
