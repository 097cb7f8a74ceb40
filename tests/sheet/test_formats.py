"""What a file is, by its bytes, and the formats other than xlsx and CSV."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from batch_orders.core.model import Field
from batch_orders.errors import SheetError
from batch_orders.sheet.formats.xlsb_parts import records as binary_records
from tests.corpus import CORPUS, needs_corpus
from tests.sheet.made import HEADER, ROW, Make, Read, found, rows_of


def html(*rows: str) -> str:
    return f"<html><body><table>{''.join(rows)}</table></body></html>"


def html_row(*cells: str, tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


HTML_HEADER = html_row(*HEADER, tag="th")


def test_an_html_table_named_xls_is_read_with_a_warning(read: Read) -> None:
    sheet = read(html(HTML_HEADER, html_row(*ROW)), "orders.xls")
    assert sheet.format == "html"
    assert rows_of(sheet) == {2: list(ROW)}
    assert [problem.code for problem in sheet.problems] == ["wrong-ending"]
    assert ".xls" in sheet.problems[0].message
    assert "HTML" in sheet.problems[0].message


def test_html_cells_are_read_as_a_browser_shows_them(read: Read) -> None:
    cells = (
        "acmemail.com",
        " a@acmemail.com<br>b@acmemail.com ",
        "0<b>01</b>",
        "f.com<!-- no -->",
        "Ann &amp;&nbsp;Lee",
    )
    sheet = read(html(HTML_HEADER, html_row(*cells)), "orders.html")
    assert rows_of(sheet)[2] == [
        "acmemail.com",
        "a@acmemail.com\nb@acmemail.com",
        "001",
        "f.com",
        "Ann &\u00a0Lee",
    ]


def test_html_spans_and_hidden_rows(read: Read) -> None:
    sheet = read(
        html(
            '<tr><th colspan="5">Orders</th></tr>',
            HTML_HEADER,
            f'<tr><td rowspan="2">acmemail.com</td>{html_row(*ROW[1:])[4:-5]}</tr>',
            f'<tr style="display: none">{html_row(*ROW[1:])[4:-5]}</tr>',
        ),
        "orders.html",
    )
    assert rows_of(sheet) == {3: list(ROW), 4: list(ROW)}
    assert [(problem.code, problem.value) for problem in sheet.problems] == [("hidden-rows", "1")]


SPREADSHEETML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="s1"><NumberFormat ss:Format="00000"/></Style></Styles>
<Worksheet ss:Name="Orders"><Table>
<Row ss:Index="3">{header}</Row>
<Row><Cell ss:MergeDown="1"><Data ss:Type="String">acmemail.com</Data></Cell>{first}
<Cell ss:StyleID="s1"><Data ss:Type="Number">12</Data></Cell>{rest}</Row>
<Row ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="String">b</Data></Cell>
<Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell ss:Formula="=A1"/></Row>
</Table></Worksheet>
<Worksheet ss:Name="Old"><Table/>
<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible>
</WorksheetOptions></Worksheet></Workbook>"""


def data_cells(*texts: str) -> str:
    return "".join(f'<Cell><Data ss:Type="String">{text}</Data></Cell>' for text in texts)


def spreadsheetml() -> str:
    return SPREADSHEETML.format(
        header=data_cells(*HEADER), first=data_cells(ROW[1]), rest=data_cells(*ROW[3:])
    )


def test_spreadsheetml_named_xls_is_read(read: Read) -> None:
    sheet = read(spreadsheetml(), "orders.xls")
    assert rows_of(sheet) == {
        4: [*ROW[:2], "00012", *ROW[3:]],
        5: ["acmemail.com", "b", "#N/A", "", ""],
    }
    assert found(sheet) == [
        ("wrong-ending", None, ""),
        ("worksheet-hidden", None, ""),
        ("error-value", 5, "Vendor"),
        ("formula-without-value", 5, "Forwarding domain"),
        ("hidden-rows", None, ""),
    ]


def test_spreadsheetml_with_a_dtd_is_refused(read: Read) -> None:
    with pytest.raises(SheetError, match="DTD"):
        read(spreadsheetml().replace("<Workbook", "<!DOCTYPE Workbook><Workbook", 1), "orders.xml")


