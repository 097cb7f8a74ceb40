"""What the pages work with: one value for the process's whole life."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request

from batch_orders.core.base_url import SANDBOX
from batch_orders.core.people import Person
from batch_orders.ledger import Ledger
from batch_orders.service.living import Living
from batch_orders.settings import Settings
from batch_orders.smart_senders import Environment
from batch_orders.web.children import Children

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may bring. `sheet` and `form` are bytes, `stall` and `drain` seconds."""

    sheet: int = 64 * MIB
    upload: int = 4 * 64 * MIB
    form: int = MIB
    fields: int = 100
    files: int = 20
    stall: float = 30.0
    drain: float = 3.0
    free: int = 64 * MIB
    waiting: int = 50


@dataclass(slots=True)
class Token:
    """The one-time token of the address to open. Whoever brings it first is signed in."""

    value: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    def take(self, offered: str) -> bool:
        fits = bool(self.value) and hmac.compare_digest(self.value.encode(), offered.encode())
        if fits:
            self.value = ""
        return fits


@dataclass(frozen=True, slots=True)
class Site:
    """`environments` says where the orders of each account go, the first one unless another is chosen.

    `hosts` are the values of Host that are answered; `owner` is who is signed in by the one-time token, which
    there is only where nobody is named in the settings.
    """

    settings: Settings
    ledger: Ledger
    environments: Mapping[str, Environment]
    living: Living
    children: Children
    hosts: frozenset[str]
    owner: Person
    has_key: bool
    limits: Limits = field(default_factory=Limits)
    token: Token = field(default_factory=Token)
    receiving: set[str] = field(default_factory=set)
    """Requests whose bytes are on their way."""
    confirming: set[str] = field(default_factory=set)
    """Uploads for which a child is just being started."""

    @property
    def rehearsal(self) -> bool:
        return any(environment.name == SANDBOX for environment in self.environments.values())

    @property
    def places(self) -> frozenset[str]:
        """Where its orders go, as the ledger knows it."""
        return frozenset(environment.name for environment in self.environments.values())

    def scheme_of(self, host: str) -> str:
        """How a page under this value of Host was opened: it is told by the settings, never by a header."""
        scheme, _, netloc = self.settings.page.address.partition("://")
        return scheme if netloc and host.lower() == netloc else "http"

    def accounts_of(self, person: Person) -> list[str]:
        """The accounts that somebody can hand sheets in for."""
        return [account for account in self.environments if person.sees(account)]


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


def living_folder(ledger: str, data: Path) -> Path:
    """Where the locks of running work lie: beside a SQLite ledger, or in the user's data folder."""
    import hashlib

    if "://" not in ledger:
        path = Path(ledger).expanduser().absolute()
        return path.with_name(f"{path.name}.running")
    return data / f"running-{hashlib.sha256(ledger.encode()).hexdigest()[:12]}"
