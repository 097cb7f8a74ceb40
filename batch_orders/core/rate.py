"""How fast the vendor may be called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` calls in any `seconds` seconds."""

    calls: int
    seconds: float
