"""Statistics with two sample addons, installed once on each database, and people who changed departments."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.app import Application
from core.config.settings import Settings
from core.jobs.carrier import InProcessCarrier
from core.orm.environment import Environment
from core.testing.client import Client
from core.web.application import Limits, WebApplication
from core.web.ratelimit import Rate

SAMPLES = Path(__file__).parent / "sample_addons"
PLENTY = Limits(Rate(10_000, 100_000), Rate(10_000, 100_000), Rate(10_000, 100_000))
MOVED = dt.date(2026, 6, 15)
"""The day on which Ann went from north to south."""


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, database_names: Iterator[str]
) -> Iterator[Application]:
    """The application with statistics and jobs on one database; shared by all tests."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(SAMPLES, folder / "addons")
    name = None
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'tangram.db'}"
    else:
        name = next(database_names)
        url = request.getfixturevalue("postgres").create_database(name)
    settings = Settings(
        root=folder,
        data_dir=folder / "var",
        database_url=url,
        addons_path=(folder / "addons",),
        language="en",
        timezone="Asia/Shanghai",
    )
    app = Application(settings, carrier=InProcessCarrier())
    app.lifecycle().install(["report_sample", "report_more"], prepare=_people)
    yield app
    app.close()
    if name is not None:
        request.getfixturevalue("postgres").drop_database(name)


def _people(env: Environment) -> None:
    groups = {group.key: group for group in env["core.group"].search()}
    root, north, south = (env["core.department"].create({"name": name}) for name in ("Sales", "North", "South"))
    for child in (north, south):
        child.update(parent=root)
    teams = {name: env["core.team"].create({"name": name}) for name in ("Red", "Blue")}
    for login, group, department in (
        ("ann", "report_sample.worker", south),
        ("bob", "report_sample.worker", north),
        ("chief", "report_sample.chief", root),
        ("guest", "base.user", None),
        ("boss", "base.administrator", None),
    ):
        env["core.user"].create(
            {
                "name": login.title(),
                "login": login,
                "language": "en",
                "groups": [groups[group]],
                "department": department,
                "teams": list(teams.values()),
                "main_team": teams["Red"],
            }
        )
    env.flush()
    periods = env["core.employment"]
    periods.delete(periods.search())
    users = {user.login: user for user in env["core.user"].search([["login", "is_set"]])}
    for login, since, until, department, team in (
        ("ann", dt.date(2025, 1, 1), MOVED - dt.timedelta(days=1), north, teams["Red"]),
        ("ann", MOVED, None, south, teams["Blue"]),
        ("bob", dt.date(2025, 1, 1), None, north, teams["Red"]),
        ("chief", dt.date(2025, 1, 1), None, root, None),
    ):
        periods.create({"user": users[login], "since": since, "until": until, "department": department, "team": team})


class _Undo(Exception):
    pass


@pytest.fixture
def undone(office: Application) -> Callable[..., Any]:
    """``with undone("chief") as env``: an environment whose changes are undone at the end; ``None`` is the system."""

    @contextmanager
    def make(login: str | None = None) -> Iterator[Environment]:
        try:
            with office.env() if login is None else office.env(login) as env:
                yield env
                raise _Undo
        except _Undo:
            pass

    return make


@pytest.fixture(scope="session")
def web(office: Application) -> WebApplication:
    """The web application, with limits that no test reaches."""
    return WebApplication(office, limits=PLENTY)


@pytest.fixture
def client(office: Application, web: WebApplication) -> Callable[[str], Client]:
    """A factory of clients that are logged in."""
    return lambda login: Client(office, login, web=web)


@pytest.fixture
def jobs(office: Application) -> Iterator[Any]:
    """Jobs around the day on which Ann moved; gone after the test."""
    with office.env() as env:
        users = {user.login: user.id for user in env["core.user"].search([["login", "is_set"]])}
        rows = [
            ("ann", dt.date(2026, 6, 14), "100.10", "small"),
            ("ann", dt.date(2026, 6, 15), "20", "large"),
            ("ann", dt.date(2026, 7, 1), "3", "large"),
            ("bob", dt.date(2026, 6, 20), "7", "small"),
            ("chief", dt.date(2025, 6, 20), "50", "small"),
            ("guest", dt.date(2026, 6, 30), "1000", None),
        ]
        made = env["sample.job"].create(
            [
                {"name": f"{login} {day}", "owner": users[login], "date": day, "amount": amount, "kind": kind}
                for login, day, amount, kind in rows
            ]
        )
        ids = [job.id for job in made]
    yield ids
    with office.env() as env:
        env["sample.job"].delete(ids)
