"""``tangram doctor``: an installation is broken in many ways, and each is named with its id and a way to mend it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import sqlalchemy as sa

from core.app import Application
from core.base.services.attachments import store_attachment
from core.cli.checks.files import front_end
from core.jobs import QUEUE_TABLES
from tests.integration.cli.conftest import Terminal


def findings(terminal: Terminal, code: int = 1) -> dict[str, dict[str, str]]:
    terminal.forget()
    found = json.loads(terminal("doctor", "--json", code=code).stdout)
    assert all(each["hint"] for each in found), found
    return {each["id"]: each for each in found}


def execute(app: Application, *statements: str) -> None:
    with app.database().engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def test_a_sound_installation_has_no_findings(terminal: Terminal) -> None:
    assert "Nothing is wrong" in terminal("doctor").stdout


def test_settings_that_are_wrong(sqlite_terminal: Terminal) -> None:
    sqlite_terminal.config.write_text("languag: en\nlog_level: loud\n")
    sqlite_terminal.forget()
    result = sqlite_terminal("doctor", code=1)
    assert result.stdout.count("config.wrong") == 2
    assert 'did you mean "language"?' in result.stdout


def test_no_database_an_empty_one_and_none_that_answers(terminal: Terminal, tmp_path: Path) -> None:
    terminal.configure(f"sqlite:///{tmp_path}/none.db")
    assert "database.missing" in findings(terminal)
    sqlite3.connect(tmp_path / "none.db").execute("CREATE TABLE a (b)")
    assert "database.empty" in findings(terminal)
    terminal.configure("postgresql://nobody@127.0.0.1:1/none")
    assert "database.unreachable" in findings(terminal)


def test_a_schema_that_differs_and_what_nobody_owns(terminal: Terminal, app: Application) -> None:
    execute(
        app,
        "DROP INDEX ix_crm_contact_customer_id",
        "ALTER TABLE crm_contact ADD COLUMN stray INTEGER",
        "CREATE TABLE stray (id INTEGER PRIMARY KEY)",
    )
    found = findings(terminal)
    assert found["schema.differs"]["place"] == "crm_contact.ix_crm_contact_customer_id"
    assert found["schema.orphan_column"]["place"] == "crm_contact.stray"
    assert found["schema.orphan_table"]["place"] == "stray"


def test_tables_of_the_queue_of_jobs_are_no_orphans(terminal: Terminal, app: Application) -> None:
    execute(app, *(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY)" for name in sorted(QUEUE_TABLES)))
    assert findings(terminal, code=0) == {}


def test_tables_of_a_disabled_addon_are_no_orphans(terminal: Terminal) -> None:
    terminal("addons", "disable", "crm_loyalty", "--yes")
    assert findings(terminal, code=0) == {}


def test_a_broken_addon_and_a_wrong_folder(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/var/tangram.db"
    folder = tmp_path / "more" / "crm_extra"
    (folder / "models").mkdir(parents=True)
    (folder / "manifest.yaml").write_text("title: Extra\nversion: 1.0.0\n")
    (folder / "__init__.py").write_text('"""Extra."""\n')
    sqlite_terminal.configure(url, addons_path=["more", "nowhere"])
    sqlite_terminal("addons", "enable", "crm_extra")
    (folder / "models" / "thing.py").write_text("import nothing_of_this_name\n")
    found = findings(sqlite_terminal)
    assert "thing.py:1" in found["addon.broken"]["place"]
    assert "nowhere" in found["addons_path.wrong"]["place"]


def test_a_view_that_names_a_field_that_is_not_there(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "more" / "crm_extra"
    (folder / "views").mkdir(parents=True)
    (folder / "manifest.yaml").write_text("title: Extra\nversion: 1.0.0\ndepends: [crm_base]\n")
    (folder / "views" / "a.yaml").write_text(
        "views:\n  - {id: crm_extra.list, type: list, model: crm.customer, columns: [nmae]}\n"
    )
    sqlite_terminal.configure(f"sqlite:///{tmp_path}/var/tangram.db", addons_path=["more"])
    sqlite_terminal("addons", "enable", "crm_extra")
    found = json.loads(sqlite_terminal("doctor", "--json").stdout)
    fault = next(each for each in found if each["id"] == "view.fault")
    assert "a.yaml:2" in fault["place"]
    assert "name" in fault["hint"]


def test_files_of_another_version(sqlite_terminal: Terminal) -> None:
    sqlite_terminal("shell", "--commit", "-c", _SET_VERSION % "0.9.0")
    assert "addon.upgrade" in findings(sqlite_terminal, code=0)
    sqlite_terminal("shell", "--commit", "-c", _SET_VERSION % "9.0.0")
    assert "addon.older" in findings(sqlite_terminal)


_SET_VERSION = """
from dataclasses import replace
from core.orm import bookkeeping
state = bookkeeping.addon_states(env.connection)["crm_sales"]
bookkeeping.write_addon(env.connection, replace(state, version="%s"))
"""


def test_an_attached_file_that_is_gone_or_cut_off(terminal: Terminal, app: Application) -> None:
    with app.env("admin") as env:
        store_attachment(env, "a.txt", b"first content")
        store_attachment(env, "b.txt", b"second content")
    paths = sorted((terminal.folder / "var" / "attachments").glob("??/*"))
    paths[0].unlink()
    paths[1].write_bytes(b"cut")
    assert {"attachment.missing", "attachment.size"} <= findings(terminal).keys()


def test_nobody_who_can_administer(terminal: Terminal, app: Application) -> None:
    execute(app, "UPDATE core_user SET password_hash = NULL")
    assert "tangram user" in findings(terminal)["admin.missing"]["hint"]


def test_jobs_that_wait_are_lost_or_failed(terminal: Terminal, app: Application) -> None:
    old = app.clock().replace(year=2020)
    with app.env() as env:
        for state, lease in (("queued", None), ("running", old), ("failed", None)):
            env["core.job"].create({"name": "base.any", "state": state, "run_at": old, "lease_until": lease})
    assert {"jobs.stuck", "jobs.lost", "jobs.failed"} <= findings(terminal, code=0).keys()


def test_a_key_that_others_may_read(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    key = tmp_path / "var" / "secret.key"
    key.write_text("secret")
    key.chmod(0o644)
    assert "644" in findings(sqlite_terminal)["secret_key.mode"]["message"]
    key.chmod(0o600)
    assert findings(sqlite_terminal, code=0) == {}


def test_a_damaged_file_and_dangling_references(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "var" / "tangram.db")
    connection.execute("UPDATE core_user SET company_id = 4711 WHERE login = 'admin'")
    connection.commit()
    connection.close()
    assert "core_user" in findings(sqlite_terminal)["sqlite.foreign_key"]["place"]


def test_records_from_the_future(terminal: Terminal, app: Application) -> None:
    with app.env() as env:
        table = env.registry["core.user"].table
        env.connection.execute(table.update().values(updated_at=app.clock().replace(year=2199)))
    assert "clock.behind" in findings(terminal, code=0)


def test_a_language_without_translation(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    sqlite_terminal.configure(f"sqlite:///{tmp_path}/var/tangram.db", language="de")
    assert "translation.missing" in findings(sqlite_terminal, code=0)


def test_scripts_and_fonts_that_were_never_fetched(tmp_path: Path) -> None:
    (finding,) = front_end(tmp_path)
    assert (finding.id, finding.level, finding.place) == ("front_end.missing", "error", str(tmp_path))
    assert "make setup" in str(finding.hint)
    assert not list(front_end())
