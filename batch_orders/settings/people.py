"""[users], [tokens], [proxy] and [page] in the settings file: who may use the page, how they are known, and how much.

A person is known by a password or by the header of a proxy, a program by its token.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from batch_orders.core.accounts import read_account
from batch_orders.core.people import USUAL_ROLE, Person, Role, roles_of
from batch_orders.settings.values import AMOUNT, Kind, T, whole_number

if TYPE_CHECKING:
    from batch_orders.settings.file import SettingsReader

PASSWORD, TOKEN = "password", "token"
SHARED = ("role", "account", "max-orders", "max-cost")
LONGEST_NAME = 64
HASH = re.compile(r"\$argon2(id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")
HEADER = re.compile(r"[A-Za-z0-9-]+")
NUMBER = whole_number(0)


@dataclass(frozen=True, slots=True)
class Member:
    """A person or a program, and what proves who it is: the hash of a password, or a token. Neither is shown."""

    person: Person
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Proxy:
    """The header by which a proxy says who somebody is, "" for none, and the only addresses it is believed from."""

    header: str = ""
    peers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PageSettings:
    """Who may use the page and how much.

    `users` and `tokens` are by name; a user's is folded, since people type names in either case. `address` is
    the one that people open where a proxy stands in front, such as https://orders.example.com. The limits
    are for one person and hour; `megabytes_per_hour` are of 2**20 bytes.
    """

    users: Mapping[str, Member] = field(default_factory=dict)
    tokens: Mapping[str, Member] = field(default_factory=dict)
    proxy: Proxy = field(default_factory=Proxy)
    address: str = ""
    confirm_by_another: bool = False
    uploads_per_hour: int = 500
    megabytes_per_hour: int = 8192

    @property
    def has_sign_in(self) -> bool:
        return bool(self.users)


def read_page(reader: SettingsReader, said: dict[str, Any]) -> PageSettings:
    """The four tables, taken out of what the file says. Raises ConfigurationError where one is unclear."""
    users = [
        read_member(reader, "users", name, value, PASSWORD)
        for name, value in reader.table(said, "users").items()
    ]
    tokens = [
        read_member(reader, "tokens", name, value, TOKEN)
        for name, value in reader.table(said, "tokens").items()
    ]
    refuse_alike(reader, (*users, *tokens))
    proxy = read_proxy(reader, reader.table(said, "proxy"))
    lacking = [user.person.name for user in users if not user.password]
    if lacking and not proxy.header:
        raise reader.refuse(
            f"[users] {lacking[0]} has no password, and no [proxy] says who signs in",
            f"Write the line that batch-orders user add {lacking[0]} prints.",
        )
    return PageSettings(
        users={user.person.name.casefold(): user for user in users},
        tokens={token.person.name: token for token in tokens},
        proxy=proxy,
        **read_table(reader, reader.table(said, "page")),
    )


def read_member(reader: SettingsReader, table: str, name: str, said: object, proof: str) -> Member:
    """`proof` is what proves who it is. A bare text is that proof, of somebody with the usual role."""
    if not name.isprintable() or name != name.strip() or not 0 < len(name) <= LONGEST_NAME:
        raise reader.refuse(
            f"[{table}] holds the name {name!r}, which is blank, has blanks around it or is too long"
        )
    where = f"[{table}] {name}"
    words: dict[str, Any] = {proof: said} if isinstance(said, str) else said if isinstance(said, dict) else {}
    if not words and not isinstance(said, dict):
        raise reader.refuse(f"{where} must be a text or a table")
    reader.know(f"{table}.{name}", words, (proof, *SHARED))
    proven = read_proof(reader, where, words.get(proof, ""), proof)
    person = Person(
        name,
        roles_of(read_roles(reader, where, words.get("role", USUAL_ROLE))),
        read_accounts(reader, where, words.get("account")),
        read_limit(reader, where, words, "max-orders", NUMBER),
        read_limit(reader, where, words, "max-cost", AMOUNT),
        program=proof == TOKEN,
    )
    return Member(person, **{proof: proven})


def read_proof(reader: SettingsReader, where: str, said: object, proof: str) -> str:
    """Never shown: a password that was written in place of its hash would be told to everybody."""
    if proof == TOKEN:
        if not isinstance(said, str) or not said.isascii() or not said.isprintable() or not said.strip():
            raise reader.refuse(f"{where} must have a token: a text of ASCII letters, digits and signs")
        return said.strip()
    if said != "" and (not isinstance(said, str) or not HASH.fullmatch(said)):
        raise reader.refuse(
            f"{where} has a password that is no argon2 hash",
            "batch-orders user add prints the line to write.",
        )
    return str(said)


def read_roles(reader: SettingsReader, where: str, said: object) -> list[Role]:
    named = said if isinstance(said, list) else [said]
    for role in named:
        if role not in tuple(Role):
            raise reader.refuse(f"{where} has the role {role!r}", reader.hint(str(role), tuple(Role)))
    return [Role(str(role)) for role in named]


def read_accounts(reader: SettingsReader, where: str, said: object) -> frozenset[str] | None:
    if said is None:
        return None
    named = said if isinstance(said, list) else [said]
    if not named or not all(isinstance(each, str) and each.strip() for each in named):
        raise reader.refuse(f"{where} must name an account, or a list of accounts")
    return frozenset(read_account(str(each)) for each in named)


def read_limit(
    reader: SettingsReader, where: str, said: Mapping[str, Any], name: str, kind: Kind[T]
) -> T | None:
    if name not in said:
        return None
    text = reader.text(name, said[name])
    try:
        return kind.read(text)
    except ValueError as fault:
        raise reader.refuse(f"{where} has {name} {text!r}, which {str(fault).rstrip('.')}") from None


def refuse_alike(reader: SettingsReader, members: Iterable[Member]) -> None:
    """The ledger keeps names alone: two that a person could take for each other, or one token for two."""
    names: set[str] = set()
    tokens: dict[str, str] = {}
    for member in members:
        name = member.person.name
        if name.casefold() in names:
            raise reader.refuse(f"[users] and [tokens] name {name!r} twice: they may not differ in case only")
        names.add(name.casefold())
        if member.token and (other := tokens.setdefault(member.token, name)) != name:
            raise reader.refuse(f"[tokens] {other} and {name} have the same token")


def read_proxy(reader: SettingsReader, said: dict[str, Any]) -> Proxy:
    reader.know("proxy", said, ("header", "peers"))
    if not said:
        return Proxy()
    header, peers = said.get("header", ""), said.get("peers")
    if not isinstance(header, str) or not (header == "" or HEADER.fullmatch(header)):
        raise reader.refuse("[proxy] header must be the name of a header, such as X-Remote-User")
    if not isinstance(peers, list) or not peers:
        raise reader.refuse('[proxy] peers must be a list of the proxy\'s addresses, such as ["127.0.0.1"]')
    return Proxy(header, frozenset(read_peer(reader, peer) for peer in peers))


def read_peer(reader: SettingsReader, said: object) -> str:
    try:
        return str(ipaddress.ip_address(str(said)))
    except ValueError:
        raise reader.refuse(f"[proxy] peers holds {said!r}, which is no address of a machine") from None


def read_table(reader: SettingsReader, said: dict[str, Any]) -> dict[str, Any]:
    known = ("address", "confirm-by-another", "uploads-per-hour", "megabytes-per-hour")
    reader.know("page", said, known)
    found: dict[str, Any] = {}
    for name in ("uploads-per-hour", "megabytes-per-hour"):
        most = read_limit(reader, "[page]", said, name, NUMBER)
        found |= {name.replace("-", "_"): most} if most is not None else {}
    if "confirm-by-another" in said:
        if not isinstance(said["confirm-by-another"], bool):
            raise reader.refuse("[page] confirm-by-another must be true or false")
        found["confirm_by_another"] = said["confirm-by-another"]
    if "address" in said:
        found["address"] = read_address(reader, said["address"])
    return found


def read_address(reader: SettingsReader, said: object) -> str:
    """Scheme and host, as a browser's Origin has them."""
    try:
        url = urlsplit(str(said))
        named = bool(url.hostname) and (url.port or True)
    except ValueError:
        named = False
    if not named or url.scheme not in ("http", "https") or url.path not in ("", "/") or url.query:
        raise reader.refuse("[page] address must be an address such as https://orders.example.com")
    usual = {"http": ":80", "https": ":443"}[url.scheme]
    return f"{url.scheme}://{url.netloc.lower().removesuffix(usual)}"