def zipped(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "o.xlsx", "empty"),
        (b" \r\n", "o.csv", "empty"),
        (b"\xef\xbb\xbf", "o.csv", "empty"),
        (b"%PDF-1.7", "o.xlsx", "PDF"),
        (b"\x1f\x8b\x08\x00", "o.csv", "gzip"),
        (b"\x89PNG\r\n", "o.xlsx", "picture"),
        (b"PK\x03\x04broken", "o.xlsx", "damaged"),
        (zipped("a.csv"), "o.xlsx", "zip archive"),
        (zipped("word/document.xml", "[Content_Types].xml"), "o.xlsx", "Word"),
        (zipped("Index/Document.iwa"), "o.xlsx", "Numbers.*Export To > Excel"),
        (zipped("Index.zip", "preview.jpg"), "o.numbers", "Numbers.*Export To > Excel"),
        (zipped("xl/workbook.xml", "[Content_Types].xml"), "o.xlsx", "encoding"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "o.xls", "damaged"),
        (b"\x09\x02\x06\x00\x00\x00\x10\x00", "o.xls", "too old"),
        (b"<?xml version='1.0'?><a/>", "o.xml", "XML file"),
        (b"<html><body>Log in</body></html>", "o.xls", "without a table"),
        (bytes(range(32)) * 40, "o.xlsx", "not a sheet"),
        (b"Ann", "~$orders.xlsx", "lock file that Excel.*Hand in the sheet itself"),
        (
            b",ann,pc,01.06.2026 09:00;",
            ".~lock.orders.xlsx#",
            "lock file that LibreOffice.*Hand in the sheet",
        ),
        (b"", ".~lock.orders.ods#", "lock file that LibreOffice"),
        (
            b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}',
            "o.gsheet",
            "Google sheet.*Download",
        ),
        (b'{"doc_id":"1","email":"a@b.com"}', "o.csv", "Google sheet.*Download"),
        (b"", "o.gsheet", "Google sheet"),
        (b'[{"domain": "a.com"}]', "o.csv", "JSON file"),
        (b"[InternetShortcut]\r\nURL=https://x", "o.csv", "a link"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n", "o.xls", "MHTML.*Save the sheet as .xlsx"),
        (b"From: <Saved by Excel>\nContent-Type: multipart/related;\n", "o.xls", "MHTML"),
        (
            b'<?xml version="1.0"?>\n<office:document xmlns:office='
            b'"urn:oasis:names:tc:opendocument:xmlns:office:1.0">',
            "o.fods",
            "OpenDocument.*Open it in LibreOffice",
        ),
        (b"ID;PWXL;N;E\r\nP;PGeneral\r\n", "o.slk", "SYLK.*Save the sheet as .xlsx"),
        (b"ID;PSCALC3\nB;X2;Y2\n", "o.csv", "SYLK"),
    ],
)
def test_what_is_no_sheet_is_refused_by_what_it_is(read: Read, data: bytes, name: str, said: str) -> None:
    with pytest.raises(SheetError, match=said) as refusal:
        read(data, name)
    assert str(refusal.value).startswith(f"{name}: ")


def test_a_csv_file_that_begins_as_a_sylk_file_does_is_read(read: Read) -> None:
    lines = ("ID;P.O. box", *HEADER), ("1;2", *ROW)
    assert rows_of(read("\n".join(";".join(line) for line in lines))) == {2: ["1", "2", *ROW]}


BEGINNINGS = """
<h2>Orders</h2> <p> <b> <font> <center> <title>x</title> <link> <span> <form> <!--x--> <ul><li>x</ul>
<script>if(a<b){}</script> \ufeff<h1>
"""


@pytest.mark.parametrize("beginning", BEGINNINGS.split())
def test_a_page_may_begin_with_any_tag(read: Read, beginning: str) -> None:
    sheet = read(f"{beginning}<table>{HTML_HEADER}{html_row(*ROW)}</table>", "orders.xls")
    assert (sheet.format, rows_of(sheet)) == ("html", {2: list(ROW)})


def test_a_workbook_named_csv_is_read_with_a_warning(make: Make, read: Read) -> None:
    path = make([HEADER, ROW])
    sheet = read(path.rename(path.with_name("orders.csv")))
    assert (sheet.format, rows_of(sheet)) == ("xlsx", {2: list(ROW)})
    assert found(sheet) == [("wrong-ending", None, "")]


def test_a_csv_file_named_xls_is_read_with_a_warning(read: Read) -> None:
    sheet = read(",".join(HEADER) + "\n" + ",".join(ROW), "orders.xls")
    assert (sheet.format, rows_of(sheet)) == ("csv", {2: list(ROW)})
    assert found(sheet) == [("wrong-ending", None, "")]


ANY = {"optional": frozenset(Field) - {Field.DOMAIN}}


