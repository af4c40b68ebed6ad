"""One installation on each engine with a sample addon; every test works in a transaction that is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from addons.base_exchange.services import imports
from addons.base_exchange.services.plan import Plan
from core.app import Application
from core.config import Settings
from core.orm.environment import Environment

SAMPLES = Path(__file__).parent / "sample_addons"


class _UndoneError(Exception):
    pass


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("exchange")
    client = name = None
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'exchange.db'}"
    else:
        client = request.getfixturevalue("postgres")
        name = next(request.getfixturevalue("database_names"))
        url = client.create_database(name)
    settings = Settings(
        root=folder,
        database_url=url,
        addons_path=(SAMPLES,),
        data_dir=folder,
        language="zh_CN",
        timezone="Asia/Shanghai",
    )
    app = Application(settings)
    app.lifecycle().install(["base_exchange", "acme_assets", "acme_trade"])
    yield app
    app.close()
    if client is not None:
        client.drop_database(name)


@pytest.fixture
def env(app: Application) -> Iterator[Environment]:
    """An environment of the administrator; all is undone after the test."""
    try:
        with app.env("admin") as env:
            yield env
            raise _UndoneError
    except _UndoneError:
        pass


@pytest.fixture
def as_user(env: Environment) -> Callable[..., Environment]:
    """``as_user("li", "acme_assets.clerk")`` makes a user with these groups and is their environment."""

    def make(login: str, *groups: str, **values: Any) -> Environment:
        ids = [env.ref(group).id for group in groups]
        env.as_user(1)["core.user"].create({"name": login.capitalize(), "login": login, "groups": ids, **values})
        return env.as_user(login)

    return make


@pytest.fixture
def bring(env: Environment) -> Callable[..., Any]:
    """``bring(content)`` imports a file of assets and returns the record of the import."""

    def run(
        content: bytes | str,
        *,
        trial: bool = False,
        who: Environment | None = None,
        targets: dict[str, str | None] | None = None,
        create: tuple[str, ...] = (),
        **choices: Any,
    ) -> Any:
        asking = who or env
        content = content.encode() if isinstance(content, str) else content
        number = imports.start(asking, "acme.asset", "list.csv", content)
        plan = Plan.from_json(env.as_user(1)["base.import"].get(number).plan)
        for column in plan.columns:
            column.target = (targets or {}).get(column.header, column.target)
            column.create = column.header in create
        for key, value in choices.items():
            setattr(plan, key, value)
        imports.set_plan(asking, number, plan)
        imports.execute(asking, number, is_trial=trial)
        return env.as_user(1)["base.import"].get(number)

    return run
