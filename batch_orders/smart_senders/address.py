"""Where orders go, and the key that opens it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote, quote_plus

from batch_orders.core.base_url import normalise_base_url, parse_base_url
from batch_orders.errors import ConfigurationError

REDACTED = "[API key]"
LONG_KEY = 8


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
        address = parse_base_url(base_url)
        # A server may listen on one address of this machine only, so the one that was given is asked.
        return cls(str(address), name or normalise_base_url(base_url))


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