@needs_corpus
def test_xls_keeps_values_and_positions(read: Read) -> None:
    sheet = read(CORPUS / "csvkit" / "sheets.xls", worksheet="data", columns={"text": "domain"}, **ANY)
    assert sheet.format == "xls"
    assert list(rows_of(sheet)) == [2, 3, 4, 5, 6]


def xlsb_record(kind: int, body: bytes = b"") -> bytes:
    numbers = [kind] if kind < 128 else [kind & 0x7F | 0x80, kind >> 7]
    size = len(body)
    sizes = [size] if size < 128 else [size & 0x7F | 0x80, size >> 7]
    return bytes(numbers + sizes) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb_cell(column: int, value: str | float, style: int = 0) -> bytes:
    start = struct.pack("<II", column, style)
    if value == "#N/A":
        return xlsb_record(3, start + b"\x2a")
    if isinstance(value, str):
        return xlsb_record(6, start + wide(value))
    return xlsb_record(5, start + struct.pack("<d", value))


def xlsb_row(row: int, *cells: str | float, hidden: bool = False, style: int = 0) -> bytes:
    head = struct.pack("<IIHBBBI", row - 1, 0, 300, 0, 0x10 if hidden else 0, 0, 0)
    return xlsb_record(0, head) + b"".join(
        xlsb_cell(column, value, style) for column, value in enumerate(cells) if value != ""
    )


def xlsb(*rows: bytes, merged: tuple[int, int, int, int], texts: bytes = b"") -> bytes:
    """The font 1 is struck through, and so is the style 2. `texts` are the records of shared texts."""
    sheet = (
        xlsb_record(129)
        + xlsb_record(148, struct.pack("<IIII", 0, 20, 0, 4))
        + xlsb_record(145)
        + b"".join(rows)
        + xlsb_record(146)
        + xlsb_record(177, struct.pack("<I", 1))
        + xlsb_record(176, struct.pack("<IIII", *merged))
        + xlsb_record(178)
        + xlsb_record(130)
    )
    styles = (
        xlsb_record(278)
        + xlsb_record(615, struct.pack("<I", 1))
        + xlsb_record(44, struct.pack("<H", 200) + wide("00000"))
        + xlsb_record(616)
        + xlsb_record(43, struct.pack("<HH", 200, 0) + bytes(17))
        + xlsb_record(43, struct.pack("<HH", 200, 8) + bytes(17))
        + xlsb_record(617, struct.pack("<I", 3))
        + xlsb_record(47, struct.pack("<HH", 0, 0) + bytes(12))
        + xlsb_record(47, struct.pack("<HH", 0, 200) + bytes(12))
        + xlsb_record(47, struct.pack("<HHH", 0, 0, 1) + bytes(10))
        + xlsb_record(618)
        + xlsb_record(279)
    )
    listed = xlsb_record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Orders"))
    book = b"".join(map(xlsb_record, (131, 143))) + listed + b"".join(map(xlsb_record, (144, 157, 132)))
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/styles.bin", styles)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{relations}"><Relationship Id="rId1" Type="{office}/worksheet" '
            f'Target="worksheets/sheet1.bin"/><Relationship Id="rId2" Type="{office}/sharedStrings" '
            'Target="sharedStrings.bin"/></Relationships>',
        )
        if texts:
            archive.writestr("xl/sharedStrings.bin", xlsb_record(159, struct.pack("<II", 2, 2)) + texts)
    return data.getvalue()


def test_xlsb_is_read_with_what_its_records_tell(read: Read) -> None:
    rows = (
        xlsb_row(3, *HEADER),
        xlsb_row(5, "acmemail.com", "a", 12.0, *ROW[3:], style=1),
        xlsb_row(6, "", "b", 1.0, "#N/A", "Bo", hidden=True),
    )
    sheet = read(xlsb(*rows, merged=(4, 5, 0, 0)), "orders.xlsb")
    assert sheet.format == "xlsb"
    assert rows_of(sheet) == {
        5: ["acmemail.com", "a", "00012", *ROW[3:]],
        6: ["acmemail.com", "b", "1", "#N/A", "Bo"],
    }
    assert found(sheet) == [("error-value", 6, "Forwarding domain"), ("hidden-rows", None, "")]


def test_records_of_an_xlsb_have_numbers_of_seven_bits() -> None:
    assert list(binary_records(b"\x00\x01a\x9c\x01\x82\x00bc")) == [(0, b"a"), (156, b"bc")]
