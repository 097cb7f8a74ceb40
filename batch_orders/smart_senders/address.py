"""Where orders go, and the key that opens it."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, field
from html import escape
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import quote, quote_plus, unquote, urlsplit

from batch_orders.errors import ConfigurationError
from batch_orders.smart_senders.names import to_host

LIVE_BASE_URL = "https://smart-senders.smartlead.ai"
REDACTED = "[API key]"
LONG_KEY = 8
USUAL_PORTS = {"http": 80, "https": 443}
SELF = frozenset({"localhost", "127.0.0.1", "::1"})
"""Spellings of one place: whatever listens there is the same server."""
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


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


class Address(NamedTuple):
    """A base URL in its parts, each in its normal form."""

    scheme: str
    host: str
    port: int | None
    path: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port in (None, USUAL_PORTS[self.scheme]) else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def normalise_base_url(text: str) -> str:
    """The one spelling of a base URL, after RFC 3986, section 6.2: two spellings are one environment.

    Raises ConfigurationError for anything that is not a plain http(s) address, and for http to
    another machine: the key would travel in the clear.
    """
    address = parse_base_url(text)
    return str(address._replace(host="127.0.0.1") if address.host in SELF else address)


def parse_base_url(text: str) -> Address:
    try:
        url = urlsplit(text.strip())
        port = url.port
    except ValueError:
        raise ConfigurationError(wrong_base_url(text)) from None
    host = normalise_host(unquote(url.hostname or ""))
    if url.scheme not in USUAL_PORTS or not host or url.query or url.fragment or url.username is not None:
        raise ConfigurationError(wrong_base_url(text))
    if url.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(
            "The base URL must begin with https://, or the API key would travel in the clear."
        )
    return Address(url.scheme, host, port, normalise_path(url.path))


def normalise_host(host: str) -> str:
    """A name as A-labels without the last dot, an IP address in its usual form; "" where it is neither."""
    try:
        address = ip_address(host)
    except ValueError:
        name = to_host(host)
        return expand_ipv4(name) if NUMBER.fullmatch(name.rpartition(".")[2]) else name
    return str((address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address)


def expand_ipv4(text: str) -> str:
    """127.1, 0x7f000001 and the like as the address that they stand for, or ""."""
    try:
        return socket.inet_ntoa(socket.inet_aton(text))
    except OSError:
        return ""


def normalise_path(path: str) -> str:
    """Without dot segments, empty segments and needless escapes."""
    plain = ESCAPE.sub(unescape, quote(path, safe="/%:@!$&'()*+,;=~"))
    segments: list[str] = []
    for segment in plain.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    return "".join(f"/{segment}" for segment in segments)


def unescape(escape: re.Match[str]) -> str:
    sign = chr(int(escape[1], 16))
    return sign if UNRESERVED.fullmatch(sign) else escape[0].upper()


def wrong_base_url(text: str) -> str:
    shown = text.strip() if "@" not in text and "?" not in text else "given"
    return f"The base URL {shown!r} is not a web address. Write it as {LIVE_BASE_URL}."


def is_loopback(host: str) -> bool:
    """`host` is in its normal form."""
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
