"""The nouns: frozen values that the rooms hand to each other. Words as in docs/glossary.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class Field(StrEnum):
    """The columns that an order is made of. Other columns are kept for the report only."""

    DOMAIN = "domain"
    MAILBOX = "mailbox"
    VENDOR = "vendor"
    FORWARDING_DOMAIN = "forwarding_domain"
    CONTACT = "contact"


PERSON_FIELDS = ("first_name", "last_name")
"""Columns of the second body dialect: whose mailbox it is."""

CONTACT_PREFIX = "contact_"
"""A column whose matched name begins so is a further field of `user_details`."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a cell, a row or a group of rows. An error holds the order back.

    `row` is the number that the spreadsheet program shows; None is the sheet as a whole.
    `column` is the header as the sheet writes it, or "" for the whole row.
    """

    severity: Severity
    worksheet: str
    row: int | None
    column: str
    value: str
    code: str
    message: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One worksheet's rows as text, before any rule was applied.

    `cells` has one `str` column per header, named 0, 1, 2 …; its index is the row number that
    the spreadsheet program shows (for CSV: the number of the record, blank lines counted). Blank
    cells are "", blank rows are left out. `columns` maps a field name ("domain",
    "contact_email") to its position among the headers; `more_mailboxes` are the positions of further
    columns of mailboxes.
    """

    name: str
    header_row: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]
    cells: pd.DataFrame
    more_mailboxes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a CSV file is written. `bom` are the bytes before its text.

    The header is the row `header_row`, counted as in Worksheet, and has `width` cells.
    """

    encoding: str
    bom: bytes
    delimiter: str
    header_row: int
    width: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file as it was handed in, read into text.

    `problems` are what reading itself found: warnings about guesses, errors at cells.
    `assumptions` are short sentences for the report, such as the encoding of a CSV file.
    `data` are the file's own bytes where they are kept, and `csv` is set for a CSV file whose
    lines can be written back byte for byte. `origins` are the marks of a corrections workbook (core.origins).
    """

    path: Path
    format: str
    sha256: str
    worksheets: tuple[Worksheet, ...]
    problems: tuple[Problem, ...] = ()
    assumptions: tuple[str, ...] = ()
    data: bytes = field(default=b"", repr=False)
    csv: CsvForm | None = None
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def titles(self) -> tuple[str, ...]:
        """The worksheets' names for people, "" for each where only one has rows: a row's number is plain there."""
        several = sum(len(each.cells) > 0 for each in self.worksheets) > 1
        return tuple(each.name if several else "" for each in self.worksheets)


@dataclass(frozen=True, slots=True)
class Order:
    """One domain with its mailboxes, one vendor, one forwarding domain, one contact.

    `people` has the first and last name for each mailbox, or nothing where the sheet is not
    asked for them. `rows` are positions among all rows of the sheet, counted from 0.
    """

    domain: str
    mailboxes: tuple[str, ...]
    vendor: int
    forwarding_domain: str
    contact: Mapping[str, str]
    people: tuple[tuple[str, str], ...] = ()
    rows: tuple[int, ...] = field(default=(), compare=False)

    @property
    def contact_name(self) -> str:
        return self.contact.get("name", "")
