"""What each of a ledger's faces needs of it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection


class Database(Protocol):
    """The two kinds of transaction of a ledger."""

    def _reading(self) -> AbstractContextManager[Connection]: ...

    def _changing(self) -> AbstractContextManager[Connection]: ...
