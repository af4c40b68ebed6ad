"""Lists leave the system as XLSX; long ones in the background, with the rights of who asked."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from core.app import Application
from core.jobs import Runner
from core.orm.environment import SYSTEM_UID
from core.testing.client import Client

BATCH = "/records/acme.asset/batch"
MANY = 10_001


@pytest.fixture(scope="module")
def assets(app: Application) -> Iterator[None]:
    """More assets than a batch takes, one of them too dear for clerks."""
    with app.env() as env:
        for login, group in (("exporter", "exporter"), ("no_exporter", "clerk")):
            env["core.user"].create({"name": login, "login": login, "groups": [env.ref(f"acme_assets.{group}").id]})
        rows = [{"name": f"物{number}", "price": Decimal(number) / 100} for number in range(MANY)]
        env["acme.asset"].create([*rows, {"name": "=dear", "price": 5000}])
    yield
    with app.env() as env:
        for model in ("acme.asset", "core.notification"):
            table = env.registry[model].table
            env.connection.execute(table.delete())


def sheet_of(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def run_jobs(app: Application) -> list[str]:
    with app.env(readonly=True) as env:
        waiting = env["core.job"].read([["name", "=", "base.export_list"], ["state", "in", ["queued", "sent"]]], ["id"])
    runner = Runner(app, app.carrier, watched=False)
    return [str(runner.run("default", row["id"])) for row in waiting]


def notified(app: Application, login: str) -> list[dict[str, Any]]:
    with app.env(readonly=True) as env:
        domain = [["user", "=", env.database.resolve_user(env, login)]]
        return list(env.as_user(SYSTEM_UID)["core.notification"].read(domain, ["title", "url"], "id"))


def test_a_selection_is_a_file_at_once(app: Application, assets: None) -> None:
    clerk = Client(app, "exporter")
    with app.env(readonly=True) as env:
        (row,) = env["acme.asset"].read([["name", "=", "物7"]], ["id"])
    answer = clerk.request("POST", BATCH, data={"do": "export:xlsx", "id": row["id"]})
    assert answer.headers["Content-Disposition"].endswith(".xlsx")
    assert "物7" in sheet_of(answer.get_data())[1]


@pytest.mark.rows("CORE-64")
def test_a_long_list_is_exported_in_the_background_with_the_rights_of_who_asked(app: Application, assets: None) -> None:
    clerk = Client(app, "exporter")
    query = {"order": "name desc", "domain": '[["price","<",200]]'}
    page = clerk.request("GET", "/records/acme.asset", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert 'value="export:xlsx"' in page
    answer = clerk.request("POST", BATCH, query=query, data={"do": "export:xlsx", "all": "1"})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    run_jobs(app)
    (told,) = notified(app, "exporter")
    head, *rows = sheet_of(clerk.get(told["url"]).get_data())
    assert len(rows) == MANY
    names = [row[head.index("名称")] for row in rows]
    assert names == sorted(names, reverse=True)
    assert {type(row[head.index("单价" if "单价" in head else "价格")]) for row in rows} <= {float}
    other = Client(app, "no_exporter")
    assert other.get(told["url"]).status_code == 404
    assert other.request("POST", BATCH, data={"do": "export:xlsx", "all": "1"}).status_code == 403
    with app.env(readonly=True) as env:
        noted = [["model", "=", "acme.asset"], ["operation", "=", "exported"]]
        assert env.as_user(SYSTEM_UID)["core.history"].count(noted) >= MANY


def test_an_export_fails_when_the_right_was_taken_meanwhile(app: Application, assets: None) -> None:
    clerk = Client(app, "exporter")
    before = len(notified(app, "exporter"))
    assert clerk.request("POST", BATCH, data={"do": "export:xlsx", "all": "1"}).status_code == 303
    with app.env() as env:
        person = env["core.user"].search([["login", "=", "exporter"]])[0]
        person.update(groups=[env.ref("acme_assets.clerk").id])
    run_jobs(app)
    assert len(notified(app, "exporter")) == before
    with app.env(readonly=True) as env:
        (job,) = env["core.job"].search([["name", "=", "base.export_list"]], "id desc", 1)
        assert job.state != "done"
