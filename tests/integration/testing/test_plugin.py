"""The pytest plugin as somebody outside the repository meets it: only tangram-crm installed, plain ``pytest`` in the addon's folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.testing.sound import write, write_addons
from tests.outside import PLUGIN_WORDS, environment


def run_pytest(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in another process, in which our plugin is there as an installed package brings it."""
    command = [sys.executable, "-m", "pytest", "-q", *PLUGIN_WORDS, "-p", "no:cacheprovider", *words]
    return subprocess.run(
        command, cwd=folder, env=environment(**variables), capture_output=True, text=True, check=False
    )


TESTS = """
import datetime

import pytest

from core.api import AccessDenied
from core.testing import AddonContract, make


class TestContract(AddonContract):
    addon = "sound"
    test_texts_are_translated = None  # this sample speaks English only


def test_env_is_the_administrator(env, addon_name):
    assert (env.user.login, addon_name) == ("admin", "sound")
    assert {"base", "ground", "sound"} <= set(env.registry.addons)


@pytest.mark.parametrize("number", [1, 2])
def test_what_a_test_writes_is_gone_in_the_next(env, number, create_thing):
    assert env["test.thing"].count() == 0
    create_thing()
    assert env["test.thing"].count() == 1


def test_factories_fill_what_is_required_and_take_what_is_given(create_test_thing, create_thing, create_place):
    place = create_place(name="Cellar")
    assert create_thing(place=place).place.name == "Cellar"
    assert create_test_thing().name


def test_the_factory_of_the_addon_wins(create_place):
    assert create_place().name == "from tests/factories.py"


def test_make_works_as_any_user(as_user):
    with as_user("li", groups=["sound.keeper"]) as li:
        assert make(li, "test.thing").created_by == li.user


def test_another_user_sees_what_the_rules_show(as_user, create_thing):
    thing = create_thing()
    traveller = as_user("wang", groups=["ground.user"])
    assert traveller["test.thing"].count() == 1
    thing.lose()
    assert traveller["test.thing"].count() == 0
    with pytest.raises(AccessDenied):
        traveller["test.thing"].create({"name": "x"})
    assert as_user("wang").uid == traveller.uid


def test_the_clock_stands_and_moves(env, clock, create_thing):
    assert create_thing().found == env.today() == datetime.date(2026, 7, 31)
    clock.forward(days=1)
    assert env.today() == datetime.date(2026, 8, 1)
    clock.set("2027-02-28")
    assert create_thing().found == datetime.date(2027, 2, 28)


def test_hooks_live_for_one_test(hooks, env, create_thing):
    calls, lost = hooks.watch("thing_lost"), []
    hooks.register(thing_lost=lambda thing: lost.append(thing.name))
    thing = create_thing(name="Key")
    thing.lose()
    assert calls == [{"thing": thing}]
    assert lost == ["Key"]


def test_statements_are_counted(env, statements, create_thing):
    create_thing()
    statements()
    env["test.thing"].read(None, ["name", "place.name"])
    assert statements() == 1


def test_statements_may_be_limited(env, statements, create_thing):
    create_thing()
    with pytest.raises(pytest.fail.Exception, match="instead of at most 0"), statements.at_most(0):
        env["test.thing"].count()


def test_the_client_sees_what_the_test_writes(client, env, create_thing):
    thing = create_thing(name="Key")
    assert client.get_json("/api/v1/test.thing")["total"] == 1
    client.patch_json(f"/api/v1/test.thing/{thing.id}", {"name": "Big key"})
    assert (thing.name, thing.words) == ("Big key", 2)
    assert client.get(f"/api/v1/test.thing/{thing.id + 1}").status_code == 404


def test_the_application_works_inside_the_test(installed_app, env, create_thing):
    create_thing()
    with installed_app.env("admin") as other:
        other["test.thing"].create({"name": "Second"})
    assert env["test.thing"].count() == 2
    with pytest.raises(RuntimeError), installed_app.env("admin") as other:
        other["test.thing"].create({"name": "Third"})
        raise RuntimeError
    assert env["test.thing"].count() == 2
"""
FACTORIES = """
def create_place(env, **values):
    return env["test.place"].create({"name": "from tests/factories.py", **values})
"""


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    folder = write_addons(tmp_path / "my addons")
    write(folder, {"tests/test_sound.py": TESTS, "tests/factories.py": FACTORIES})
    return folder


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_an_addon_outside_is_tested_by_plain_pytest(sound: Path, request: pytest.FixtureRequest, database: str) -> None:
    server = request.getfixturevalue("postgres").server_url if database == "postgresql" else ""
    run = run_pytest(sound, "--tangram-databases", database, TANGRAM_TEST_POSTGRES=server)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout
    assert "failed" not in run.stdout


def test_without_postgresql_sqlite_is_taken_and_said(sound: Path) -> None:
    run = run_pytest(sound, "-k", "administrator", PG_BIN=str(sound))
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Addons were tested on SQLite only" in run.stdout
    assert "1 passed" in run.stdout


def test_postgresql_asked_for_but_missing_is_an_error(sound: Path) -> None:
    run = run_pytest(sound, "--tangram-databases", "postgresql", PG_BIN=str(sound))
    assert run.returncode != 0
    assert "PG_BIN" in run.stdout + run.stderr


def test_an_unknown_database_is_refused(sound: Path) -> None:
    run = run_pytest(sound, TANGRAM_TEST_DATABASES="sqlight")
    assert run.returncode != 0
    assert "unknown database 'sqlight'" in run.stdout + run.stderr


def test_a_broken_addon_fails_one_check_and_skips_what_can_not_be_looked_at(tmp_path: Path) -> None:
    folder = write_addons(tmp_path, {"models/thing.py": "nothing_of_that_name\n"})
    contract = "from core.testing import AddonContract\n\n\nclass TestContract(AddonContract):\n    addon = 'sound'\n"
    write(folder, {"tests/test_contract.py": contract, "tests/test_thing.py": None})
    run = run_pytest(folder, "-rs", "--tangram-databases", "sqlite", "-k", "loaded or labels or twice")
    assert "1 failed" in run.stdout
    assert "nothing_of_that_name" in run.stdout
    assert "see test_addon_can_be_loaded" in run.stdout


def test_a_project_without_addons_is_left_alone(tmp_path: Path) -> None:
    write(
        tmp_path / "theirs",
        {
            # Others use the name of our manifest, too.
            "manifest.yaml": "kind: Deployment\n",
            "tests/test_theirs.py": """
                import sys

                import pytest


                @pytest.fixture
                def env():
                    return "theirs"


                def test_theirs(env):
                    assert env == "theirs"
                    assert not {"sqlalchemy", "werkzeug", "core.app", "core.testing.fixtures"} & set(sys.modules)
                """,
        },
    )
    run = run_pytest(tmp_path / "theirs")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout
