"""Names of files that are made of a sheet: after it, with a number per round, never longer with each one. Pure."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from batch_orders.core.results import Kind

LONGEST_STEM = 120
"""Bytes of the sheet's name that go into a file's name; file systems allow 255 in all."""

WORDS: dict[Kind, str] = {
    Kind.REPORT: "report",
    Kind.CORRECTIONS: "to correct",
    Kind.RESULT_CSV: "result",
}
TO_CORRECT, WITH_SUGGESTIONS = "to correct", "with suggestions"
"""What is behind the sheet's name in the names that are suggested for what somebody asks for beside a report."""
TEXT_ENDINGS = (".csv", ".tsv", ".tab", ".txt")

_NUMBER = r"( \(\d+\))?"
_WORKBOOK = rf"{_NUMBER}\.xlsx"
_TEXT = rf"{_NUMBER}({'|'.join(map(re.escape, TEXT_ENDINGS))})"
_OURS = re.compile(
    rf".+ – (({WORDS[Kind.REPORT]}|{WORDS[Kind.CORRECTIONS]})( \d+)?{_WORKBOOK}"
    rf"|{WORDS[Kind.RESULT_CSV]}( \d+)?{_TEXT})"
    rf"|.+ \d{{4}}-\d\d-\d\d \d{{6}}{_NUMBER}(\.xlsx| corrections{_WORKBOOK}| result{_TEXT})",
    re.DOTALL | re.IGNORECASE,
)
"""Names of this version, and after them of earlier ones."""
_ADDED = re.compile(
    rf" – ({'|'.join(WORDS.values())})( \d+)?{_NUMBER}$"
    rf"| ({TO_CORRECT}|{WITH_SUGGESTIONS})( \d+)?{_NUMBER}$"
    rf"| \d{{4}}-\d\d-\d\d \d{{6}}{_NUMBER}(( corrections| result){_NUMBER})?$"
)
"""What the names of this version, and last of earlier ones, have behind the sheet's."""
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)")


def name_of(sheet_name: str, kind: Kind, number: int) -> str:
    """`orders – report.xlsx`, then `orders – report 2.xlsx`, also where `orders – to correct.xlsx` is the sheet."""
    counted = "" if number == 1 else f" {number}"
    return f"{stem_of(sheet_name)} – {WORDS[kind]}{counted}{ending_of(sheet_name, kind)}"


def suggested_name(sheet_name: str, added: str, number: int = 1) -> str:
    """`orders to correct.xlsx`, then `orders to correct 2.xlsx`, also where one of them is the sheet."""
    counted = "" if number == 1 else f" {number}"
    return f"{stem_of(sheet_name)} {added}{counted}.xlsx"


def is_report(name: str) -> bool:
    """Whether a file has the name of a report, or of what lies beside one, of any version."""
    return _OURS.fullmatch(name) is not None


def ending_of(sheet_name: str, kind: Kind) -> str:
    """A result CSV has the ending of a sheet that is text, because it has its lines too."""
    own = Path(sheet_name).suffix
    if kind is not Kind.RESULT_CSV:
        return ".xlsx"
    return own if own.lower() in TEXT_ENDINGS else ".csv"


def stem_of(sheet_name: str) -> str:
    """The sheet's name without its ending and without what earlier rounds added, as every system takes it."""
    stem = PurePosixPath(sheet_name.replace("\\", "/")).stem
    while (shorter := _ADDED.sub("", stem)) not in (stem, ""):
        stem = shorter
    short = _UNSAFE.sub("_", stem).encode()[:LONGEST_STEM].decode(errors="ignore").strip(" .")
    if not short:
        return "sheet"
    return f"_{short}" if _RESERVED.match(short) else short
