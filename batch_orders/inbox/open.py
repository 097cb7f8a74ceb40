"""Where an inbox may be: on this machine, or on a server that can claim a file safely."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from batch_orders.errors import ConfigurationError
from batch_orders.inbox.folders import open_folders
from batch_orders.inbox.store import Access, Store


def open_inbox(place: str, access: Access) -> AbstractContextManager[Store]:
    """The inbox at a path or URL, under its lock.

    Raises ConfigurationError where it cannot be used, InboxBusy where another process works on it.
    """
    scheme, separator, _ = place.partition("://")
    if not separator:
        return open_folders(Path(place))
    match scheme.lower():
        case "file":
            return open_folders(Path(unquote(urlsplit(place).path)))
        case "sftp" | "ssh":
            return open_server(place, access)
        case other:
            raise ConfigurationError(
                f"{other}:// cannot be an inbox. A file is claimed by a rename that succeeds for one worker "
                "only, and such places copy and delete instead, so two workers could take the same file. "
                "Use a folder or sftp://, or copy the files to one first."
            )


def open_server(place: str, access: Access) -> AbstractContextManager[Store]:
    try:
        from batch_orders.inbox.sftp import open_sftp
    except ImportError:
        raise ConfigurationError(
            "An inbox on a server needs further packages. Install them: pip install 'batch-orders[remote]'"
        ) from None
    return open_sftp(place, access)
