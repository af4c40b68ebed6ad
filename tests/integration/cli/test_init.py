"""``tangram init`` makes an installation once; a second call changes nothing."""

from __future__ import annotations

import json

from core.base.services.passwords import verify_password
from core.cli.demo import DEMO_PASSWORD
from tests.integration.cli.conftest import Terminal


def admin(terminal: Terminal) -> tuple[str, bool]:
    with terminal.app.env("admin") as env:
        return env.user.password_hash, env.user.must_change_password


def test_a_random_password_is_printed_once_and_must_be_changed(empty: Terminal) -> None:
    result = empty("init")
    password = result.stdout.partition("Password: ")[2].strip()
    hashed, must_change = admin(empty)
    assert verify_password(hashed, password)
    assert must_change
    assert "Installed: base, crm_base" in result.stdout
    again = empty("init")
    assert "already" in again.stderr
    assert again.stdout == ""
    assert admin(empty)[0] == hashed
    assert json.loads(empty("doctor", "--json").stdout) == []


def test_demo_loads_records_and_prints_logins_that_work(empty: Terminal) -> None:
    result = empty("init", "--demo", "--profile", "full")
    assert DEMO_PASSWORD in result.stdout
    hashed, must_change = admin(empty)
    assert verify_password(hashed, DEMO_PASSWORD)
    assert not must_change
    with empty.app.env("admin") as env:
        number = env["crm.customer"].count()
    assert number > 100
    assert f"{number} records" in empty("export", "crm.customer", "-o", str(empty.folder / "c.csv")).stderr


def test_a_password_that_breaks_the_rule_changes_nothing(empty: Terminal) -> None:
    result = empty("init", "--admin-password", "short", code=1)
    assert "characters" in result.stderr
    assert 'run "tangram init" first' in empty("user", "list", code=1).stderr
    empty("init", "--admin-password", "long enough")


def test_an_unknown_profile_changes_nothing(empty: Terminal) -> None:
    assert "retail" in empty("init", "--profile", "retial", code=1).stderr
    assert "is empty" in empty("user", "list", code=1).stderr
