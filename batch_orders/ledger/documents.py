"""Values as JSON, read by name: what was stored by one version is read by those before and after it.

A field that the reader does not know is passed over, and one that is missing takes its default.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
Reader = Callable[[Any], Any]

OF_TEXT: Mapping[type, Reader] = {
    datetime: datetime.fromisoformat,
    Decimal: Decimal,
    Path: Path,
    bytes: bytes.fromhex,
    int: int,
}
"""What JSON holds as a text. It holds whole numbers too, but not as the keys of an object."""


def to_plain(value: object) -> object:
    """What `json.dumps` asks for where it knows no way to write a value: its argument `default`."""
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    match value:
        case datetime():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Mapping():
            return dict(value)
        case Decimal() | Path():
            return str(value)
    raise TypeError(f"A {type(value).__name__} cannot be stored.")


def from_document(kind: type[Value], said: Mapping[str, Any], **more: object) -> Value:
    """A dataclass of what JSON says of it; `more` are fields that are kept elsewhere."""
    readers = readers_of(cast(Hashable, kind))
    known = {name: readers[name](said[name]) for name in said.keys() & readers.keys() - more.keys()}
    return kind(**known, **more)


@cache
def readers_of(kind: type) -> Mapping[str, Reader]:
    """For each field, how its value is read."""
    # The core names frames in its types without importing them; they are never read from JSON.
    hints = get_type_hints(kind, localns={"pd": SimpleNamespace(DataFrame=object)})
    return {field.name: reader_of(hints[field.name]) for field in fields(kind)}


def reader_of(hint: Any) -> Reader:
    parts = get_args(hint)
    match get_origin(hint):
        case origin if origin is UnionType or origin is Union:
            (some,) = (part for part in parts if part is not NoneType)
            return or_none(reader_of(some))
        case origin if origin is tuple:
            each = reader_of(parts[0])
            return lambda values: tuple(map(each, values))
        case origin if origin is not None and issubclass(origin, Mapping):
            key, value = map(reader_of, parts)
            return lambda pairs: {key(name): value(said) for name, said in pairs.items()}
    if is_dataclass(hint):
        return lambda said: from_document(hint, said)  # type: ignore[arg-type]  # a type, by where it comes from
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return OF_TEXT.get(hint, unchanged)


def or_none(reader: Reader) -> Reader:
    return lambda said: None if said is None else reader(said)


def unchanged(said: Any) -> Any:
    return said
