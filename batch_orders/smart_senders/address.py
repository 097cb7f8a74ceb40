"""Where orders go, and the key that opens it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from ipaddress import ip_address
from urllib.parse import quote, quote_plus, urlsplit

from batch_orders.errors import ConfigurationError

LIVE_BASE_URL = "https://smart-senders.smartlead.ai"
REDACTED = "[API key]"
LONG_KEY = 8
USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Environment:
    """Where orders go, by base URL. Orders of different environments never meet in the ledger.

    `name` is what the ledger knows it by: the base URL in its normal form, or "sandbox" for the
    embedded one, whose port changes with every start.
    """

    base_url: str
    name: str

    @classmethod
    def at(cls, base_url: str, name: str = "") -> Environment:
        normal = normalise_base_url(base_url)
        return cls(normal, name or normal)


def normalise_base_url(text: str) -> str:
    """Scheme and host in lower case, the usual port and the last slash left out.

    Raises ConfigurationError for anything that is not a plain http(s) address, and for http to
    another machine: the key would travel in the clear.
    """
    try:
        url = urlsplit(text.strip())
        port = url.port
    except ValueError:
        raise ConfigurationError(wrong_base_url(text)) from None
    host = url.hostname or ""
    if url.scheme not in USUAL_PORTS or not host or url.query or url.fragment or url.username is not None:
        raise ConfigurationError(wrong_base_url(text))
    if url.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(
            "The base URL must begin with https://, or the API key would travel in the clear."
        )
    shown_host = f"[{host}]" if ":" in host else host
    shown_port = "" if port in (None, USUAL_PORTS[url.scheme]) else f":{port}"
    return f"{url.scheme}://{shown_host}{shown_port}{url.path.rstrip('/')}"


def wrong_base_url(text: str) -> str:
    shown = text.strip() if "@" not in text and "?" not in text else "given"
    return f"The base URL {shown!r} is not a web address. Write it as {LIVE_BASE_URL}."


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The API key. It shows itself to nobody but the request."""

    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.secret:
            raise ConfigurationError("There is no API key.", "api-key-file")
        if not (self.secret.isascii() and self.secret.isprintable() and " " not in self.secret):
            raise ConfigurationError(
                "The API key holds a space or a character that no key has. Copy it again from your account."
            )

    def __str__(self) -> str:
        return REDACTED

    def redact(self, text: str) -> str:
        """`text` without the key, in whichever of its spellings it stands there."""
        spellings = {self.secret, quote(self.secret, safe=""), quote_plus(self.secret), escape(self.secret)}
        anywhere = "|".join(map(re.escape, spellings))
        # A short key, as people type for the sandbox, is part of many words: "any" of "many".
        pattern = anywhere if len(self.secret) >= LONG_KEY else rf"(?<![^\W_])(?:{anywhere})(?![^\W_])"
        return re.sub(pattern, REDACTED, text, flags=re.IGNORECASE)
