"""Broken cells, formats, dimensions, relations and encodings end as values, problems or one sentence."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch_orders.errors import SheetError
from batch_orders.sheet.content import read_file
from batch_orders.sheet.options import ReadOptions
from batch_orders.sheet.transfer import write_content
from tests.sheet.biff import Formatted, Formula, lines, xls
from tests.sheet.made import HEADER, ROW

pytestmark = pytest.mark.long

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


def assert_foreseen(data: bytes, name: str, options: ReadOptions | None = None) -> None:
    """Read as the child reads, without its net that catches everything."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            write_content(
                read_file(path, options or ReadOptions(), Path(folder), lambda rows: None), Path(folder)
            )
        except SheetError as refusal:
            assert str(refusal).endswith(".")


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return data.getvalue()


def inline(*cells: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)


# Not both far to the right and far down: that is the cap's to stop, and would take this process with it.
REFERENCES = st.sampled_from(
    [
        "A2",
        "E2",
        "ZZ9",
        "",
        "A",
        "2",
        "a2",
        "A0",
        "A-1",
        "é2",
        "AAAAAAAAA2",
        "A99999999999",
        "$A$2",
        "A2:B3",
        "R2C1",
    ]
)
NUMBERS = st.sampled_from(
    ["", "0", "1", "-1", "x", "2", "99999999999", "1e5", " 2 ", "2.0", "\u0662", "0x2", "NaN"]
)
VALUES = st.sampled_from(
    [
        "",
        "x",
        "1",
        "-0",
        "1e400",
        "NaN",
        "INF",
        "#N/A",
        "&#0;",
        "&amp;",
        "&bad;",
        "<t/>",
        "0.5",
        "2026-06-01",
        "\ufffe",
    ]
)
KINDS = st.sampled_from(
    ["", ' t="s"', ' t="b"', ' t="e"', ' t="str"', ' t="d"', ' t="n"', ' t="inlineStr"', ' t="?"']
)
CODES = st.text(st.sampled_from('0#?.,%E+-/@;ymdhs[]$"\\_* AP:éGeneral\u0661'), max_size=12)


@st.composite
def cells(draw: st.DrawFn) -> str:
    formula = draw(st.sampled_from(["", "<f>A1</f>", "<f/>", '<f t="shared" si="9"/>', "<f>"]))
    inner = f"{formula}<v>{draw(VALUES)}</v>"
    return f'<c r="{draw(REFERENCES)}" s="{draw(NUMBERS)}"{draw(KINDS)}>{inner}</c>'


@st.composite
def rows(draw: st.DrawFn) -> str:
    hidden = draw(st.sampled_from(["", ' hidden="1"', ' hidden="?"']))
    return f'<row r="{draw(NUMBERS)}"{hidden}>{"".join(draw(st.lists(cells(), max_size=4)))}</row>'


@st.composite
def worksheets(draw: st.DrawFn) -> str:
    reference = draw(REFERENCES)
    merged = "".join(f'<mergeCell ref="{each}"/>' for each in draw(st.lists(REFERENCES, max_size=2)))
    body = (
        f"<row>{inline(*HEADER)}</row><row>{inline(*ROW)}</row>{''.join(draw(st.lists(rows(), max_size=3)))}"
    )
    return (
        f'<worksheet xmlns="{MAIN}"><dimension ref="{reference}"/><sheetData>{body}</sheetData>'
        f"<mergeCells>{merged}</mergeCells></worksheet>"
    )


