"""What in an answer speaks against what it proves by its status and its top. Pure.

An answer that says yes and tells of a failure, or says no and tells of an order, proves nothing.
Nobody has documented what stands inside an answer, so this goes by the words that vendors use. A
status that is on no list here counts against a yes: it costs a look-up, and a false "placed" more.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from batch_orders.core.outcomes import Outcome, Placed, Unconfirmed
from batch_orders.smart_senders.json_body import Conflict, walk_members
from batch_orders.smart_senders.names import to_domain


def listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What vendors call things. One word each: "order_id", "orderId" and "Order ID" are the same two.
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
FAILURE = listed(
    "aborted blocked cancelled canceled declined denied err error errors exception exceptions expired fail failed "
    "failing failure failures fault faults insufficient invalid issues missing not problems refused rejected "
    "rejection rejections skipped unavailable unprocessed unsuccessful"
)
SUCCESS = listed(
    "accepted bought created ok ordered placed purchased registered success successes successful successfully succeeded"
)
COUNTED = SUCCESS | listed("completed count domains mailboxes orders processed total")
"""What there is some of after a yes."""
NOT_COUNTED = listed("amount at balance by cost date fee id limit offset on page pages price tax time")
"""A name with one of these tells of something else: "created_at", "total_price"."""
STATUS = listed("outcome result status")
CODE = frozenset({("code",), ("status", "code"), ("http", "code"), ("http", "status")})
UNDER_WAY = SUCCESS | listed(
    "active approved awaiting complete completed confirmed delivered delivery done for in initiated new open order "
    "paid payment pending processed processing progress provisioning queue queued ready received review running "
    "scheduled started submitted under unpaid waiting"
)
"""Words of a status under which an order exists. It need not be paid or delivered yet."""
DOMAIN_NAME = frozenset({("domain", "name"), ("domain", "names"), ("domainname",)})
DOMAIN = DOMAIN_NAME | {("domain",), ("domains",)}
MESSAGE = listed("description detail details message messages msg reason reasons")
NOTHING = frozenset(("", "0", "false", "no", "none", "null", "n/a"))
LONGEST_STATUS = 40
"""Characters. What is longer is a sentence, and nobody can judge it by its words."""


def find_contradictions(outcome: Outcome, said: Any, domain: str) -> str:
    """What in the parsed body speaks against the outcome, in the vendor's words; "" where nothing does."""
    if isinstance(outcome, Unconfirmed):
        return ""
    placed = isinstance(outcome, Placed)
    members = [(words_of(name), value) for name, value in walk_members(said)]
    speaks_against = tells_of_failure if placed else tells_of_order
    # The first of a name only: an element of a list has its name, and was told with it.
    against: dict[tuple[str, ...], Any] = {}
    for words, value in members:
        if speaks_against(words, value):
            against.setdefault(words, value)
    told = [tell(words, value) for words, value in against.items()]
    # Refusals suggest other domains under "domain".
    told += name_others(members, DOMAIN if placed else DOMAIN_NAME, domain)
    reasons = [
        tell(words, value) for words, value in members if MESSAGE & set(words) and isinstance(value, str)
    ]
    return "; ".join(dict.fromkeys([*told, *reasons])) if told else ""


def tells_of_failure(words: tuple[str, ...], value: Any) -> bool:
    if isinstance(value, Conflict) or (isinstance(value, float) and not math.isfinite(value)):
        return True
    named = set(words)
    if named & FAILURE:
        return not is_nothing(value)
    if words in CODE:
        return is_failing_code(value)
    if words[-1:] and words[-1] in STATUS:
        return is_failing_status(value)
    if named & COUNTED and not named & NOT_COUNTED:
        # Not completed or not processed yet is no failure; none of them is.
        return is_nothing(value) and value is not None and (value is not False or bool(named & SUCCESS))
    return isinstance(value, str) and value.strip().lower() in FAILURE


def tells_of_order(words: tuple[str, ...], value: Any) -> bool:
    named = set(words)
    if words == ("order", "id"):
        return isinstance(value, str | int) and not is_nothing(value)
    if named & FAILURE:
        return False
    if words[-1:] and words[-1] in STATUS:
        return value is True or (isinstance(value, str) and is_under_way(value))
    return bool(named & SUCCESS) and not named & NOT_COUNTED and not is_nothing(value)


def is_failing_status(value: Any) -> bool:
    if isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_STATUS and not value.isdecimal():
        return not is_under_way(value)
    return value is False or is_failing_code(value)


def is_failing_code(value: Any) -> bool:
    """As HTTP counts its statuses, in digits or as a number; or a word that names a failure."""
    match value:
        case bool():
            return False
        case int():
            return value >= 400
        case str() if value.isdecimal():
            return len(value) == 3 and value >= "400"
        case str():
            return bool(FAILURE & set(words_of(value)))
        case _:
            return False


def is_under_way(status: str) -> bool:
    words = words_of(status)
    return bool(words) and set(words) <= UNDER_WAY


def is_nothing(value: Any) -> bool:
    return value.strip().lower() in NOTHING if isinstance(value, str) else not value


def name_others(
    members: list[tuple[tuple[str, ...], Any]], names: frozenset[tuple[str, ...]], domain: str
) -> list[str]:
    """The domains that an answer names, where the one that was ordered is not among them."""
    named = [to_domain(value) for words, value in members if words in names and isinstance(value, str)]
    others = [name for name in named if name]
    return [] if to_domain(domain) in (*others, "") else [f"domain: {name}" for name in others]


def words_of(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in WORD.findall(name))


def tell(words: tuple[str, ...], value: Any) -> str:
    return f"{' '.join(words)}: {', '.join(leaves_of(value)) or 'none'}"


def leaves_of(value: Any) -> Iterator[str]:
    for _, leaf in walk_members(value):
        if isinstance(leaf, str | int | float):
            yield {True: "yes", False: "no"}[leaf] if isinstance(leaf, bool) else str(leaf)
