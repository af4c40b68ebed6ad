"""``tangram export`` and ``tangram import``: what goes out comes back the same; wrong lines are told, and nothing is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Terminal


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


CUSTOMERS = 'name,owner.login,level,notes\n=SUM(A1),admin,crm_base.level_vip,\n深海科技,,,"two\nlines"\n\'quoted,,,x\n'


@pytest.fixture
def filled(terminal: Terminal) -> Terminal:
    terminal("import", write(terminal.folder / "in.csv", CUSTOMERS), "--model", "crm.customer")
    return terminal


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_what_is_exported_is_imported_the_same(filled: Terminal, ending: str) -> None:
    path, again = filled.folder / f"out.{ending}", filled.folder / f"again.{ending}"
    fields = "id,name,owner,level,notes,phone,active,number"
    filled("export", "crm.customer", "--fields", fields, "-o", str(path))
    assert "3 records" in filled("import", str(path), "--model", "crm.customer", "--key", "id").stderr.replace(
        " were updated", " records"
    )
    filled("export", "crm.customer", "--fields", fields, "-o", str(again))
    assert path.read_bytes() == again.read_bytes()


def test_texts_that_a_spreadsheet_would_run_are_marked(filled: Terminal) -> None:
    text = filled("export", "crm.customer", "--fields", "name").stdout
    assert "'=SUM(A1)" in text
    assert (
        filled(
            "export", "crm.customer", "--domain", '[["name", "=", "=SUM(A1)"]]', "--format", "jsonl", "--fields", "name"
        ).stdout
        == '{"name":"=SUM(A1)"}\n'
    )


def test_relations_are_found_by_external_id_and_by_a_field(filled: Terminal) -> None:
    text = filled("export", "crm.customer", "--fields", "owner.login,level.code,name", "--format", "jsonl").stdout
    first = json.loads(text.splitlines()[0])
    assert first["owner.login"] == "admin"
    assert first["level.code"]


def test_all_wrong_lines_are_told_and_nothing_is_kept(terminal: Terminal) -> None:
    path = write(terminal.folder / "bad.csv", "name,owner.login\nGood,admin\n,admin\nOther,nobody\n")
    result = terminal("import", path, "--model", "crm.customer", code=1)
    assert "bad.csv:3" in result.stderr
    assert "bad.csv:4" in result.stderr
    assert "0 records" in terminal("export", "crm.customer", "-o", str(terminal.folder / "none.csv")).stderr


def test_a_dry_run_keeps_nothing(terminal: Terminal) -> None:
    path = write(terminal.folder / "in.csv", CUSTOMERS)
    assert "3 records would be created" in terminal("import", path, "--model", "crm.customer", "--dry-run").stderr
    assert "0 records" in terminal("export", "crm.customer", "-o", str(terminal.folder / "none.csv")).stderr


def test_unknown_names_are_told_with_the_nearest(sqlite_terminal: Terminal) -> None:
    path = write(sqlite_terminal.folder / "in.csv", "nmae\nx\n")
    assert 'did you mean "name"?' in sqlite_terminal("import", path, "--model", "crm.customer", code=1).stderr
    assert "crm.customer" in sqlite_terminal("import", path, "--model", "crm.customre", code=1).stderr
    assert "JSON" in sqlite_terminal("export", "crm.customer", "--domain", "[[", code=1).stderr
    write(sqlite_terminal.folder / "in.jsonl", '{"name": "a"}\nnothing\n[1]\n')
    result = sqlite_terminal("import", str(sqlite_terminal.folder / "in.jsonl"), "--model", "crm.customer", code=1)
    assert "in.jsonl:2" in result.stderr
    assert "in.jsonl:3" in result.stderr


@pytest.mark.rows("CORE-30")
def test_who_may_not_export_does_not(terminal: Terminal) -> None:
    terminal("user", "add", "li", "--name", "Li", "--password", "long enough")
    assert "Error" in terminal("export", "crm.customer", "--user", "li", code=1).stderr


@pytest.mark.rows("CORE-69")
def test_each_record_exported_is_in_the_operation_log(filled: Terminal) -> None:
    filled("export", "crm.customer", "--fields", "name", "--user", "admin")
    with filled.app.env() as env:
        ids = env["crm.customer"].search().ids
        log = env["core.history"].read([["operation", "=", "exported"]], ["model", "record_id", "user.login"])
    assert len(ids) > 1
    assert {(row["model"], row["record_id"], row["user.login"]) for row in log} == {
        ("crm.customer", number, "admin") for number in ids
    }
    assert len(log) == len(ids)


def test_a_key_updates_what_is_there_and_creates_the_rest(filled: Terminal) -> None:
    path = write(filled.folder / "up.csv", "name,phone\n深海科技,123\nNew one,456\n")
    assert (
        "1 records were created, 1 were updated"
        in filled("import", path, "--model", "crm.customer", "--key", "name").stderr
    )
    text = filled("export", "crm.customer", "--fields", "name,phone").stdout
    assert "深海科技,123" in text


def test_spreadsheets_and_mappings_need_the_addon_that_reads_them(sqlite_terminal: Terminal) -> None:
    path = write(sqlite_terminal.folder / "in.xlsx", "PK")
    mapping = write(sqlite_terminal.folder / "map.yaml", "columns: {a: name}\n")
    rows = write(sqlite_terminal.folder / "in.csv", "name\nx\n")
    for words in ([path], [rows, "--mapping", mapping], [rows, "--bad-rows", str(sqlite_terminal.folder / "bad.csv")]):
        result = sqlite_terminal("import", *words, "--model", "crm.customer", code=1)
        assert "base_exchange" in result.stderr
    lists = write(sqlite_terminal.folder / "list.yaml", "[1]\n")
    assert "mapping" in sqlite_terminal("import", rows, "--model", "crm.customer", "--mapping", lists, code=1).stderr
