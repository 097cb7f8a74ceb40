"""What a command ends with: what to do next, each with a line that can be pasted."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from batch_orders.cli.options import own_words, typed_config, typed_settings
from batch_orders.core.file_names import suggested_name
from batch_orders.core.next_steps import Files, NextStep, Todo, merge_steps, next_steps, paste
from batch_orders.core.results import Kind, SheetOutcome
from batch_orders.core.stops import Ending
from batch_orders.core.visible import visible_line
from batch_orders.logs import logs_are_json
from batch_orders.settings import SETTINGS

NEXT = "Next: "
NOT_REPEATED = frozenset({"report", "json", "log-format"})
"""Settings of one call alone: the next one has another report, and a person reads it."""
OF_THE_SHEET = frozenset({"worksheet", "header-row", "encoding", "delimiter", "password-file"})
"""How one sheet is read says nothing of a workbook that we wrote ourselves."""
PASSWORD = re.compile(r"(?<=://)([^:/@]*):[^@/]*@")


class Line(NamedTuple):
    """`words` is a command without the program's name. `leave_out` are settings in use that it does not need."""

    sentence: str
    words: tuple[str, ...]
    leave_out: frozenset[str] = frozenset()


SEE_LEDGER = Line("See what the ledger knows:", ("status",))
SEE_QUEUE = Line("See how the queue stands:", ("status", "--queue"))


def show_next(console: Console, *lines: Line) -> None:
    """Say what can be done next. A command is one line, however narrow the terminal: breaks would be pasted.

    A log is told none of it: nobody is there to paste.
    """
    if logs_are_json() or not lines:
        return
    console.print()
    for line in lines:
        console.print(Text(line.sentence))
        if line.words:
            console.print(Text.assemble((NEXT, "bold"), command_of(line)), soft_wrap=True)


def command_of(line: Line) -> str:
    """What can be pasted, with the options in use."""
    return visible_line(paste((*line.words, *options_in_use(line))))


def lines_of(steps: Iterable[NextStep]) -> Iterator[Line]:
    for step in merge_steps(steps):
        yield Line(step.sentence, step.words, OF_THE_SHEET if step.todo is Todo.CORRECT else frozenset())


def lines_after(
    outcomes: Iterable[SheetOutcome], sheets: Iterable[Path], leave_out: Collection[Todo] = ()
) -> Iterator[Line]:
    """What to do after these sheets were taken through; `sheets` are all that were named, in that order."""
    typed = tuple(map(as_typed, dict.fromkeys(sheets)))
    steps: list[NextStep] = []
    for number, outcome in enumerate(outcomes):
        if outcome.ending is Ending.REFUSED and typed:
            yield Line("Once that is mended:", ("check", typed[number]))
        elif outcome.result:
            corrections = outcome.files.get(Kind.CORRECTIONS, "")
            files = Files(typed, as_typed(Path(corrections)) if corrections else "")
            steps += [step for step in next_steps(outcome.result, files) if step.todo not in leave_out]
    yield from lines_of(steps)


def options_in_use(line: Line) -> Iterator[str]:
    """The options that were typed for this command and that the next one needs to do the same."""
    known = own_words(line.words[0])
    config = typed_config()
    if config is not None and "config" in known and "--config" not in line.words:
        yield from ("--config", as_typed(config))
    for name, value in typed_settings().items():
        setting = SETTINGS[name]
        needless = name in NOT_REPEATED | line.leave_out or setting.field not in known
        if needless or setting.option in line.words or (name == "base-url" and "--sandbox" in line.words):
            continue
        yield from (setting.option,) if value is True else (setting.option, without_password(str(value)))


def without_password(place: str) -> str:
    """A password in a database's address is nothing to show; whoever pastes the line puts it in."""
    return PASSWORD.sub(r"\1:***@", place)


def as_typed(path: Path) -> str:
    """A path as a word of a command; a name that begins with a dash would be taken for an option."""
    text = str(path)
    return f".{os.sep}{text}" if text.startswith("-") else text


def free_name(sheet: Path, added: str) -> Path:
    """Beside the sheet, the first of `june to correct.xlsx`, `june to correct 2.xlsx` … that does not exist."""
    paths = (sheet.with_name(suggested_name(sheet.name, added, number)) for number in count(1))
    return next(path for path in paths if not os.path.lexists(path))
