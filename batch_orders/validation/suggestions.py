"""A correction to offer, where one is certain enough. It is never applied by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from batch_orders.core.vendors import VendorNames
from batch_orders.validation.judge import judge_vendor
from batch_orders.validation.names import host_of, judge_domain, judge_host, registrable_part
from batch_orders.validation.typos import is_one_letter_off

COMMON_ENDINGS = ("com", "net", "org", "io", "co", "de", "ai", "app", "dev", "info", "uk", "us", "eu")


class Neighbourhood(NamedTuple):
    """What else is known: which good domain of the sheet a domain was meant for, the domain of the
    cell's row, vendors' names.
    """

    meant: Mapping[str, str]
    domain: str
    names: VendorNames


@cache
def mend_ending(name: str) -> str:
    """`name` with its unknown ending mended, where just one common ending is a letter away."""
    stem, dot, ending = name.rpartition(".")
    if not dot or judge_domain(name).fault != "domain-unknown-ending":
        return ""
    mended = [f"{stem}.{common}" for common in COMMON_ENDINGS if is_one_letter_off(ending, common)]
    # ".con" is one letter from ".com" and ".co"; a changed letter is the likelier slip.
    same_length = [name for name in mended if len(name) == len(stem) + 1 + len(ending)]
    mended = same_length or mended
    return mended[0] if len(mended) == 1 and not judge_domain(mended[0]).fault else ""


def suggest_domain(value: str, near: Neighbourhood) -> str:
    host = host_of(value.rpartition("@")[2].rstrip("."))
    part = registrable_part(host)
    if part and part != value:
        return part
    return near.meant.get(value) or mend_ending(value)


def suggest_mailbox(value: str, near: Neighbourhood) -> str:
    local_part, at, host = value.rpartition("@")
    if at and near.domain and (is_one_letter_off(host, near.domain) or mend_ending(host) == near.domain):
        return f"{local_part}@{near.domain}"
    return ""


def suggest_vendor(value: str, near: Neighbourhood) -> str:
    whole, dot, fraction = value.partition(".")
    if dot and not fraction.strip("0") and not judge_vendor(whole, near.names).fault:
        return whole
    ids = near.names.find(value)
    return " or ".join(str(number) for number in sorted(ids)) or " or ".join(near.names.nearest(value))


def suggest_host(value: str, near: Neighbourhood) -> str:
    return "" if not judge_host(value).fault else mend_ending(host_of(value))


SUGGEST: Mapping[str, Callable[[str, Neighbourhood], str]] = {
    "domain": suggest_domain,
    "mailbox": suggest_mailbox,
    "vendor": suggest_vendor,
    "forwarding_domain": suggest_host,
}
"""By field; a field without an entry gets no suggestion."""
