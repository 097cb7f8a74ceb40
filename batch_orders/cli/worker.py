"""The command `worker`."""

from __future__ import annotations

from dataclasses import dataclass

from batch_orders.cli.exits import EXIT_OF, Exit
from batch_orders.cli.next import SEE_QUEUE, show_next
from batch_orders.cli.options import say_aside
from batch_orders.cli.show import open_console
from batch_orders.cli.stopping import Stopping
from batch_orders.cli.workspace import LedgerOptions, find_key, ledger_place
from batch_orders.core.accounts import read_account, show_account
from batch_orders.core.wording import counted
from batch_orders.errors import ConfigurationError
from batch_orders.queue import refuse_without_engine, refuse_without_server
from batch_orders.service.context import open_known_ledger
from batch_orders.settings import Settings, user_state
from batch_orders.smart_senders import LIVE_BASE_URL, ApiKey, Environment


@dataclass(frozen=True, slots=True)
class WorkerCall:
    """One call of `worker`: its settings, and what is asked of it alone."""

    settings: Settings
    accounts_at_once: int
    only: tuple[str, ...]
    until_empty: bool
    beat_every: float
    ledger: LedgerOptions


def serve_queue(call: WorkerCall) -> int:
    stopping = Stopping()
    stopping.listen()
    try:
        work(call, stopping)
    except KeyboardInterrupt:
        # Whoever stops a service that is still starting has asked for nothing else than one that works.
        say_aside("Asked to end before a batch was taken.")
    return Exit.DONE


def work(call: WorkerCall, stopping: Stopping) -> None:
    place = ledger_place(call.settings.place.ledger)
    refuse_without_server(place)
    refuse_without_engine()
    # Imported here: without the extra, it is said what to install.
    from batch_orders.queue.schema import prepare
    from batch_orders.worker import Carrying, ServedAccount, Serving
    from batch_orders.worker.serving import CONNECTIONS

    names = choose_accounts(call)

    def served(name: str) -> ServedAccount:
        own = call.settings.under(name) if call.settings.accounts else call.settings
        environment = Environment.at(own.place.base_url or LIVE_BASE_URL)

        def key() -> ApiKey:
            return find_key(own.place)

        key()
        return ServedAccount(name, own, environment, key)

    accounts = [served(name) for name in names]
    expected = call.ledger.expect(call.settings.place, sandbox=False)
    with open_known_ledger(place, expected, user_state(), CONNECTIONS) as known:
        prepare(known.ledger)
        carrying = Carrying(
            known=known,
            accounts={(account.environment.name, account.name): account for account in accounts},
            state=user_state(),
            exit_code=lambda ending: int(EXIT_OF[ending]),
        )
        serving = Serving(carrying, place, call.accounts_at_once, call.beat_every, call.until_empty, stopping)
        # From here on the first signal asks, and the second leaves at once.
        stopping.gentle = True
        say_aside(f"Working for {counted(len(accounts), 'account')}: {', '.join(map(show_account, names))}.")
        serving.work()
    show_next(open_console(aside=True), SEE_QUEUE)


def choose_accounts(call: WorkerCall) -> tuple[str, ...]:
    """The accounts that the worker takes batches of. Raises ConfigurationError where one is not known."""
    known = tuple(call.settings.accounts) or ("",)
    if not call.only:
        return known
    named = tuple(dict.fromkeys(map(read_account, call.only)))
    if strange := [name for name in named if name not in known]:
        have = ", ".join(map(show_account, known))
        raise ConfigurationError(
            f"--only: {show_account(strange[0])!r} is no account. The settings have {have}."
        )
    return named
