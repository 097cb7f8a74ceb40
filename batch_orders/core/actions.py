"""What people and programs did, as the ledger keeps it: who, when, through which door, about which plan. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

COMMAND_LINE, UPLOAD_PAGE = "command line", "upload page"


class Act(StrEnum):
    """Kinds of what somebody does. A batch that is carried on was confirmed before."""

    HANDED_IN = "handed in"
    CONFIRMED = "confirmed"
    CARRIED_ON = "carried on"
    STOPPED = "stopped"
    LET_GO_ON = "let go on"
    LOOKED_UP = "looked up"
    RESOLVED = "resolved"


DEEDS: Mapping[Act, str] = {
    Act.HANDED_IN: "handed this in",
    Act.CONFIRMED: "confirmed this",
    Act.CARRIED_ON: "carried this on",
    Act.STOPPED: "stopped this",
    Act.LET_GO_ON: "ended the pause of this account",
    Act.LOOKED_UP: "looked this up",
    Act.RESOLVED: "resolved this",
}


@dataclass(frozen=True, slots=True)
class Author:
    """Who does something, and through which door."""

    actor: str
    door: str = COMMAND_LINE


@dataclass(frozen=True, slots=True)
class Action:
    """`batch`, `domain` and `checksum` are "" where it is about none.

    `at` is ISO 8601 text in UTC, "" until it is stored. `message` says what came of it, without contact details.
    """

    act: Act
    author: Author
    environment: str = ""
    account: str = ""
    batch: str = ""
    domain: str = ""
    checksum: str = ""
    message: str = ""
    at: str = ""

    @property
    def deed(self) -> str:
        """`confirmed this`: what follows the name in a sentence."""
        return DEEDS[self.act]
