"""Where a workbook is to be written, as a person named it."""

from __future__ import annotations

from pathlib import Path

from batch_orders.errors import ConfigurationError


def refuse_target(target: Path, sheets: tuple[Path, ...]) -> None:
    """Raise ConfigurationError where a workbook would replace a sheet, or has another ending."""
    if target.suffix.lower() != ".xlsx":
        raise ConfigurationError(f"{target} is to be a workbook, so it must end in .xlsx. Nothing was sent.")
    if any(is_same_file(target, sheet) for sheet in sheets):
        raise ConfigurationError(f"{target} would replace the sheet itself. Give it another name.")


def is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
