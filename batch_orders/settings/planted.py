"""A settings file that merely lies in the working directory: somebody else may have put it there.

A customer's archive, or a folder that many write to, must not decide where the API key and the orders go.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

from batch_orders.errors import ConfigurationError

TRUSTED_ONLY = (
    *("base-url", "ledger", "notify", "heartbeat", "accounts", "api-key-file", "password-file"),
    *("users", "tokens", "proxy", "page"),
    *("sftp-key-file", "sftp-password-file", "sftp-known-hosts"),
)


def refuse_planted(path: Path, said: Collection[str]) -> None:
    """`said` are the words at the file's top. Raises ConfigurationError where a stranger could have written them."""
    words = decides_where(said)
    reason = tell_stranger(path)
    if words and reason:
        raise ConfigurationError(
            f"The settings file {path} lies in the working directory, and {reason}. It sets {', '.join(words)}, which "
            "decides where keys and orders go, so nothing was done. If it is yours, name it with --config, or make it "
            f"yours alone: chown and chmod 600 {path}. If it is not, work in another directory."
        )


def decides_where(said: Collection[str]) -> list[str]:
    """Which of the words at a file's top decide where keys, orders and messages go."""
    return [word for word in TRUSTED_ONLY if word in said]


def tell_stranger(path: Path) -> str:
    """Why somebody else may have written a file, or its link; "" where nobody can."""
    if os.name != "posix":
        return ""
    try:
        infos = (path.lstat(), path.stat())
    except OSError as error:
        return f"it cannot be looked at ({error.strerror})"
    if any(info.st_uid not in (0, os.geteuid()) for info in infos):
        return "it belongs to another user"
    mode = infos[1].st_mode
    if mode & stat.S_IWOTH or (mode & stat.S_IWGRP and not is_private_group(infos[1].st_gid)):
        return "others can write to it"
    return ""


def is_private_group(group: int) -> bool:
    """Whether it is the group of this user that has the user's name and no other members."""
    import grp
    import pwd

    try:
        user, own = pwd.getpwuid(os.geteuid()), grp.getgrgid(group)
    except KeyError:
        return False
    return group == user.pw_gid and own.gr_name == user.pw_name and set(own.gr_mem) <= {user.pw_name}
