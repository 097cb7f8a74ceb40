"""The user's own directories; none where the user has no home, for they must not move with the working directory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import platformdirs

APPLICATION = "batch-orders"


def user_data() -> Path | None:
    return find_directory(platformdirs.user_data_path)


def user_state() -> Path | None:
    return find_directory(platformdirs.user_state_path)


def user_config() -> Path | None:
    return find_directory(platformdirs.user_config_path)


def user_cache() -> Path | None:
    return find_directory(platformdirs.user_cache_path)


def find_directory(ask: Callable[[str], Path]) -> Path | None:
    try:
        found = ask(APPLICATION)
    except RuntimeError:  # no HOME, and no entry of this user
        return None
    return found if found.is_absolute() else None
