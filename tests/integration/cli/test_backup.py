"""A backup holds every row and file; restored, on whichever database, all counts and checksums are equal."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.base.services.attachments import store_attachment
from tests.integration.cli.conftest import Terminal


def fill(terminal: Terminal) -> None:
    """Make records with all kinds of values, an attached file, a record in the bin, and a number that is used up."""
    with terminal.app.env("admin") as env:
        customers = env["crm.customer"].create([{"name": f"客户 {number}", "notes": "a\n'b'"} for number in range(30)])
        order = env["crm.order"].create(
            {"customer": customers[0], "lines": [{"name": "Tea", "quantity": "2.5", "price": "10.01"}]}
        )
        order.confirm()
        env["crm.point.entry"].create({"customer": customers[0], "points": 2})
        customers[1].delete()
        store_attachment(env, "file.txt", b"content", model="crm.customer", record_id=customers[2].id)
        env["core.parameter"].search([["key", "=", "base.attachment_kinds"]])[0].update(value=["txt", "png"])


def digests(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    # The registry's number grows with the restoring itself.
    return {name: facts for name, facts in manifest["tables"].items() if name != "tangram_registry"}


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    """An installation on an empty database of either engine."""
    folder = tmp_path / "target"
    folder.mkdir()
    terminal = Terminal(folder)
    if request.param == "sqlite":
        terminal.configure(f"sqlite:///{folder}/target.db")
    else:
        make: Callable[..., str] = request.getfixturevalue("create_postgres_database")
        terminal.configure(make())
    yield terminal
    terminal.forget()


@pytest.mark.rows("CORE-50", "CORE-72")
def test_a_backup_restored_on_either_database_is_the_same(terminal: Terminal, target: Terminal, tmp_path: Path) -> None:
    fill(terminal)
    terminal("addons", "disable", "crm_loyalty", "--yes")
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    terminal("backup", str(first))
    target("restore", str(first))
    target("backup", str(second))
    shown = {name: (facts["rows"], facts["sha256"], facts["last_id"]) for name, facts in digests(first).items()}
    again = {name: (facts["rows"], facts["sha256"], facts["last_id"]) for name, facts in digests(second).items()}
    assert shown == again
    assert shown["crm_customer"][0] == 30
    assert json.loads(target("doctor", "--json").stdout) == []
    # Numbers go on behind the last one, the disabled addon comes back with its data, files are there.
    target("shell", "-c", 'assert env["crm.customer"].create({"name": "New"}).id == 31')
    target("addons", "enable", "crm_loyalty")
    assert target("shell", "-c", 'print(sum(c.points for c in env["crm.customer"].search()))').stdout.strip() == "2"
    assert len(list((target.folder / "var" / "attachments").glob("??/*"))) == 1


def test_a_database_in_use_is_not_overwritten(terminal: Terminal, tmp_path: Path) -> None:
    archive = tmp_path / "b.zip"
    terminal("backup", str(archive))
    assert "--force" in terminal("backup", str(archive), code=1).stderr
    terminal("shell", "--commit", "-c", 'env["crm.customer"].create({"name": "Later"})')
    assert "not empty" in terminal("restore", str(archive), code=1).stderr
    assert "Nothing has been changed" in terminal("restore", str(archive), "--force", code=1, input="n\n").stderr
    terminal("restore", str(archive), "--force", "--yes")
    assert terminal("shell", "-c", 'print(env["crm.customer"].count())').stdout.strip() == "0"


def test_a_damaged_backup_changes_nothing(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    archive, damaged = tmp_path / "b.zip", tmp_path / "damaged.zip"
    sqlite_terminal("shell", "--commit", "-c", 'env["crm.customer"].create({"name": "Hai"})')
    sqlite_terminal("backup", str(archive))
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"Hai", b"Hoi") if name == "tables/crm_customer.jsonl" else content)
    sqlite_terminal.forget()
    shutil.rmtree(tmp_path / "var")
    assert "damaged" in sqlite_terminal("restore", str(damaged), code=1).stderr
    assert "is empty" in sqlite_terminal("user", "list", code=1).stderr
    (tmp_path / "text.zip").write_text("no archive")
    assert "damaged" in sqlite_terminal("restore", str(tmp_path / "text.zip"), code=1).stderr


def test_a_backup_of_addons_that_are_not_here_is_refused(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    archive, foreign = tmp_path / "b.zip", tmp_path / "foreign.zip"
    sqlite_terminal("backup", str(archive))
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(foreign, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(
                name, content.replace(b'"crm_loyalty"', b'"crm_foreign"') if name == "manifest.json" else content
            )
    assert "crm_foreign" in sqlite_terminal("restore", str(foreign), "--force", "--yes", code=1).stderr
    sqlite_terminal("user", "list")
