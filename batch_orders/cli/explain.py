"""How people at the command line set what a message is about: messages below the doors name the thing only."""

from __future__ import annotations

from collections.abc import Sequence

from batch_orders.cli.options import current_settings
from batch_orders.core.accounts import show_account
from batch_orders.core.model import Problem
from batch_orders.core.plan import Plan
from batch_orders.core.visible import visible_line
from batch_orders.errors import BatchOrdersError
from batch_orders.settings import DEFAULT, SETTINGS
from batch_orders.settings.groups import KEY_VARIABLE
from batch_orders.sheet import ReadCode

NO_KEY = f"Set {KEY_VARIABLE}, or name a file that holds it with --api-key-file."
GUESSED = {ReadCode.ENCODING_GUESSED: "encoding", ReadCode.DELIMITER_GUESSED: "delimiter"}


def explain(error: BatchOrdersError) -> str:
    """What happened, and how to set what would mend it, on one line."""
    return visible_line(f"{error} {how_to_set(error.setting)}".rstrip())


def how_to_set(name: str) -> str:
    """One sentence about a setting, or "". It names the place that the present value comes from."""
    if name == "new-key":
        account = current_settings().place.account
        return (
            f"If the account has got a new key: batch-orders account {show_account(account or '')} --new-key"
        )
    if name == "account":
        return "Name one with --account."
    if name not in SETTINGS:
        return ""
    source, option = current_settings().source(name), SETTINGS[name].option
    if source not in (DEFAULT, option):
        return f"It is set by {source}; {option} overrules it."
    return NO_KEY if name == "api-key-file" else f"Set it with {option}."


def how_to_give_key(account: str) -> str:
    """Which variable or file to set, so that prices can be asked for."""
    variable = current_settings().under(account).place.key_variable
    return f"To see prices, set {variable}, or name a file that holds the key with --api-key-file."


def how_to_settle(problems: Sequence[Problem]) -> str:
    """How to overrule what was guessed of a CSV file, or ""."""
    names = [name for code, name in GUESSED.items() if any(problem.code == code for problem in problems)]
    options = " and ".join(SETTINGS[name].option for name in names)
    return f"Name the {' and the '.join(names)} with {options}." if names else ""


def who_limits(plan: Plan) -> str:
    """Where the limits that leave orders over were set, for the plan's account."""
    settings = current_settings().under(plan.account)
    names = {item.over.limit: None for item in plan.planned if item.over}
    sources = [source for name in names if (source := settings.source(name)) != DEFAULT]
    return f"The limit is set by {' and '.join(sources)}." if sources else ""
