"""The generated parts of the documentation. `make docs` writes them, `make lint` checks them."""

from collections.abc import Iterator, Sequence

import click

from batch_orders.cli.commands import batch_orders
from batch_orders.cli.exits import Exit
from batch_orders.cli.problems import SHOWN_PROBLEMS
from batch_orders.core.mending import MEANINGS
from batch_orders.core.plan import (
    BOUGHT_ELSEWHERE,
    BOUGHT_UNDER_OTHER_ACCOUNT,
    PLACED_DIFFERENTLY,
    SHEETS_DISAGREE,
)
from batch_orders.core.rules import KEPT_PROBLEMS
from batch_orders.errors import BatchOrdersError
from batch_orders.sandbox import TROUBLES
from batch_orders.sheet import ReadCode
from batch_orders.sheet.tables.cell_problems import MOST_PROBLEMS
from batch_orders.validation.contradictions import CONTRADICTION
from batch_orders.validation.duplicates import MAILBOX_TWICE
from batch_orders.validation.fillers import NOTES_PASSED_OVER, ROWS_PASSED_OVER
from batch_orders.validation.half_orders import ORDER_NOT_WHOLE
from batch_orders.validation.order_flags import NOT_TO_BE_ORDERED, ORDER_DOUBTED
from batch_orders.validation.sentences import SENTENCES, WARNINGS
from batch_orders.validation.unchecked_vendors import VENDORS_NOT_CHECKED

EXIT_WORDS = {
    Exit.DONE: "every row's order is placed, now or before",
    Exit.ATTENTION: (
        "it went to the end, and something needs a person: invalid rows, orders that are rejected, unconfirmed, "
        "bought elsewhere or failed after they were placed"
    ),
    Exit.USAGE: "wrong usage or configuration; nothing was sent",
    Exit.UNREADABLE: "the sheet cannot be read, lacks a required column or holds no rows; nothing was sent",
    Exit.STOPPED: "it stopped before the end; what was not sent is said to be not submitted",
}


def command_help(*names: str) -> str:
    """The help of one command, as a person sees it on a terminal of 100 columns."""
    command: click.Command = batch_orders
    for name in names:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    words = " ".join(("batch-orders", *names))
    context = click.Context(command, info_name=words, terminal_width=100, max_content_width=100)
    return f"```\n$ {words} --help\n{command.get_help(context)}\n```\n"


def every_command_help() -> str:
    return "\n".join(f"## {' '.join(names)}\n\n{command_help(*names)}" for names in names_of(batch_orders))


def names_of(group: click.Group) -> Iterator[tuple[str, ...]]:
    """The names that each command is called by: of those of a group, two."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from ((name, *names) for names in names_of(command))
        else:
            yield (name,)


def table(headers: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> str:
    rule = tuple("---" for _ in headers)
    return "".join(f"| {' | '.join(line)} |\n" for line in (headers, rule, *lines))


def exit_codes() -> str:
    return table(("exit code", "meaning"), [(str(int(code)), EXIT_WORDS[code]) for code in Exit])


def problem_codes() -> str:
    reading = [(f"`{code}`", code.meaning) for code in ReadCode]
    rows = [(f"`{code}`", sentence) for code, sentence in SENTENCES.items()]
    rows += [(f"`{code}`", f"{sentence} A warning.") for code, sentence in WARNINGS.items()]
    groups = [
        (
            f"`{NOT_TO_BE_ORDERED}`",
            "A column such as Order? or Status says that the row is not to be ordered.",
        ),
        (
            f"`{ORDER_DOUBTED}`",
            "A column such as Status leaves open whether rows are to be ordered, or says that they were bought before, "
            "or one such as Notes that they are not to be. A warning.",
        ),
        (
            f"`{VENDORS_NOT_CHECKED}`",
            "Vendors are named, and the vendor's list of names is not known. A warning of `check`; in a run they wait.",
        ),
        (f"`{ROWS_PASSED_OVER}`", "Rows without a domain and a mailbox were passed over. A warning."),
        (f"`{NOTES_PASSED_OVER}`", "Rows that are notes or totals were passed over. A warning."),
        (
            f"`{ORDER_NOT_WHOLE}`",
            "Another row may belong to this order, and has an error. The order waits for it.",
        ),
        (f"`{CONTRADICTION}`", "Rows of one domain name more than one vendor, forwarding domain or contact."),
        (f"`{MAILBOX_TWICE}`", "The same mailbox stands twice in its domain. It counts once. A warning."),
        *((f"`{code}`", meaning) for code, meaning in MEANINGS.items()),
        (f"`{PLACED_DIFFERENTLY}`", "The domain was bought before with other content. It is not sent."),
        (
            f"`{BOUGHT_ELSEWHERE}`",
            "The vendor lists the domain as bought, and no order of this ledger did it. It is not sent.",
        ),
        (
            f"`{BOUGHT_UNDER_OTHER_ACCOUNT}`",
            "The domain was bought, or may have been, under another account. It is not sent.",
        ),
        (
            f"`{SHEETS_DISAGREE}`",
            "Two sheets that are ordered together ask for the domain with different content. It is not sent.",
        ),
    ]
    return table(("code", "meaning"), reading + rows + groups)


def kept_problems() -> str:
    """How many problems are told: the numbers are those of the code."""
    kept, shown, most = f"{KEPT_PROBLEMS:,}", f"{SHOWN_PROBLEMS:,}", f"{MOST_PROBLEMS:,}"
    return (
        f"At most {kept} errors and {kept} warnings of a sheet are kept in words; all of them are counted.\n"
        f"`check` lists the first {shown} of each as a table, and all that are kept where it groups them. A sheet\n"
        f"with more than {most} faults of reading, such as cells with an error value, is refused.\n"
    )


def troubles() -> str:
    return table(
        ("a domain that begins so", "does this"), [(f"`{name}`", does) for name, does in TROUBLES.items()]
    )


def exception_tree() -> str:
    """Every exception that batch_orders raises on purpose, with the first sentence of its docstring."""
    branches = list(draw_branches(BatchOrdersError))
    width = max(len(drawn) for drawn, _ in branches)
    return "```\n" + "".join(f"{drawn:<{width}}  {sentence}\n" for drawn, sentence in branches) + "```\n"


def draw_branches(kind: type[Exception], before: str = "", own: str = "") -> Iterator[tuple[str, str]]:
    sentence, *_ = (kind.__doc__ or "").partition("\n")[0].split(". ")
    yield before + own + kind.__name__, sentence.rstrip(".") + "."
    below = [each for each in kind.__subclasses__() if each.__module__ == BatchOrdersError.__module__]
    stem = before + {"": "", "├─ ": "│  ", "└─ ": "   "}[own]
    for each in below:
        yield from draw_branches(each, stem, "└─ " if each is below[-1] else "├─ ")
