"""``tangram user``: users, passwords and keys."""

from __future__ import annotations

from core.app import Application
from core.base.services.authentication import authenticate, verify_key
from tests.integration.cli.conftest import PASSWORD, Terminal


def test_a_key_is_all_that_is_printed_and_works(terminal: Terminal, app: Application) -> None:
    result = terminal("user", "key", "admin")
    key = result.stdout.removesuffix("\n")
    assert key.startswith("tg_")
    assert "\n" not in key
    assert result.stderr == ""
    with app.env() as env:
        uid = verify_key(env, key)
        assert uid is not None
        assert env["core.user"].get(uid).login == "admin"


def test_add_list_and_password(terminal: Terminal, app: Application) -> None:
    first = terminal("user", "add", "li", "--name", "Li", "--group", "crm_base.salesperson").stdout.strip()
    assert "crm_base.salesperson" in terminal("user", "list").stdout
    with app.env() as env:
        assert authenticate(env, "li", first).user_id is not None
    new = terminal("user", "password", "li", "--random").stdout.strip()
    terminal("user", "password", "admin", "--password", "another password")
    with app.env() as env:
        assert authenticate(env, "li", first).user_id is None
        assert authenticate(env, "li", new).user_id is not None
        assert authenticate(env, "admin", PASSWORD).user_id is None


def test_a_password_may_be_typed(sqlite_terminal: Terminal) -> None:
    sqlite_terminal("user", "password", "admin", input="typed password\ntyped password\n")


def test_wrong_names_propose_the_nearest_and_change_nothing(terminal: Terminal) -> None:
    assert 'did you mean "admin"?' in terminal("user", "key", "admni", code=1).stderr
    result = terminal("user", "add", "li", "--name", "Li", "--group", "crm_base.salesman", code=1)
    assert "crm_base.salesperson" in result.stderr
    assert "Li" not in terminal("user", "list", "--all").stdout
    assert "characters" in terminal("user", "add", "li", "--name", "Li", "--password", "x", code=1).stderr
    assert "Li" not in terminal("user", "list", "--all").stdout
