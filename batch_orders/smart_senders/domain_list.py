"""The vendor's list of domains, in whatever form it comes. Pure.

The documented form is a bare array of objects with `domain_name`. A list that is not understood
would let everything that is owned be bought again, so other forms are read as well, and what
cannot be read is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from batch_orders.core.listing import ListedDomain, Listing
from batch_orders.core.wording import counted
from batch_orders.smart_senders.answers import clean
from batch_orders.smart_senders.names import to_domain

NAMES = ("domainname", "domain", "name", "fqdn", "host", "hostname", "url", "website")
"""Where a line may have its domain, the likeliest first, without regard to case and underscores."""
SEVERAL = ("domains", "domainnames")
"""Where an order of the list may have its domains as bare names."""
MORE = ("next", "nextpage", "nextcursor", "cursor", "hasmore", "hasnext")
TOTALS = ("total", "totalcount", "totaldomains", "count")
PAGES = ("pages", "totalpages")
Line = tuple[str, Mapping[str, Any]]
"""A domain, and what else its line says."""
BEGINNING = datetime.min.replace(tzinfo=UTC)


def read_domains(said: Any) -> Listing:
    """What was bought. Raises ValueError where there is no list, or nothing in one that is not empty."""
    lists, around = find_lists(said)
    if not lists:
        raise ValueError("no list of domains")
    lines = read_lines(lists)
    readable = [line for line in lines if line]
    if lines and not readable:
        raise ValueError(f"it has {counted(len(lines), 'line')}, and no domain in any")
    entries: dict[str, ListedDomain] = {}
    for domain, fields in readable:
        entry = read_entry(fields)
        if domain not in entries or (entry.created_at or BEGINNING) > (
            entries[domain].created_at or BEGINNING
        ):
            entries[domain] = entry
    return Listing(entries, len(lines) - len(readable), is_partial(around, len(lines)))


def find_lists(said: Any) -> tuple[list[Any], Mapping[str, Any]]:
    """The lists in an answer, and what stands around them, such as the number of pages."""
    lists: list[Any] = []
    around: dict[str, Any] = {}
    waiting = [said]
    while waiting:
        match waiting.pop():
            case list() as listed:
                lists.append(listed)
            case dict() as part:
                fields = fold_names(part)
                inner = [value for value in part.values() if isinstance(value, dict | list)]
                if keyed := [name_line(name, value) for name, value in part.items() if is_domain_key(name)]:
                    lists.append(keyed)
                elif not inner and find_domain(fields, NAMES[:2]):
                    lists.append([part])
                else:
                    around |= fields
                    waiting += inner
    return lists, around


def is_domain_key(name: str) -> bool:
    """An object may have the domains themselves as its names."""
    return bool(to_domain(name))


def name_line(name: str, value: Any) -> Mapping[str, Any]:
    return {**(value if isinstance(value, dict) else {}), "domain_name": name}


def read_lines(said: Any, outer: Mapping[str, Any] | None = None, bare: bool = True) -> list[Line | None]:
    """The lines of a list; None for each that names no domain. `bare` names count where domains are meant."""
    match said:
        case str() if domain := to_domain(said) if bare else "":
            return [(domain, outer or {})]
        case list():
            return [line for part in said for line in read_lines(part, outer, bare)]
        case dict():
            own = fold_names(said)
            fields = {**outer, **own} if outer else own
            if domain := find_domain(fields, NAMES):
                return [(domain, fields)]
            inner = [
                line
                for name, value in own.items()
                if isinstance(value, dict | list)
                for line in read_lines(value, fields, bare=name in SEVERAL)
                if line or name in SEVERAL
            ]
            return inner or [None]
        case _:
            return [None]


def fold_names(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {fold_name(name): value for name, value in fields.items()}


@lru_cache(maxsize=1024)  # a list has the same few names in every line
def fold_name(name: str) -> str:
    """`domain_name`, `domainName` and `Domain Name` are one name."""
    return "".join(filter(str.isalnum, name)).lower()


def find_domain(fields: Mapping[str, Any], names: tuple[str, ...]) -> str:
    texts = (fields.get(name) for name in names)
    return next((domain for text in texts if isinstance(text, str) and (domain := to_domain(text))), "")


def read_entry(fields: Mapping[str, Any]) -> ListedDomain:
    forwarding = fields.get("forwardingdomain")
    is_active = fields.get("isactive")
    return ListedDomain(
        order_id=read_order_id(fields.get("orderid")),
        vendor=read_number(fields.get("vendorid")),
        created_at=read_moment(fields.get("createdat")),
        forwarding_domain=to_domain(forwarding) if isinstance(forwarding, str) else "",
        is_active=is_active if isinstance(is_active, bool) else None,
    )


def read_order_id(said: Any) -> str:
    return clean(str(said)) if isinstance(said, str | int) and not isinstance(said, bool) else ""


def read_number(said: Any) -> int | None:
    if isinstance(said, str) and said.isascii() and said.isdigit():
        return int(said)
    return said if isinstance(said, int) and not isinstance(said, bool) else None


def read_moment(said: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_partial(around: Mapping[str, Any], lines: int) -> bool:
    """Whether there may be more of the list than this. A page whose total nobody tells may be one of many."""
    if any(around.get(name) for name in MORE):
        return True
    for names, whole in ((TOTALS, lines), (PAGES, 1)):
        told = [number for name in names if (number := read_number(around.get(name))) is not None]
        if told:
            return max(told) > whole
    return "page" in around
