"""The optional settings file, batch-orders.toml: found, read, and refused where it is unclear.

An option on the command line wins over the environment, and that over the file.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from batch_orders.errors import ConfigurationError

APPLICATION = "batch-orders"
FILE_NAME = "batch-orders.toml"

PATHS = frozenset({"ledger", "reports-dir", "report", "api-key-file"})
"""Options whose relative paths in the file are meant from the file's own folder: a ledger that
moved with the working directory would buy twice."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a settings file says. `options` maps an option's name without its dashes to its text."""

    path: Path | None = None
    options: Mapping[str, str] = field(default_factory=dict)


def default_ledger() -> Path:
    """SQLite in the user's data directory, whatever directory a run is started in."""
    return platformdirs.user_data_path(APPLICATION) / "ledger.db"


def find_settings_file(config: Path | None) -> Path | None:
    """The file that --config names, or the first of working directory and user's configuration."""
    if config is not None:
        return config
    places = (Path.cwd() / FILE_NAME, platformdirs.user_config_path(APPLICATION) / FILE_NAME)
    return next((place for place in places if place.is_file()), None)


def load_settings(config: Path | None, known: Sequence[str]) -> Settings:
    """Read the settings file, if there is one.

    `known` are the names of the options that may stand in it. Raises ConfigurationError where it
    cannot be read, is no TOML, or says what nobody understands.
    """
    path = find_settings_file(config)
    if path is None:
        return Settings()
    said = parse_settings(path)
    return Settings(path, {name: read_option(path, name, value, known) for name, value in said.items()})


def parse_settings(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"The settings file {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"The settings file {path} is not UTF-8 text. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"The settings file {path} is not valid TOML: {error}.") from None


def read_option(path: Path, name: str, value: object, known: Sequence[str]) -> str:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else f" It can hold: {', '.join(sorted(known))}."
        raise ConfigurationError(f"The settings file {path} holds {name!r}, which is no setting.{hint}")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ConfigurationError(f"In the settings file {path}, {name} must be a text or a number.")
    text = str(value)
    return (
        str(path.absolute().parent / Path(text).expanduser()) if name in PATHS and "://" not in text else text
    )
