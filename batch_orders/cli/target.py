"""Where a workbook is to be written, as a person named it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from batch_orders.errors import ConfigurationError


def refuse_target(target: Path, sheets: tuple[Path, ...]) -> None:
    """Raise ConfigurationError where a workbook would replace a sheet, or has another ending."""
    if target.suffix.lower() != ".xlsx":
        raise ConfigurationError(f"{target} is to be a workbook, so it must end in .xlsx. Nothing was sent.")
    if any(is_same_file(target, sheet) for sheet in sheets):
        raise ConfigurationError(f"{target} would replace the sheet itself. Give it another name.")


def refuse_targets(asked: Mapping[str, Path], sheets: tuple[Path, ...]) -> None:
    """Raise ConfigurationError where a workbook that an option asks for cannot be written. None replaces a file."""
    for option, path in asked.items():
        if len(sheets) > 1:
            raise ConfigurationError(f"{option} is for one sheet. Give the sheets one by one.")
        refuse_target(path, sheets)
        if os.path.lexists(path):
            raise ConfigurationError(f"{path} exists already. Give another name with {option}.")
    if len(set(asked.values())) < len(asked):
        raise ConfigurationError(f"{' and '.join(asked)} name the same file. Give them two names.")


def is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
