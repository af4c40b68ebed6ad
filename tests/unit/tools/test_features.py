"""The page of features reads the rows that tests name from their text."""

from pathlib import Path

import pytest

from tools.reference import features
from tools.reference.features import ROWS, catalogue, features_page, marked_rows


def test_marks_are_read_wherever_they_stand():
    source = """
import pytest
pytestmark = [pytest.mark.rows("BASE-01")]

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.rows("BASE-02"))])
@pytest.mark.rows("BASE-03", *("BASE-04",))
def test_it(x):
    table.rows("BASE-05")
"""
    assert sorted(marked_rows(source)) == ["BASE-01", "BASE-02", "BASE-03", "BASE-04"]


def test_the_catalogue_has_every_row_once_in_order():
    ids = [row.id for row in catalogue()]
    assert len(ids) == len(set(ids)) == 470
    by_prefix: dict[str, list[int]] = {}
    for each in ids:
        prefix, number = each.split("-")
        by_prefix.setdefault(prefix, []).append(int(number))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_prefix.values())
    assert ROWS.read_text(encoding="utf-8").isascii()


def test_no_test_names_a_row_that_is_not_there():
    assert set(features.tests_by_row()) <= {row.id for row in catalogue()}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in {
        "addons/crm_price/models/floor.py": '"""The floor (PRICE-01)."""',
        "addons/crm_price/tests/test_floor.py": 'import pytest\n\n@pytest.mark.rows("PRICE-01")\ndef test_floor(): ...\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_row_shows_its_code_and_tests_and_a_dash_where_there_are_none(tree: Path):
    lines = features_page(tree).splitlines()
    row = next(line for line in lines if line.startswith("| PRICE-01 "))
    assert row.endswith("| `addons/crm_price/models/floor.py` | `addons/crm_price/tests/test_floor.py` |")
    assert next(line for line in lines if line.startswith("| PRICE-02 ")).endswith("| — | — |")
    assert "| `crm_price` | 1 | 11 |" in lines