@st.composite
def workbooks(draw: st.DrawFn) -> bytes:
    """An xlsx workbook of which everything but its frame is drawn."""
    target = draw(
        st.sampled_from(["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "../x.xml", "", "?", "\\x"])
    )
    kind = draw(st.sampled_from([f"{OFFICE}/worksheet", f"{OFFICE}/chartsheet", "x/xlMacrosheet", ""]))
    encoding = draw(st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp1252", "utf-32"]))
    numbered = enumerate(draw(st.lists(CODES, max_size=4)), 164)
    codes = "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in numbered)
    styles = "".join(f'<xf numFmtId="{number}"/>' for number in draw(st.lists(NUMBERS, max_size=4)))
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Orders" '
            f'sheetId="{draw(NUMBERS)}" r:id="{draw(st.sampled_from(["a", "b", ""]))}"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{kind}" '
            f'Target="{target}"/><Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts>'
            f"<cellXfs>{styles}</cellXfs></styleSheet>",
            "xl/worksheets/sheet1.xml": draw(worksheets()).encode(encoding, "replace"),
        }
    )


@given(workbooks())
@settings(max_examples=150)
def test_an_xlsx_workbook(data: bytes) -> None:
    assert_foreseen(data, "o.xlsx")


CSV = f"{','.join(HEADER)}\n{','.join(ROW)}\n"
TABLE = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in (HEADER, ROW))
SS = "urn:schemas-microsoft-com:office:spreadsheet"
XML_ROW = "".join(
    f'<Cell ss:Index="{n}"><Data ss:Type="String">{cell}</Data></Cell>' for n, cell in enumerate(HEADER, 1)
)
ODS = "urn:oasis:names:tc:opendocument:xmlns:"
ODS_CELLS = "".join(
    f'<table:table-cell table:number-columns-repeated="1" table:number-rows-spanned="2" office:value-type="float" '
    f'office:value="1"><text:p>{cell}<text:s text:c="2"/></text:p></table:table-cell>'
    for cell in HEADER
)
CONTENT = (
    f'<office:document-content xmlns:office="{ODS}office:1.0" xmlns:table="{ODS}table:1.0" xmlns:text="{ODS}text:1.0">'
    f'<office:body><office:spreadsheet><table:table table:name="O"><table:table-row table:number-rows-repeated="1">'
    f"{ODS_CELLS}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)
TEXTS: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = {
    "csv": (CSV, bytes),
    "html": (f"<table>{TABLE}</table>", bytes),
    "xml": (
        f'<?xml version="1.0"?><Workbook xmlns="{SS}" xmlns:ss="{SS}"><Worksheet ss:Name="O"><Table>'
        f'<Row ss:Index="1">{XML_ROW}</Row><Row ss:Hidden="1"><Cell ss:MergeDown="1" ss:MergeAcross="1" ss:StyleID="a">'
        '<Data ss:Type="Number">1</Data></Cell></Row></Table></Worksheet></Workbook>',
        bytes,
    ),
    "ods": (
        CONTENT,
        lambda content: zipped({"content.xml": content, "META-INF/manifest.xml": "<manifest/>"}),
    ),
}
AWKWARD = [b'"', b"\r", b"\0", b"\xff\xfe", b"-1", b"9" * 20, b"1.5", b"\xd9\xa2", b"<", b",,,,,,,"]
PIECES = st.one_of(st.binary(max_size=4), st.sampled_from(AWKWARD))


@pytest.mark.parametrize("kind", TEXTS)
@given(
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), PIECES), max_size=6),
    encoded=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252", "cp037"]),
)
@settings(max_examples=80)
def test_a_text_with_pieces_of_it_replaced(
    kind: str, changes: list[tuple[float, int, bytes]], encoded: str
) -> None:
    text, wrap = TEXTS[kind]
    assert_foreseen(wrap(with_changes(text.encode(encoded), changes)), f"o.{kind}")


@pytest.mark.parametrize(
    "value", ["-1", "0", "x", "", "1.5", "99999999999999999999", "\u0662", "\u00b2", " 1 "]
)
@pytest.mark.parametrize("kind", ["xml", "ods", "html"])
def test_every_number_of_a_text_may_be_any_other(kind: str, value: str) -> None:
    text, wrap = TEXTS[kind]
    text = text.replace("<td>", '<td colspan="1" rowspan="1">')
    places = [place for place in range(len(text)) if text.startswith(('="1"', '="2"'), place)]
    for place in places:
        changed = f'{text[:place]}="{value}"{text[place + 4 :]}'
        assert_foreseen(wrap(changed.encode()), f"o.{kind}")


def with_changes(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for share, length, piece in changes:
        place = int(share * len(data))
        data = data[:place] + piece + data[place + length :]
    return data


XLS = xls(
    lines(HEADER, (*ROW[:2], Formatted(1.5), *ROW[3:]), (*ROW[:2], Formula(0x0406, 2.0), *ROW[3:])), "0.00"
)


@given(
    st.lists(st.tuples(st.floats(0.5, 0.8), st.integers(0, 8), st.binary(max_size=8)), min_size=1, max_size=4)
)
@settings(max_examples=150)
def test_an_xls_workbook_with_pieces_of_it_replaced(changes: list[tuple[float, int, bytes]]) -> None:
    assert_foreseen(with_changes(XLS, changes), "o.xls")


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<?xml ", b"\xff\xfe"]),
)
def test_bytes_of_any_kind(data: bytes, beginning: bytes) -> None:
    assert_foreseen(beginning + data, "o.xlsx")


@given(st.text(max_size=20), st.text(max_size=3), st.sampled_from([None, 1, 2, 1 << 40]))
def test_options_of_any_kind(encoding: str, delimiter: str, header_row: int | None) -> None:
    options = ReadOptions(encoding=encoding, delimiter=delimiter, header_row=header_row)
    assert_foreseen(CSV.replace("Ann", "Zoë").encode("cp1252"), "o.csv", options)
