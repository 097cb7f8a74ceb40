"""Order sheets of any size, made once and kept in the system's temporary folder.

A workbook is written as Excel writes it: text as shared strings, the vendor as a number. The
rows are three mailboxes for each domain, in six columns, and of three kinds: every row good,
one in a hundred bad, or every row bad.
"""

import csv
import tempfile
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

KINDS = ("valid", "1 % bad", "all bad")
HEADERS = ("Domain", "Mailbox", "Vendor", "Forwarding domain", "Contact", "Note")
MAILBOXES = ("john.doe", "jane", "sales")
FOLDER = Path(tempfile.gettempdir()) / "batch-orders-benchmarks"

Row = tuple[str, str, str, str, str, str]

CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
RELATIONSHIPS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
RELATIONSHIP = (
    '<Relationship Id="rId{}" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
)
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
WORKBOOK = (
    f'<workbook {MAIN} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
PARTS = {
    "[Content_Types].xml": CONTENT_TYPES,
    "_rels/.rels": RELATIONSHIPS.format(RELATIONSHIP.format(1, "officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": WORKBOOK,
    "xl/_rels/workbook.xml.rels": RELATIONSHIPS.format(
        RELATIONSHIP.format(1, "worksheet", "worksheets/sheet1.xml")
        + RELATIONSHIP.format(2, "sharedStrings", "sharedStrings.xml")
    ),
}


def make_rows(kind: str, count: int) -> Iterator[Row]:
    for number in range(count):
        row = good_row(number)
        bad = kind == "all bad" or (kind == "1 % bad" and number % 100 == 50)
        yield spoil(row, number) if bad else row


def good_row(number: int) -> Row:
    domain = f"shop-number-{number // 3}.com"
    return (domain, f"{MAILBOXES[number % 3]}@{domain}", "1", "acmemail.org", "Jane Doe", f"Note {number}")


def spoil(row: Row, number: int) -> Row:
    """The row with one cell of a value of its own that cannot be ordered, a different one each time."""
    domain, mailbox, vendor, forwarding, contact, note = row
    match number // 3 % 6:
        case 0:
            return (domain.replace(".com", ".con"), mailbox, vendor, forwarding, contact, note)
        case 1:
            return (domain.replace("-", "_"), mailbox, vendor, forwarding, contact, note)
        case 2:
            return (domain, f"john doe {number}@{domain}", vendor, forwarding, contact, note)
        case 3:
            return (
                domain,
                f"{MAILBOXES[number % 3]}@elsewhere-{number}.com",
                vendor,
                forwarding,
                contact,
                note,
            )
        case 4:
            return (domain, mailbox, f"vendor {number}", forwarding, contact, note)
        case _:
            return (domain, mailbox, vendor, f"nowhere {number}", contact, note)


def cached_workbook(kind: str, count: int) -> Path:
    path = place(kind, count, "xlsx")
    if not path.exists():
        beside = path.with_suffix(".part")
        write_workbook(beside, make_rows(kind, count))
        beside.replace(path)
    return path


def cached_csv(kind: str, count: int) -> Path:
    path = place(kind, count, "csv")
    if not path.exists():
        beside = path.with_suffix(".part")
        with beside.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADERS, *make_rows(kind, count)])
        beside.replace(path)
    return path


def place(kind: str, count: int, ending: str) -> Path:
    FOLDER.mkdir(exist_ok=True)
    return FOLDER / f"{kind.replace(' % ', '-percent-').replace(' ', '-')}-{count}.{ending}"


def write_workbook(path: Path, rows: Iterator[Row]) -> None:
    shared: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f"<worksheet {MAIN}><sheetData>".encode())
            part.write(row_xml(1, HEADERS, shared).encode())
            numbered = enumerate(rows, 2)
            while lines := [row_xml(number, row, shared) for number, row in islice(numbered, 10_000)]:
                part.write("".join(lines).encode())
            part.write(b"</sheetData></worksheet>")
        texts = "".join(f"<si><t>{text}</t></si>" for text in shared)
        archive.writestr("xl/sharedStrings.xml", f"<sst {MAIN}>{texts}</sst>")


def row_xml(number: int, cells: Row, shared: dict[str, int]) -> str:
    """The cells hold no character that XML would want escaped."""
    texts = (
        cell_xml(f"{column}{number}", text, shared) for column, text in zip("ABCDEF", cells, strict=True)
    )
    return f'<row r="{number}">{"".join(texts)}</row>'


def cell_xml(place: str, text: str, shared: dict[str, int]) -> str:
    if text.isdigit():
        return f'<c r="{place}"><v>{text}</v></c>'
    return f'<c r="{place}" t="s"><v>{shared.setdefault(text, len(shared))}</v></c>'
