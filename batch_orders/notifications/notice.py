"""A message, as targets take it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Notice:
    """A message in plain text, and the files that go with it. `attention` marks it as urgent.

    `brief` is said in place of the body to a target that does not take it.
    """

    title: str
    body: str
    attachments: tuple[Path, ...] = ()
    attention: bool = False
    brief: str = ""
