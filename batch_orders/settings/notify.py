"""Who is told what was done, and the dead man's switch: the tables of the file and their variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import urlsplit

from batch_orders.errors import ConfigurationError

NOTIFY_VARIABLE = "BATCH_ORDERS_NOTIFY"
HEARTBEAT_VARIABLE = "BATCH_ORDERS_HEARTBEAT"


class When(StrEnum):
    """When a message is sent."""

    ALWAYS = "always"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class Notify:
    """Who is told what was done. `targets` are Apprise URLs and hold secrets: they show themselves to nobody."""

    targets: tuple[str, ...] = field(default=(), repr=False)
    when: When = When.ATTENTION


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Addresses of a dead man's switch, "" for none. Whoever knows one can call it, so they are secrets."""

    start: str = field(default="", repr=False)
    success: str = field(default="", repr=False)
    failure: str = field(default="", repr=False)

    @classmethod
    def at(cls, url: str) -> Heartbeat:
        """The addresses as Healthchecks has them: URL/start, URL and URL/fail."""
        base = urlsplit(url)
        path = base.path.rstrip("/")
        return cls(
            base._replace(path=f"{path}/start").geturl(), url, base._replace(path=f"{path}/fail").geturl()
        )


def overrule_notify(notify: Notify, environ: Mapping[str, str]) -> Notify:
    """With the targets of the environment, where it names any."""
    targets = tuple(environ.get(NOTIFY_VARIABLE, "").split())
    return replace(notify, targets=targets) if targets else notify


def overrule_heartbeat(heartbeat: Heartbeat, environ: Mapping[str, str]) -> Heartbeat:
    url = environ.get(HEARTBEAT_VARIABLE, "").strip()
    if url and not is_web_address(url):
        raise ConfigurationError(f"{HEARTBEAT_VARIABLE} must hold an address that begins with https://.")
    return Heartbeat.at(url) if url else heartbeat


def is_web_address(text: str) -> bool:
    try:
        url = urlsplit(text)
    except ValueError:
        return False
    return url.scheme in ("http", "https") and bool(url.hostname)
