"""The JSON of an answer, read so that nothing in it is lost which speaks against the rest. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Conflict:
    """The values of one name that stands several times in one object (RFC 8259, section 4).

    Python's own reader keeps the last and forgets the others.
    """

    values: tuple[Any, ...]


def parse_body(body: bytes) -> Any:
    """What a body says; None where it is no JSON."""
    try:
        return json.loads(body, object_pairs_hook=join_members)
    except (ValueError, RecursionError):
        return None


def join_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    values: dict[str, dict[str, Any]] = {}
    for name, value in pairs:
        # By their text: 1 == True in Python, and not in JSON.
        values.setdefault(name, {})[repr(value)] = value
    return {
        name: members[name] if len(told) == 1 else Conflict(tuple(told.values()))
        for name, told in values.items()
    }


def values_of(said: dict[str, Any], name: str) -> tuple[Any, ...]:
    """What stands under a name: one value, none, or several where it stands there several times."""
    value = said.get(name)
    return value.values if isinstance(value, Conflict) else (value,)


def walk_members(said: Any) -> Iterator[tuple[str, Any]]:
    """Every name and value in a body, however deep. An element of a list has the list's name."""
    waiting: list[tuple[str, Any]] = [("", said)]
    while waiting:
        name, value = waiting.pop()
        yield name, value
        match value:
            case dict():
                waiting += reversed(value.items())
            case list():
                waiting += [(name, part) for part in reversed(value)]
            case Conflict(values):
                waiting += [(name, part) for part in reversed(values)]
