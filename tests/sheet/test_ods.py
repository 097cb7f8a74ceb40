"""ods workbooks: positions, spans, formulas, and what is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from batch_orders.errors import SheetError
from tests.sheet.made import HEADER, ROW, Read, found, rows_of

ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">
<office:automatic-styles><style:style style:name="hidden" style:family="table">
<style:table-properties table:display="false"/></style:style>
</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>
</office:document-content>"""


def ods(tables: str, manifest: str = "", template: str = ODS) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", template.format(tables=tables))
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return data.getvalue()


def ods_cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def ods_row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def ods_table(*rows: str, attributes: str = 'table:name="Orders"') -> str:
    return f"<table:table {attributes}>{''.join(rows)}</table:table>"


BLANK = "<table:table-cell/>"
COVERED = "<table:covered-table-cell/>"


def test_ods_is_read_with_true_positions(read: Read) -> None:
    rows = (
        ods_row(BLANK, attributes='table:number-rows-repeated="2"'),
        ods_row(BLANK, *map(ods_cell, HEADER)),
        ods_row(
            BLANK,
            ods_cell("acmemail.com", 'table:number-rows-spanned="2"'),
            ods_cell("a<text:s text:c='2'/>b<text:line-break/>c"),
            ods_cell("001", 'office:value-type="float" office:value="1"'),
            ods_cell("#N/A", 'table:formula="of:=NA()"'),
            '<table:table-cell office:value-type="float" office:value="2.0"/>',
        ),
        ods_row(
            BLANK,
            COVERED,
            ods_cell("x", 'table:number-columns-repeated="4"'),
            attributes='table:visibility="filter"',
        ),
        ods_row(BLANK, attributes='table:number-rows-repeated="1048570"'),
    )
    old = ods_table(ods_row(ods_cell("x")), attributes='table:name="Old" table:style-name="hidden"')
    sheet = read(ods(ods_table(*rows) + old), "orders.ods")
    assert rows_of(sheet) == {
        4: ["acmemail.com", "a  b\nc", "001", "#N/A", "2"],
        5: ["acmemail.com", "x", "x", "x", "x"],
    }
    assert found(sheet) == [
        ("worksheet-hidden", None, ""),
        ("error-value", 4, "Forwarding domain"),
        ("hidden-rows", None, ""),
    ]


def test_an_ods_formula_without_value_is_a_problem(read: Read) -> None:
    row = ods_row(*map(ods_cell, ROW[:4]), '<table:table-cell table:formula="of:=A1"/>')
    assert found(read(ods(ods_table(ods_row(*map(ods_cell, HEADER)), row)), "o.ods")) == [
        ("formula-without-value", 2, "Contact")
    ]


def test_an_ods_that_claims_too_many_cells_is_refused(read: Read) -> None:
    row = ods_row(ods_cell("x"), attributes='table:number-rows-repeated="999999999"')
    with pytest.raises(SheetError, match="more cells"):
        read(ods(ods_table(row)), "orders.ods")


def test_an_encrypted_ods_is_refused_in_clear_words(read: Read) -> None:
    with pytest.raises(SheetError, match="password-protected"):
        read(ods("", "<encryption-data/>"), "orders.ods")
