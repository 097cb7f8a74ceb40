"""Text from strangers comes out of the report as the same text, read by openpyxl and by calamine."""

import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import python_calamine
from openpyxl.utils.escape import unescape

from batch_orders.core.model import Problem, Severity
from batch_orders.core.results import BatchResult, OrderResult, Status
from batch_orders.core.stops import Stop, StopReason
from batch_orders.core.workbooks import ROWS_HEADERS
from batch_orders.report import write_report
from batch_orders.report.columns import MOST_OWN_COLUMNS
from tests.corpus import corpus_texts, needs_corpus
from tests.report_parts import (
    HEADERS,
    START,
    lines_of,
    make_lines,
    make_order,
    make_result,
    make_worksheet,
    read_report,
)

ODD_TEXTS = (
    "_x0041_",
    "_x005F_x0041_",
    "_x0041_x0042_",
    "_x2028_",
    "\x00",
    "a\x01b\x1f",
    "a\rb",
    "a\r\nb\nc",
    " lead and trail ",
    "\ttab",
    "\n",
    "#N/A",
    "#DIV/0!",
    "=1+1",
    "=",
    "+1",
    "-1",
    "@SUM(1)",
    "00123",
    "1e5",
    "TRUE",
    "2026-01-01",
    "NA",
    "nan",
    "http://acmemail.com",
    "mailto:a@b.com",
    "\U0001d518\U0001d52b\U0001d526",
    "<b>&amp;</b>]]>",
    "{=1}",
)


SOURCES = pytest.mark.parametrize(
    "texts_of", [lambda: ODD_TEXTS, pytest.param(corpus_texts, marks=needs_corpus)], ids=["own", "corpus"]
)


def result_of_texts(texts: Sequence[str]) -> BatchResult:
    """Every text in every place that a sheet or the vendor can put text into."""
    lines = [(text,) * len(HEADERS) for text in texts]
    orders = [
        OrderResult(t, Status.REJECTED, (n,), t, t, (t,), t, t, t, 1, START, t) for n, t in enumerate(texts)
    ]
    problems = [Problem(Severity.ERROR, t, n + 2, t, t, t, t, t) for n, t in enumerate(texts)]
    reasons = dict(enumerate(texts))
    return make_result(
        [make_worksheet(lines)],
        orders,
        problems,
        row_problems=reasons,
        remarks=tuple(texts),
        stop=Stop(StopReason.OTHER, texts[0]),
    )


PLACE = r"'(Orders|Rows)'!A\d+"
TEXT_COLUMNS = {
    "Orders": (1, 4, 5, 7, 8, 9, 10, 14),
    "Rows": (1, 2, 5, 6, 7, 8, 9, 10),
    "Problems": (3, 4, 5, 6, 7, 8),
}


@pytest.mark.long
@SOURCES
def test_every_text_comes_out_as_the_same_text(tmp_path: Path, texts_of: Callable[[], Sequence[str]]) -> None:
    texts = texts_of()
    path = tmp_path / "r.xlsx"
    write_report(result_of_texts(texts), path)
    strict, lenient = read_report(path), python_calamine.load_workbook(path)
    # calamine leaves the escapes of U+FFFE and U+FFFF alone; Excel and LibreOffice know them.
    expected = ["_xFFFE_" if text == "\ufffe" else text for text in texts]
    for name, columns in TEXT_COLUMNS.items():
        # Behind the sheet's own problems stand those that tell of refused orders.
        own = slice(1, 1 + len(texts))
        by_calamine = lenient.get_sheet_by_name(name).to_python(skip_empty_area=False)[own]
        by_openpyxl = lines_of(strict[name])[own]
        for column in columns:
            assert [line[column] for line in by_calamine] == expected
            assert [unescape(line[column] or "") for line in by_openpyxl] == list(texts)


@pytest.mark.long
@SOURCES
def test_no_cell_is_a_formula_or_an_error_and_no_link_leads_outside(
    tmp_path: Path, texts_of: Callable[[], Sequence[str]]
) -> None:
    texts = texts_of()
    write_report(result_of_texts(texts), tmp_path / "r.xlsx")
    for worksheet in read_report(tmp_path / "r.xlsx"):
        cells = [cell for line in worksheet.iter_rows() for cell in line if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        links = [cell.hyperlink for cell in cells if cell.hyperlink]
        assert all(link.target is None and re.fullmatch(PLACE, str(link.location)) for link in links)
        assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "+", "-", "@")))
    with zipfile.ZipFile(tmp_path / "r.xlsx") as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "sheets/" in name)


@pytest.mark.parametrize("text", ["a\ud800b", "\udfff"])
def test_a_lone_surrogate_becomes_the_replacement_character(tmp_path: Path, text: str) -> None:
    order = make_order(0, message=text)
    write_report(make_result([make_worksheet(make_lines(2))], [order, make_order(1)]), tmp_path / "r.xlsx")
    lines = lines_of(read_report(tmp_path / "r.xlsx")["Orders"])
    assert lines[1][5] == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert lines[2][1] == "shop-1.com"


@pytest.mark.parametrize(
    "text", ["x" * 40_000, "\x01" * 40_000, "\U0001d518" * 40_000, "x" * 32_765 + "\x01\x01"]
)
def test_text_longer_than_a_cell_is_cut_and_says_so(tmp_path: Path, text: str) -> None:
    order = make_order(0, message=text)
    write_report(make_result([make_worksheet(make_lines(1))], [order]), tmp_path / "r.xlsx")
    stored = lines_of(read_report(tmp_path / "r.xlsx")["Orders"])[1][5]
    assert len(stored.encode("utf-16-le")) // 2 <= 32_767
    shown = unescape(stored)
    assert shown.endswith("…")
    assert text.startswith(shown[:-1])
    assert len(shown) > 4_000


def test_text_that_just_fits_is_not_cut(tmp_path: Path) -> None:
    order = make_order(0, message="x" * 32_767)
    write_report(make_result([make_worksheet(make_lines(1))], [order]), tmp_path / "r.xlsx")
    assert lines_of(read_report(tmp_path / "r.xlsx")["Orders"])[1][5] == "x" * 32_767


def test_more_columns_than_a_worksheet_holds_leave_room_for_the_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(ROWS_HEADERS) + MOST_OWN_COLUMNS == 16_384
    monkeypatch.setattr("batch_orders.report.columns.MOST_OWN_COLUMNS", 40 - len(ROWS_HEADERS))
    headers = tuple(f"h{n}" for n in range(50))
    worksheet = make_worksheet([tuple("x" for _ in headers)], headers=headers, fields={})
    write_report(make_result([worksheet]), tmp_path / "r.xlsx")
    rows = python_calamine.load_workbook(tmp_path / "r.xlsx").get_sheet_by_name("Rows").to_python()
    assert len(rows[0]) == 40
    assert rows[0][:6] == ["Status", "Order ID", "Reason", "Suggestion", "Row in your sheet", "h0"]
