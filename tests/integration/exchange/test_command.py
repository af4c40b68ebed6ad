"""``tangram import`` with base_exchange: spreadsheets, headings in any language, mapping files, wrong rows as a file."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from addons.base_exchange.tests.sheets import xlsx
from core.app import Application
from core.data.fileimport import FileImport, FileImported
from core.errors import CoreError, UnknownFieldError, ValidationError


@pytest.fixture
def command(env: Any, tmp_path: Path) -> Callable[..., FileImported]:
    """``command(content, **options)`` is what the command line asks the addon."""

    def run(content: bytes | str, **options: Any) -> FileImported:
        path = tmp_path / "list.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        found = env.registry.hooks.import_file(env, FileImport(path, "acme.asset", **options))
        assert found is not None
        return found

    return run


def test_a_spreadsheet_with_chinese_headings_comes_in_and_can_be_undone(env: Any, command: Any) -> None:
    content = xlsx([["资产名称", "购买日期"], ["甲", datetime.date(2026, 1, 2)], ["乙", None]])
    assert command(content) == FileImported(2, 0)
    assert env["acme.asset"].search([["name", "=", "甲"]])[0].bought_on == datetime.date(2026, 1, 2)
    assert env["base.import"].search([["model", "=", "acme.asset"]])[0].state == "done"


def test_what_is_exported_comes_back_by_its_ids(env: Any, command: Any) -> None:
    one = env["acme.asset"].create({"name": "甲", "code": "2", "price": 5})
    two = env["acme.asset"].create({"name": "乙", "code": "1", "parent": one})
    # The id of the parent counts, not the thing that has this number as its code.
    text = f"id,name,parent,price,created_at\n{two.id},乙乙,{one.id},7.50,2026-01-01\n"
    assert command(text, key="id") == FileImported(0, 1)
    assert (two.name, two.parent, str(two.price)) == ("乙乙", one, "7.50")


def test_a_mapping_file_says_which_column_is_which_field(env: Any, command: Any) -> None:
    mapping = {
        "columns": {
            "品名": "name",
            "分组": {"field": "department", "create": True},
            "类": {"field": "kind", "replace": {"机": "machine"}},
            "备注": None,
        },
        "key": "name",
        "date_order": "dmy",
    }
    text = "品名;分组;类;备注;bought_on\n甲;新组;机;x;03/04/2026\n"
    assert command(text, mapping=mapping) == FileImported(1, 0)
    found = env["acme.asset"].search()[0]
    assert (found.kind, found.department.name, found.bought_on) == ("machine", "新组", datetime.date(2026, 4, 3))
    for wrong in (
        {"colums": {}},
        {"columns": {"品": "name"}},
        {"columns": {"品名": {"filed": "name"}}},
        {"existing": "kill"},
    ):
        with pytest.raises(ValidationError):
            command(text, mapping={**mapping, **wrong})


def test_wrong_rows_are_told_with_their_place_or_written_to_a_file(env: Any, command: Any, tmp_path: Path) -> None:
    text = "name,price\n甲,1\n乙,x\n,3\n"
    with pytest.raises(CoreError) as error:
        command(text)
    assert [fault.where.line for fault in error.value.faults] == [3, 4]
    assert env["acme.asset"].count() == 0
    bad = tmp_path / "bad.csv"
    assert command(text, bad_rows=bad) == FileImported(1, 0, wrong=2)
    assert bad.read_text("utf-8-sig").splitlines()[1].startswith("乙,x,")


def test_a_heading_that_means_nothing_is_refused_with_the_nearest_field(command: Any) -> None:
    with pytest.raises(UnknownFieldError, match="weight"):
        command("name,wieght\n甲,1\n")


def test_who_may_not_import_does_not(env: Any, as_user: Any, tmp_path: Path, app: Application) -> None:
    reader = as_user("zhao", "acme_assets.reader")
    path = tmp_path / "list.csv"
    path.write_text("name\n甲\n", encoding="utf-8")
    with pytest.raises(CoreError, match="may not"):
        reader.registry.hooks.import_file(reader, FileImport(path, "acme.asset"))
