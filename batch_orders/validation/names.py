"""What is wrong with a domain name: pure, one value at a time, offline.

Which names can be bought follows the public suffix list (https://publicsuffix.org) and
IDNA 2008 (RFC 5891). A name in other scripts is turned into its A-label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby, takewhile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import idna
from publicsuffixlist import PSLFILE, PublicSuffixList

from batch_orders.validation.confusables import judge_letters
from batch_orders.validation.examples import EXAMPLES
from batch_orders.validation.links import leads_elsewhere

COMMON_ENDINGS = ("com", "net", "org", "io", "co", "de", "ai", "app", "dev", "info", "uk", "us", "eu")
LABEL = r"(?!-)(?!(?!xn)..--)[a-z0-9-]{1,63}(?<!-)"
HOST = re.compile(rf"{LABEL}(?:\.{LABEL})+")
NUMBERS = re.compile(r"[0-9.]+|\[?[0-9a-f]*:[0-9a-f:.]+\]?")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://")
LONGEST_NAME = 253
JOINERS = frozenset("\u200c\u200d")
PRIVATE_SECTION = "===BEGIN PRIVATE DOMAINS==="
OF_A_REGISTRY = re.compile(r"(?i)\bregistry\b|\bnic\.")
NOT_SOLD = frozenset({"arpa", "onion"})
"""Endings of the list that no registry sells names under: RFC 3172 and RFC 7686."""


class Verdict(NamedTuple):
    """A value as it would be ordered, and the code of its fault ("" where there is none)."""

    value: str
    fault: str = ""


@cache
def registry_suffixes() -> PublicSuffixList:
    """The suffixes under which registries sell names: uk.com is one, github.io is none."""
    return PublicSuffixList(registry_lines(), accept_unknown=False, accept_encoded_idn=False)


@cache
def every_suffix() -> PublicSuffixList:
    return PublicSuffixList(rule_lines(), accept_unknown=False, accept_encoded_idn=False)


@cache
def suffix_rules() -> frozenset[str]:
    """The rules of the public suffix list, for judging many plain names at once."""
    return frozenset(line for line in rule_lines() if line and not line.startswith("//"))


@cache
def rule_lines() -> tuple[str, ...]:
    """The lines of the list, its rules as A-labels, as names are when they are looked up."""
    lines = Path(PSLFILE).read_text(encoding="utf-8").splitlines()
    sold = (line for line in lines if line.rpartition(".")[2] not in NOT_SOLD)
    return tuple(
        line if line.isascii() or line.startswith("//") else line.encode("idna").decode() for line in sold
    )


def registry_lines() -> Iterator[str]:
    """The rules of the list's first section, and of its private one those that a registry put there.

    The owner of a private suffix says who he is in the comment above it. Where that names a registry, names under
    the suffix are believed to be for sale; all others belong to a service that gives them to its customers.
    """
    lines = iter(rule_lines())
    yield from takewhile(lambda line: PRIVATE_SECTION not in line, lines)
    for is_blank, block in groupby(lines, key=lambda line: not line.strip()):
        owned = list(block)
        about = " ".join(line for line in owned if line.startswith("//"))
        if not is_blank and OF_A_REGISTRY.search(about):
            yield from (line for line in owned if not line.startswith("//"))


def to_ascii(name: str) -> str:
    """The A-label of a lower-case name, or "" where it has none."""
    if name.isascii() and "xn--" not in name:
        return name if is_host(name) else ""
    try:
        # UTS 46 drops invisible characters without a word; nobody can see what would then be bought.
        if not (JOINERS.isdisjoint(name) and all(map(idna.uts46_remap, name))):
            return ""
        encoded = idna.encode(name, uts46=True).decode("ascii").lower()
    except UnicodeError:  # idna's own error is one
        return ""
    return encoded if is_host(encoded) else ""


def is_host(name: str) -> bool:
    return len(name) <= LONGEST_NAME and HOST.fullmatch(name) is not None


def judge_domain(name: str) -> Verdict:
    """Can `name` be bought? `name` is trimmed and lower case."""
    if not name:
        return Verdict(name, "domain-missing")
    if NUMBERS.fullmatch(name):
        return Verdict(name, "domain-is-a-number")
    if letters := judge_letters(name):
        return Verdict(name, f"domain-{letters}")
    ascii_name = to_ascii(name)
    if not ascii_name:
        return Verdict(name, "domain-not-valid")
    if registry_suffixes().publicsuffix(ascii_name) is None:
        return Verdict(ascii_name, "domain-unknown-ending")
    if belongs_to_a_service(ascii_name):
        return Verdict(ascii_name, "domain-of-a-service")
    if every_suffix().is_public(ascii_name):
        return Verdict(ascii_name, "domain-is-a-suffix")
    if registry_suffixes().privatesuffix(ascii_name) != ascii_name:
        return Verdict(ascii_name, "domain-is-a-subdomain")
    if ascii_name in EXAMPLES:
        return Verdict(ascii_name, "domain-is-an-example")
    return Verdict(ascii_name)


def belongs_to_a_service(name: str) -> bool:
    """Whether a name is or lies under a suffix such as github.io, under which nobody sells names."""
    return every_suffix().publicsuffix(name) != registry_suffixes().publicsuffix(name)


def judge_host(text: str) -> Verdict:
    """Can a bought domain forward to `text`? A pasted URL gives its host."""
    host = host_of(text)
    if not host:
        return Verdict(text, "forwarding-not-valid" if text else "forwarding-missing")
    if letters := judge_letters(host):
        return Verdict(text, f"forwarding-{letters}")
    if leads_elsewhere(text, host):
        return Verdict(text, "forwarding-leads-elsewhere")
    ascii_host = "" if NUMBERS.fullmatch(host) else to_ascii(host)
    if not ascii_host:
        return Verdict(text, "forwarding-not-valid")
    if registry_suffixes().privatesuffix(ascii_host) is None:
        return Verdict(ascii_host, "forwarding-unknown-ending")
    return Verdict(ascii_host)


def host_of(text: str) -> str:
    """The host of a pasted URL; other text as it is. A URL with a user or an odd port has none."""
    if not SCHEME.match(text) and "/" not in text:
        return text
    try:
        url = urlsplit(text if SCHEME.match(text) else f"https://{text}")
        usual = url.scheme in ("http", "https") and url.username is None and url.port in (None, 80, 443)
    except ValueError:
        return ""
    return (url.hostname or "") if usual else ""


def registrable_part(name: str) -> str:
    """The name that a registry would sell in `name`, or ""."""
    ascii_name = to_ascii(name)
    part = registry_suffixes().privatesuffix(ascii_name) if ascii_name else None
    return part if part and not every_suffix().is_public(part) else ""
