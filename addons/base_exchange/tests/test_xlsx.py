"""What a table becomes as XLSX."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from addons.base_exchange.services.exporting import workbook, xlsx
from addons.base_exchange.services.exporting.xlsx import XLSX
from core.api import CoreError, Sheet, SheetColumn

MANY = xlsx.SHORT + 1234


def columns(*kinds: str) -> list[SheetColumn]:
    return [SheetColumn(f"C{place}", kind, 3 if kind == "decimal" else None) for place, kind in enumerate(kinds)]


def read(content: bytes) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def part(content: bytes, name: str) -> str:
    with ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def test_cells_have_types() -> None:
    day, moment = dt.date(2026, 11, 26), dt.datetime(2026, 11, 26, 9, 30, 15)
    row = ["青岛", Decimal("1234.5"), 7, day, moment, Decimal("1.25"), None]
    content = XLSX.write(
        Sheet("订单", columns("char", "money", "integer", "date", "datetime", "decimal", "char"), [row])
    )
    assert read(content)[0][1] == ["青岛", 1234.5, 7, day, moment, 1.25, ""]
    styles = part(content, "xl/styles.xml")
    assert all(code in styles for code in ("#,##0.000", "yyyy-mm-dd hh:mm:ss", '"#,##0.00"'))


def test_texts_that_look_like_formulas_or_addresses_are_texts() -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://example.com", "00123"]
    content = XLSX.write(Sheet("x", columns("char"), [[text] for text in texts]))
    assert [row[0] for row in read(content)[0][1:]] == texts
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_what_a_spreadsheet_would_change_becomes_a_text() -> None:
    values = [2**60, Decimal("12345678901234.567"), float("inf"), dt.date(1800, 1, 1), "a\x00b"]
    content = XLSX.write(Sheet("x", columns("integer"), [[value] for value in values]))
    found = [row[0] for row in read(content)[0][1:]]
    assert found[:4] == ["1152921504606846976", "12345678901234.567", "inf", "1800-01-01"]
    assert found[4].startswith("a")


def test_the_heading_is_bold_stays_and_filters() -> None:
    content = XLSX.write(Sheet("x", columns("char", "money"), [["a", 1], ["b", 2]]))
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:B3"' in sheet
    assert "<b/>" in part(content, "xl/styles.xml")


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    first, second = read(XLSX.write(Sheet("[a]", columns("integer"), [[1], [2], [3]])))
    assert (first[1:], second) == ([[1], [2]], [["C0"], [3]])


def test_an_empty_table_is_a_file() -> None:
    assert read(XLSX.write(Sheet("", [], [])))[0] == []


def long_table() -> Iterator[list[Any]]:
    day = dt.date(2026, 11, 26)
    return ([f"客户 {number}", Decimal(number) / 4, number, day, None] for number in range(MANY))


def sheet_of(rows: Any) -> Sheet:
    return Sheet("客户", columns("char", "money", "integer", "date", "char"), rows)


def test_a_long_table_written_elsewhere_is_the_file_a_short_one_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml")
    elsewhere = XLSX.write(sheet_of(long_table()))
    monkeypatch.setattr(xlsx, "SHORT", MANY)
    here = XLSX.write(sheet_of(long_table()))
    assert [part(elsewhere, name) for name in names] == [part(here, name) for name in names]
    assert len(read(elsewhere)[0]) == 1 + MANY


def test_a_writer_that_fails_is_told_and_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit(3)")
    monkeypatch.setattr(xlsx, "_PROGRAM", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(CoreError) as refused:
        XLSX.write(sheet_of(long_table()))
    assert refused.value.code == "export.write"
    assert list(tmp_path.iterdir()) == [broken]


def test_rows_that_break_off_break_off_the_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rows() -> Iterator[list[Any]]:
        yield from long_table()
        raise RuntimeError("cancelled")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(RuntimeError, match="cancelled"):
        XLSX.write(sheet_of(rows()))
    assert list(tmp_path.iterdir()) == []
