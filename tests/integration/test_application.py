"""`Application`: nothing is global, several databases and several applications in one process (design 1.17)."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.api import Application, ConfigError, MissingRecord, RetryableError, UnknownModelError, ValidationError

MANIFEST = "title: {title}\nsummary: A sample\nversion: 1.0.0\ncore: '>=1.0,<2'\ncategory: Tests\n"
MODEL = '''"""A thing."""

from core.api import Model, fields


class Thing(Model):
    """A thing."""

    _name = "{model}"
    _label = "Thing"

    name = fields.Char(required=True)
'''

GREETING = '''"""Jobs."""

from core.api import job


@job()
def greet(env):
    """Greet."""
'''
GREETER = '''"""Hooks."""

from core.api import hookimpl


@hookimpl
def addon_enabled(env, addon):
    """Greet those who are there."""
    if addon.name == "sample_thing":
        env.defer("sample_thing.greet")
'''


def write_addon(folder: Path, name: str, model: str) -> Path:
    """Write an addon with one model below a folder of addons, and return that folder."""
    addon = folder / name
    (addon / "models").mkdir(parents=True)
    (addon / "__init__.py").write_text('"""A sample."""\n')
    (addon / "models" / "__init__.py").write_text('"""Models."""\n')
    (addon / "models" / "thing.py").write_text(MODEL.format(model=model))
    (addon / "manifest.yaml").write_text(MANIFEST.format(title=name))
    return folder


Make = Callable[..., Application]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A factory of applications, closed after the test."""
    made: list[Application] = []

    def build(url: str, *folders: Path, **settings: Any) -> Application:
        number = len(made)
        (tmp_path / f"data{number}").mkdir()
        application = Application.from_config(
            None, database_url=url, addons_path=folders, data_dir=tmp_path / f"data{number}", language="en", **settings
        )
        made.append(application)
        return application

    yield build
    for application in made:
        application.close()


def test_two_applications_with_different_addons_live_in_one_process(
    tmp_path: Path, make: Make, database_url: str
) -> None:
    one = make(f"sqlite:///{tmp_path / 'one.db'}", write_addon(tmp_path / "a", "sample_thing", "sample.red"))
    two = make(database_url, write_addon(tmp_path / "b", "sample_thing", "sample.blue"))
    for application, model in ((one, "sample.red"), (two, "sample.blue")):
        application.lifecycle().install(["sample_thing"])
        with application.env() as env:
            env[model].create({"name": "x"})
    for application, mine, other in ((one, "sample.red", "sample.blue"), (two, "sample.blue", "sample.red")):
        with application.env() as env:
            assert env[mine].count() == 1
            with pytest.raises(UnknownModelError, match=mine):
                env[other]


def test_one_application_serves_several_databases(tmp_path: Path, make: Make, database_url: str) -> None:
    folder = write_addon(tmp_path / "a", "sample_thing", "sample.thing")
    application = make(f"sqlite:///{tmp_path / 'one.db'}", folder, databases={"branch": database_url})
    application.lifecycle().install(["sample_thing"])
    application.lifecycle("branch").install()
    with application.env() as env, application.env(database="branch") as other:
        assert "sample.thing" in env
        assert "sample.thing" not in other
    with pytest.raises(ConfigError, match="branch"):
        application.database("branhc")


def test_empty_database_says_how_to_install_it(make: Make, database_url: str) -> None:
    with pytest.raises(ConfigError, match="tangram init"), make(database_url).env("admin"):
        pass


def test_transaction_is_whole_or_not_at_all(make: Make, database_url: str, tmp_path: Path) -> None:
    application = make(database_url, write_addon(tmp_path / "a", "sample_thing", "sample.thing"))
    application.lifecycle().install(["sample_thing"])
    with pytest.raises(ZeroDivisionError), application.env() as env:
        env["sample.thing"].create({"name": "x"})
        raise ZeroDivisionError
    with pytest.raises(ValidationError), application.env() as env:
        env["sample.thing"].create({"name": "x"}).name = None
    with application.env() as env:
        assert env["sample.thing"].count() == 0


def test_function_runs_again_after_a_conflict(make: Make, database_url: str, tmp_path: Path) -> None:
    application = make(database_url, write_addon(tmp_path / "a", "sample_thing", "sample.thing"))
    application.lifecycle().install(["sample_thing"])
    tries: list[int] = []

    def work(env: Any) -> int:
        tries.append(1)
        thing = env["sample.thing"].create({"name": "x"})
        env.flush()
        if len(tries) < 3:
            # What another transaction would have done between reading and writing.
            env.session.connection().execute(thing._info.table.update().values(version=99))
            thing.name = "y"
            env.flush()
        return int(env["sample.thing"].count())

    assert application.run(work) == 1
    assert len(tries) == 3


@pytest.mark.usefixtures("forgotten_compositions")
def test_memory_of_a_registry_that_is_out_of_force_is_given_back(make: Make, database_url: str, tmp_path: Path) -> None:
    application = make(database_url, write_addon(tmp_path / "a", "sample_thing", "sample.thing"))
    application.lifecycle().install(["sample_thing"])
    alive: list[weakref.ref[Any]] = []
    for change in (lambda: application.database().use(None), lambda: application.lifecycle().disable(["sample_thing"])):
        with application.env() as env:
            env["core.user"].search()
            alive += [weakref.ref(env.registry), weakref.ref(env.registry.metadata)]
            application.jobs(env.registry)
        assert application.assembly().registry is alive[-2]()
        del env
        change()
    gc.collect()
    assert [each() is None for each in alive] == [True] * 4


def test_registries_of_the_same_definitions_share_models_and_statements(make: Make, database_url: str) -> None:
    application = make(database_url)
    application.lifecycle().install()
    database = application.database()
    first = database.registry()
    database.use(None)
    with application.env() as env:
        assert env.registry is not first
        assert env.registry.models is first.models
        assert env.registry.guard is not first.guard


def test_an_addon_queues_a_job_of_its_own_while_it_is_enabled(make: Make, database_url: str, tmp_path: Path) -> None:
    folder = write_addon(tmp_path / "a", "sample_thing", "sample.thing")
    (folder / "sample_thing" / "jobs.py").write_text(GREETING)
    (folder / "sample_thing" / "hooks.py").write_text(GREETER)
    application = make(database_url, folder)
    application.lifecycle().install(["sample_thing"])
    with application.env() as env:
        assert [each.name for each in env["core.job"].search()] == ["sample_thing.greet"]


def test_unknown_login_is_told(make: Make, database_url: str) -> None:
    application = make(database_url)
    application.lifecycle().install()
    with pytest.raises(MissingRecord, match="nobody"), application.env("nobody"):
        pass


def test_transaction_that_loses_a_table_to_a_removed_addon_may_be_tried_again(
    make: Make, database_url: str, tmp_path: Path
) -> None:
    folder = write_addon(tmp_path / "a", "sample_thing", "sample.thing")
    one, other = make(database_url, folder), make(database_url, folder)
    one.lifecycle().install(["sample_thing"])
    registry = one.database().registry()
    other.lifecycle().remove(["sample_thing"])
    with pytest.raises(RetryableError, match="modules"), one.env() as env:
        # As if the transaction had begun before the addon was removed.
        one.database().use(registry)
        env.connection.execute(registry["sample.thing"].table.select())
