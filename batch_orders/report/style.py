"""How cells look: one palette and one set of styles for every workbook that is handed out."""

from dataclasses import dataclass, replace
from typing import Literal

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from batch_orders.core.model import Severity
from batch_orders.core.results import Status


@dataclass(frozen=True, slots=True)
class Look:
    """What sets a cell apart. Colours are RRGGBB, "" is none; `line` is one above the cell."""

    text: str = ""
    fill: str = ""
    bold: bool = False
    size: int = 11
    number_format: str = "General"
    line: str = ""
    align: Literal["left", "right", "center"] | None = None
    underlined: bool = False
    family: str = "Calibri"


PLAIN = Look()
BOLD = Look(bold=True)
LEFT = Look(align="left")
TITLE = Look(text="1F3864", bold=True, size=15)
HEADING = Look(text="1F3864", bold=True, size=12)
HEADER = Look(text="FFFFFF", fill="1F3864", bold=True)
OPTIONAL_HEADER = Look(text="1F3864", fill="D9E2F3", bold=True)
LABEL = Look(text="595959")
LINK = Look(text="0563C1", underlined=True)
COMMAND = Look(text="1F3864", fill="F2F2F2", family="Consolas")
"""What is typed, or the name of a file."""
NOTE = Look(text="7F6000", fill="FFEB9C", bold=True)
TOTAL = Look(bold=True, line="1F3864")
TIME = Look(number_format="yyyy-mm-dd h:mm:ss")
ASIDE = Look(text="404040", fill="F2F2F2")
"""What is said of a row, beside the row itself."""
TEXT = Look(number_format="@")
"""Excel leaves what is typed into such a cell as it is: leading zeros and "+" stay."""

GAP = "_w"
"""In a number format: room of the width of a w, so that a number does not touch the text in the next column."""

STATUS: dict[Status, Look] = {
    Status.PLACED: Look(text="006100", fill="C6EFCE"),
    Status.ALREADY_PLACED: Look(text="375623", fill="E2EFDA"),
    Status.BOUGHT_ELSEWHERE: Look(text="3F3151", fill="CCC0DA"),
    Status.REJECTED: Look(text="9C0006", fill="FFC7CE"),
    Status.UNCONFIRMED: Look(text="7F6000", fill="FFEB9C"),
    Status.NOT_SUBMITTED: Look(text="404040", fill="E4E4E4"),
    Status.INVALID: Look(text="843C0C", fill="F8CBAD"),
}

FAILED = Look(text="FFFFFF", fill="C00000")

BAR: dict[Status, str] = {
    Status.PLACED: "4EA72E",
    Status.ALREADY_PLACED: "A9D18E",
    Status.BOUGHT_ELSEWHERE: "8064A2",
    Status.REJECTED: "C00000",
    Status.UNCONFIRMED: "FFC000",
    Status.NOT_SUBMITTED: "A6A6A6",
    Status.INVALID: "ED7D31",
}
"""Stronger colours of the same families, for the parts of the bar."""

BAR_FAILED = "7B1E1E"

SEVERITY: dict[Severity, Look] = {
    Severity.ERROR: Look(text="9C0006", fill="FFC7CE"),
    Severity.WARNING: Look(text="7F6000", fill="FFEB9C"),
}


def money_look(currency: str, look: Look = PLAIN) -> Look:
    """An amount with its currency beside it."""
    safe = currency.replace('"', "")
    return replace(look, number_format=f'#,##0.00## "{safe}"{GAP}', align="right")


def time_look(zone: str) -> Look:
    """A moment with its offset from UTC beside it, which the cell itself cannot hold."""
    return Look(number_format=f'yyyy-mm-dd hh:mm:ss "{zone}"{GAP}')


def apply_look(cell: Cell, look: Look, *, wrapped: bool = False) -> None:
    """Style one cell. `wrapped` breaks its text into lines and aligns it with the row's top."""
    cell.font = Font(
        name=look.family,
        size=look.size,
        bold=look.bold,
        color=look.text or None,
        underline="single" if look.underlined else None,
    )
    cell.number_format = look.number_format
    cell.alignment = Alignment(look.align, "top" if wrapped else None, wrap_text=wrapped or None)
    if look.fill:
        cell.fill = PatternFill("solid", fgColor=look.fill)
    if look.line:
        cell.border = Border(top=Side("thin", color=look.line))


def set_up_page(worksheet: Worksheet, *, titles: str = "", pages: int = 0) -> None:
    """Print on A4 across, as wide as one page, on `pages` (0: as many as it takes), `titles` on each."""
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = 9
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = pages
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer = worksheet.oddFooter
    assert footer is not None  # as long as it is empty it counts as false
    footer.left.text, footer.center.text, footer.right.text = "&F", "&A", "Page &P of &N"
    if titles:
        worksheet.print_title_rows = titles
