"""``tangram addons``: list, plan, and changes that can be taken back."""

from __future__ import annotations

from pathlib import Path

from tests.integration.cli.conftest import Terminal


def states(terminal: Terminal) -> dict[str, str]:
    rows = [line.split() for line in terminal("addons", "list").stdout.splitlines()[1:]]
    return {row[0]: row[1] for row in rows if len(row) > 1 and row[0].startswith(("crm_", "base"))}


def test_a_plan_names_tables_and_rows_and_changes_nothing(terminal: Terminal) -> None:
    before = states(terminal)
    result = terminal("addons", "plan", "--to", "remove", "--cascade", "crm_sales")
    assert "crm_loyalty (along)" in result.stdout
    assert "crm_order" in result.stdout
    assert states(terminal) == before


def test_what_others_need_is_refused_without_cascade(terminal: Terminal) -> None:
    result = terminal("addons", "disable", "crm_sales", "--yes", code=1)
    assert "crm_loyalty" in result.stderr
    assert states(terminal)["crm_sales"] == "enabled"


def test_disable_and_enable(terminal: Terminal) -> None:
    terminal("addons", "disable", "crm_sales", "--cascade", "--yes")
    assert states(terminal)["crm_loyalty"] == "disabled"
    terminal("addons", "enable", "crm_loyalty")
    assert states(terminal)["crm_sales"] == "enabled"
    assert "Nothing to do" in terminal("addons", "enable", "crm_loyalty", "--yes").stderr


def test_remove_asks_first_and_restore_brings_everything_back(terminal: Terminal, tmp_path: Path) -> None:
    terminal("shell", "--commit", "-c", 'env["crm.customer"].create({"name": "Hai"})')
    make = 'env["crm.point.entry"].create({"customer": env["crm.customer"].search()[0], "points": 7})'
    terminal("shell", "--commit", "-c", make)
    assert "Nothing has been changed" in terminal("addons", "remove", "crm_loyalty", code=1, input="n\n").stderr
    archive = terminal("addons", "remove", "crm_loyalty", "--yes").stdout.strip()
    assert Path(archive).is_file()
    assert "crm_loyalty" not in states(terminal) or states(terminal)["crm_loyalty"] != "enabled"
    terminal("addons", "restore", "crm_loyalty", "--yes")
    assert terminal("shell", "-c", 'print(env["crm.customer"].search()[0].points)').stdout.strip() == "7"


def test_a_script_disables_and_removes_without_being_asked(sqlite_terminal: Terminal) -> None:
    sqlite_terminal("addons", "disable", "crm_loyalty")
    assert states(sqlite_terminal)["crm_loyalty"] == "disabled"
    assert Path(sqlite_terminal("addons", "remove", "crm_loyalty").stdout.splitlines()[-1]).is_file()


def test_an_unknown_addon_proposes_the_nearest(sqlite_terminal: Terminal) -> None:
    assert 'did you mean "crm_sales"?' in sqlite_terminal("addons", "enable", "crm_slaes", code=1).stderr
    assert "no export" in sqlite_terminal("addons", "restore", "crm_slaes", code=1).stderr


def test_a_broken_addon_is_listed_with_its_error(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "more" / "crm_bad"
    folder.mkdir(parents=True)
    (folder / "manifest.yaml").write_text("title: Bad\nversion: 1\ncolour: red\n")
    sqlite_terminal.configure(f"sqlite:///{tmp_path}/var/tangram.db", addons_path=["more"])
    result = sqlite_terminal("addons", "list")
    assert "manifest.yaml:3" in result.stdout
    assert states(sqlite_terminal)["crm_bad"] == "broken"
