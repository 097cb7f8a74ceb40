"""The stable codes of the problems that reading finds."""

from enum import StrEnum


class ReadCode(StrEnum):
    """`code` of a problem found while reading; `meaning` is its line in the documentation."""

    meaning: str

    def __new__(cls, code: str, meaning: str) -> "ReadCode":
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    HEADER_AGAIN = "header-again", "The header stands again further down, and was passed over."
    SECOND_HEADER = (
        "second-header",
        "A different header stands further down. It and all rows below it are held back.",
    )
    WORKSHEET_DOUBTED = (
        "worksheet-doubted",
        "A worksheet that was read has a name such as Example, Old or Copy.",
    )
    ERROR_VALUE = "error-value", "A cell shows an error such as #N/A instead of a value."
    FORMULA_WITHOUT_VALUE = "formula-without-value", "A formula was saved without its result."
    RAGGED_LINE = (
        "ragged-line",
        "A line of a CSV file has more cells than the header, or lacks one that every order needs.",
    )
    NUL_BYTE = "nul-byte", "A line of a CSV file holds a NUL byte: the file is damaged there."
    MISPLACED_QUOTE = "misplaced-quote", "A line of a CSV file has a quote where none can be."
    CELLS_WITHOUT_HEADER = (
        "cells-without-header",
        "Cells in or beside the table have no header and are left out.",
    )
    COLUMN_NOT_READ = (
        "column-not-read",
        "A column that was not read holds what may be mailboxes or domains to order.",
    )
    ENCODING_GUESSED = (
        "encoding-guessed",
        "The encoding of a file was guessed. An error at each cell of an order whose text depends on it.",
    )
    DELIMITER_GUESSED = "delimiter-guessed", "The delimiter of a CSV file was guessed."
    HIDDEN_ROWS = "hidden-rows", "Rows that are hidden or filtered out were read too."
    HIDDEN_COLUMNS = (
        "hidden-columns",
        "Columns are hidden. A visible column of the same meaning is read instead.",
    )
    STRUCK = "struck-through", "Rows have cells that are struck through, and were read like all others."
    STRUCK_IN_PART = (
        "struck-in-part",
        "A part of a cell's text is struck through, so that what is meant cannot be told.",
    )
    WORKSHEET_HIDDEN = "worksheet-hidden", "A hidden worksheet was left out."
    WORKSHEET_LEFT_OUT = (
        "worksheet-left-out",
        "A worksheet without the required columns, or a sheet of macros, was left out.",
    )
    WRONG_ENDING = "wrong-ending", "The file is of another kind than its name says."
