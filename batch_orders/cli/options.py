"""How options get their values: the command line, then the environment, then the settings file."""

from __future__ import annotations

import re
from pathlib import Path

import click

from batch_orders.settings import load_settings
from batch_orders.submission import Rate

file_path = click.Path(path_type=Path)
FILE_OPTIONS: list[str] = []
"""The names that may stand in a settings file: those of `run` that stand in the environment."""

RATE = re.compile(r"(\d+)/(\d+(?:\.\d+)?)?\s*(s|m|h)")
UNIT_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def read_settings(context: click.Context, _parameter: click.Parameter, path: Path | None) -> None:
    """Let the settings file stand behind the options of the command."""
    settings = load_settings(path, FILE_OPTIONS)
    context.default_map = {name.replace("-", "_"): value for name, value in settings.options.items()}


class RateOption(click.ParamType[Rate | None]):
    """`10/2s` (ten calls in two seconds), `60/m`, or `none`."""

    name = "N/SECONDS"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Rate | None:
        if value is None or isinstance(value, Rate):
            return value
        text = str(value).strip().lower()
        if text == "none":
            return None
        match = RATE.fullmatch(text)
        if match is None or not int(match[1]) or not float(match[2] or 1):
            self.fail(
                f"{value!r} is not a rate. Write 10/2s for ten calls in two seconds, or none.", param, ctx
            )
        return Rate(int(match[1]), float(match[2] or 1) * UNIT_SECONDS[match[3]])
