"""The context of a call: ledger, vendor, prices, account and one rate limiter, opened together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from batch_orders.core.base_url import SANDBOX
from batch_orders.core.listing import Listing
from batch_orders.core.plan import VendorView
from batch_orders.core.vendors import Offer
from batch_orders.errors import ConfigurationError, LookUpError, SandboxError, SubmitterBusy
from batch_orders.ledger import Ledger, Submitter
from batch_orders.ledger.lock import this_process
from batch_orders.ledger.marks import Marks
from batch_orders.service.known_ledger import Expected, has_folder, prove_known, refuse_missing_folder
from batch_orders.service.limiter import RateLimiter
from batch_orders.service.submission import RetryPolicy, Vendor
from batch_orders.service.vendor_cache import remember_vendors
from batch_orders.smart_senders import LIVE_BASE_URL, ApiKey, Environment, SmartSenders

SANDBOX_KEY = "sandbox-key"
USUAL_TIMEOUT = 300.0
LOOK_AGAIN = 1.0
"""Seconds between two looks at a lock that another run holds."""
NO_KEY = "No vendor was asked: there is no API key."


class Market(Vendor, Protocol):
    """The vendor: it takes orders, lists what was bought, and says how an order stands."""

    def list_domains(self) -> Listing: ...

    def list_vendors(self) -> tuple[Offer, ...]: ...

    def order_status(self, order_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What vendors offer; `remarks` say why nothing is known where they could not be asked."""

    offers: tuple[Offer, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What a call works with. `vendor` is None where there is no key: then nothing can be sent.

    `account` names one customer of the vendor, "" the one without a name, and `key` is what opens it;
    None where nothing is bought with it. `actor` and `door` are kept with
    every approval. `timeout` is the deadline of a call, in seconds. `wait` says to wait for another run's lock.
    """

    ledger: Ledger
    environment: Environment
    vendor: Market | None
    door: str
    actor: str = field(default_factory=this_process)
    account: str = ""
    key: ApiKey | None = None
    catalogue: Catalogue = field(default_factory=Catalogue)
    limiter: RateLimiter = field(default_factory=RateLimiter)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    timeout: float = USUAL_TIMEOUT
    wait: bool = False
    queued: bool = False
    """What is approved is left to workers."""
    marks: Marks = field(default_factory=Marks)
    said: tuple[str, ...] = ()
    """What is to be said of the ledger with every plan."""

    @property
    def place(self) -> str:
        """Where orders go, as the ledger knows it."""
        return self.environment.name

    @property
    def market(self) -> Market:
        """Raises ConfigurationError where there is no key."""
        if self.vendor is None:
            raise ConfigurationError("There is no API key, so nothing was sent.", setting="api-key-file")
        return self.vendor

    @property
    def vendor_names(self) -> Mapping[int, str]:
        """By number, what vendors are called, as far as they told."""
        return {offer.vendor: offer.name for offer in self.catalogue.offers}

    def view_vendor(self) -> VendorView:
        """What the vendor lists as bought, and its prices. Where it cannot be asked, that is said."""
        prices = {offer.vendor: offer.price for offer in self.catalogue.offers if offer.price}
        remarks = (*self.said, *self.catalogue.remarks)
        if self.vendor is None:
            return VendorView(None, prices, remarks, asked=False)
        try:
            listing = self.vendor.list_domains()
            return VendorView(listing.entries, prices, (*remarks, *listing.remarks))
        except LookUpError as error:
            said = f"Domains bought elsewhere could not be looked up: {error}"
            return VendorView(None, prices, (*remarks, said))

    def with_prices_of_now(self) -> Context:
        """The same context, with what vendors offer now."""
        return replace(self, catalogue=ask_catalogue(self.vendor))

    def has_waited(self, since: float) -> bool:
        """Whether it took so long to get the lock that another run had it. `since` is what the limiter's clock said."""
        return self.limiter.clock() - since >= LOOK_AGAIN

    def carry_rate_over(self) -> None:
        """Under the lock: let the rate hold over what other processes have just sent for this account as well."""
        if self.limiter.rate is not None:
            seconds = self.limiter.rate.seconds
            self.limiter.carry_over(self.ledger.recent_calls(self.place, self.account, seconds))

    @contextmanager
    def hold_lock(self) -> Iterator[Submitter]:
        """Be the account's one submitter, now or, with `wait`, when the other run is done.

        Raises SubmitterBusy where another run is.
        """
        while True:
            try:
                with self.hold_lock_now() as submitter:
                    yield submitter
                    return
            except SubmitterBusy:
                if not self.wait or self.limiter.stopping():
                    raise
                self.limiter.wait(LOOK_AGAIN)

    @contextmanager
    def hold_lock_now(self) -> Iterator[Submitter]:
        """As `hold_lock`, without waiting."""
        with self.ledger.submitting(self.place, self.account) as submitter:
            if self.key:
                self.ledger.note_key(self.place, self.account, self.key.secret)
            yield submitter


@contextmanager
def open_environment(base_url: str | None, sandbox: bool) -> Iterator[Environment]:
    """Where orders go: a base URL, or an embedded sandbox that lives as long as the block."""
    if not sandbox:
        yield Environment.at(base_url or LIVE_BASE_URL)
        return
    from batch_orders.sandbox import start_sandbox

    try:
        served = start_sandbox()
    except OSError as error:
        raise SandboxError(f"The sandbox could not be started: {error}.") from None
    with served:
        yield Environment.at(served.base_url, SANDBOX)


@dataclass(frozen=True, slots=True)
class KnownLedger:
    """A ledger that is the one that was meant, as far as its marks tell; `said` comes before anything is sent."""

    ledger: Ledger
    marks: Marks = field(default_factory=Marks)
    said: tuple[str, ...] = ()


@contextmanager
def open_known_ledger(
    place: str, expected: Expected | None, state: Path | None, connections: int | None = None
) -> Iterator[KnownLedger]:
    """As `open_ledger`. Raises LedgerError as well where something else than `expected` lies there."""
    if expected is None:
        with open_ledger(place, connections) as ledger:
            yield KnownLedger(ledger)
        return
    certain = expected.named and has_folder(place)
    if expected.named and not expected.may_be_new:
        refuse_missing_folder(place)
    with open_ledger(place, connections) as ledger:
        marks = Marks.of(ledger.place, state)
        yield KnownLedger(ledger, marks, prove_known(ledger, marks, expected, SANDBOX, certain))


@contextmanager
def open_ledger(place: str, connections: int | None = None) -> Iterator[Ledger]:
    """`connections`: at most so many to a server."""
    ledger = Ledger.open(place, connections)
    try:
        yield ledger
    finally:
        ledger.close()


@dataclass(frozen=True, slots=True)
class Opening:
    """What a context is opened from. `ledger` is a path or a database URL, `timeout` the seconds of one call.

    Without `key` nobody is asked and nothing can be sent.
    """

    ledger: str
    environment: Environment
    key: ApiKey | None
    timeout: float
    door: str
    account: str = ""
    limiter: RateLimiter = field(default_factory=RateLimiter)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    wait: bool = False
    prices: bool = True
    """Whether the vendors' names and prices are asked for."""
    expected: Expected | None = None
    """None where nothing is to be sent that counts."""
    state: Path | None = None
    """A directory of this user's for what must not be lost with the ledger."""
    cache: Path | None = None
    """Where what they say is kept for `check`, which asks nobody."""


@contextmanager
def open_context(opening: Opening) -> Iterator[Context]:
    """Open the ledger and the connection to the vendor, and close them with the block.

    Raises ConfigurationError, LedgerError and SandboxError where something cannot be used.
    """
    with (
        open_known_ledger(opening.ledger, opening.expected, opening.state) as known,
        open_with(known, opening) as context,
    ):
        yield context


@contextmanager
def open_with(known: KnownLedger, opening: Opening) -> Iterator[Context]:
    """As `open_context`, with a ledger that is open already, and stays so."""
    ledger = known.ledger
    with ExitStack() as closing:
        # The embedded sandbox has no customers: its key is no secret and opens every account.
        key = opening.key if opening.environment.name != SANDBOX else None
        if key:
            ledger.refuse_other_key(opening.environment.name, opening.account, key.secret)
        vendor = None
        if opening.key:
            vendor = closing.enter_context(SmartSenders(opening.environment, opening.key, opening.timeout))
        yield Context(
            ledger=ledger,
            environment=opening.environment,
            vendor=vendor,
            door=opening.door,
            account=opening.account,
            key=key,
            catalogue=open_catalogue(vendor, opening),
            limiter=opening.limiter,
            retry=opening.retry,
            timeout=opening.timeout,
            wait=opening.wait,
            marks=known.marks,
            said=known.said,
        )


def open_catalogue(vendor: SmartSenders | None, opening: Opening) -> Catalogue:
    if not opening.prices:
        return Catalogue()
    catalogue = ask_catalogue(vendor)
    if opening.cache:
        remember_vendors(opening.cache, opening.environment.name, catalogue.offers)
    return catalogue


def ask_catalogue(vendor: Market | None) -> Catalogue:
    if vendor is None:
        return Catalogue(remarks=(NO_KEY,))
    try:
        return Catalogue(vendor.list_vendors())
    except LookUpError as error:
        return Catalogue(remarks=(f"Vendors' names and prices could not be looked up: {error}",))
