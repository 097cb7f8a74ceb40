"""Which account the folders of an inbox belong to, and for which accounts a call works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from batch_orders.errors import ConfigurationError
from batch_orders.inbox import Found
from batch_orders.settings import Settings
from batch_orders.settings.accounts import owner_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """What there is to do: paths in working/ that were carried over, and whole files in the inbox."""

    carried: Sequence[PurePosixPath] = ()
    found: Sequence[Found] = ()

    def __bool__(self) -> bool:
        return bool(self.carried or self.found)

    @property
    def jobs(self) -> tuple[PurePosixPath | Found, ...]:
        return (*self.carried, *self.found)


def find_owner(folder: str, settings: Settings) -> str | None:
    """The account that files of a folder are ordered under. None is nobody's: they are left alone.

    `folder` is a path below the inbox, "" for the inbox itself. That one belongs to the account that was
    named, if it has no folders of its own.
    """
    named = settings.place.account
    if not settings.accounts:
        return named or ""
    if owner := owner_of(folder, settings.accounts.values()):
        return owner.name
    if folder or named is None:
        return None
    own = settings.accounts.get(named)
    return None if own and own.sources else named


def find_served(settings: Settings) -> tuple[str, ...]:
    """The accounts that a call works for: the one that was named, or all that have folders of their own.

    Raises ConfigurationError where there are accounts, none was named and none has folders.
    """
    with_folders = tuple(name for name, account in settings.accounts.items() if account.sources)
    if settings.place.account is None and with_folders:
        return with_folders
    try:
        return (settings.place.customer,)
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{error} None of them has sources, folders of the inbox.", error.setting
        ) from None
