"""The one spelling of a base URL and of a host name, so that two spellings of one place are never taken for two."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

import idna

from batch_orders.errors import ConfigurationError

LIVE_BASE_URL = "https://smart-senders.smartlead.ai"
SANDBOX = "sandbox"
"""The environment that is an embedded sandbox, whatever its port."""
USUAL_PORTS = {"http": 80, "https": 443}
SELF = frozenset({"localhost", "127.0.0.1", "::1"})
"""Spellings of one place: whatever listens there is the same server."""
HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*\Z")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
C_NUMBER = re.compile(r"0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*")
ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


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
    """127.1, 0x7f000001 and the like as the address that they stand for, or "".

    They are read as the system's resolver reads them: the last number fills all the bytes that are left.
    """
    labels = text.split(".")
    if len(labels) > 4 or not all(map(C_NUMBER.fullmatch, labels)):
        return ""
    *heads, last = map(read_c_number, labels)
    if any(head > 255 for head in heads) or last >= 256 ** (4 - len(heads)):
        return ""
    return str(IPv4Address(sum(head << (24 - 8 * place) for place, head in enumerate(heads)) + last))


def read_c_number(text: str) -> int:
    if text.startswith("0x"):
        return int(text, 16)
    return int(text, 8 if text.startswith("0") else 10)


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


def to_host(text: str) -> str:
    """A host name as A-labels in lower case without the last dot, or "" where it is none."""
    name = text.strip().lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except UnicodeError:  # idna's own error is one
            return ""
    name = name.removesuffix(".")
    return name if HOST.match(name) else ""
