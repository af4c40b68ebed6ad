"""An addon outside the repository, written only from design.md §2, comes and goes on a running system of two processes.

One process is this one; the other is ``tangram serve`` on the same database. Both see each change on their next request, and the addons
that were there before notice nothing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.api import Application
from core.testing.client import Client

ROOT = Path(__file__).parents[3]
VISITS = Path(__file__).parent / "addons"
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def variables(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment in which both processes run: the addons lie in a folder of somebody else's."""
    shutil.copytree(VISITS, tmp_path / "their addons", ignore=shutil.ignore_patterns("__pycache__"))
    own = {name: value for name, value in os.environ.items() if not name.startswith("TANGRAM_")}
    return own | {
        "PYTHONPATH": str(ROOT),
        "TANGRAM_DATABASE_URL": database_url,
        "TANGRAM_ADDONS_PATH": str(tmp_path / "their addons"),
        "TANGRAM_DATA_DIR": str(tmp_path / "var"),
        "TANGRAM_LANGUAGE": "en",
        "TANGRAM_JOB_THREADS": "0",
    }


@pytest.fixture
def tangram(variables: dict[str, str], tmp_path: Path) -> Callable[..., str]:
    """Runs the command line and returns what it prints."""

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "core.cli", *words]
        finished = subprocess.run(command, env=variables, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    return run


@pytest.fixture
def app(variables: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """This process: an installation with customers, sales and points."""
    monkeypatch.chdir(tmp_path)
    for name, value in variables.items():
        if name.startswith("TANGRAM_"):
            monkeypatch.setenv(name, value)
    (tmp_path / "var").mkdir()
    made = Application.from_config()
    made.lifecycle().install(
        ["crm_loyalty"], prepare=lambda env: env.ref("base.admin").update(must_change_password=False)
    )
    yield made
    made.close()


@pytest.fixture
def other(app: Application, variables: dict[str, str], tmp_path: Path, tangram: Callable[..., str]) -> Iterator[Ask]:
    """The other process: ``ask(method, path, body=None) -> (status, data)`` as the administrator."""
    key = tangram("user", "key", "admin").strip()
    process = subprocess.Popen(
        [sys.executable, "-m", "core.cli", "serve", "--port", "0"],
        env=variables,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        found = re.search(r"http://\S+:\d+", process.stdout.readline())
        assert found

        def ask(method: str, path: str, body: Any = None) -> tuple[int, Any]:
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
            data = None if body is None else json.dumps(body).encode()
            request = urllib.request.Request(f"{found[0]}/api/v1/{path}", data, headers, method=method)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return answer.status, json.loads(answer.read() or "null")
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, json.loads(error.read())

        yield ask
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


@pytest.fixture
def here(app: Application) -> Ask:
    """This process, asked in the same way as the other."""
    client = Client(app, "admin")

    def ask(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = client.request(method, f"/api/v1/{path}", **({} if body is None else {"json": body}))
        text = answer.get_data(as_text=True)
        return answer.status_code, json.loads(text) if text else None

    return ask


def created(answer: tuple[int, Any]) -> int:
    assert answer[0] == 201, answer
    number: int = answer[1]["id"]
    return number


def stock_tea(ask: Ask) -> None:
    """Make what is sold: a product that earns ten points."""
    tea = {"name": "Tea", "units": [{"unit": created(ask("POST", "crm.unit", {"name": "tin"})), "points": "10"}]}
    created(ask("POST", "crm.product", tea))


def sell(ask: Ask, customer: int) -> tuple[int, Any]:
    """Make an order of tea and confirm it; return the answer to the latter."""
    tea = ask("GET", "crm.product")[1]["records"][0]["id"]
    order = created(ask("POST", "crm.order", {"customer": customer, "lines": [{"product": tea, "price": "100"}]}))
    return ask("POST", f"crm.order/{order}/actions/confirm", {})


def seen(ask: Ask, customer: int) -> list[Any]:
    """What the addons that were there before show of a customer."""
    fields = json.dumps(["name", "points", "level.name", "owner.login"])
    _status, listed = ask("GET", f"crm.customer?fields={urllib.parse.quote(fields)}")
    orders = ask("GET", "crm.order")[1]["total"]
    row = next(row for row in listed["records"] if row["id"] == customer)
    # The version counts every change of the record, also those of fields that the others do not know.
    return [{name: value for name, value in row.items() if name != "version"}, orders]


@pytest.mark.rows("CORE-82")
def test_it_comes_and_goes_on_two_processes(app: Application, here: Ask, other: Ask) -> None:
    both = (here, other)
    stock_tea(other)
    customer = created(other("POST", "crm.customer", {"name": "华星贸易"}))
    assert sell(here, customer)[0] == 200
    before = [seen(ask, customer) for ask in both]
    assert before[0] == before[1]
    assert before[0][0]["points"] == 10
    for ask in both:
        assert ask("GET", "acme.visit")[0] == 404
        assert ask("PATCH", f"crm.customer/{customer}", {"segment": "open"})[0] == 422

    app.lifecycle().enable(["acme_visits", "acme_diary"])

    # Both have the new model, the new fields with their defaults, and what was there is as it was.
    assert [seen(ask, customer) for ask in both] == before
    for ask in both:
        assert ask("GET", "acme.visit")[1]["total"] == 0
        status, record = ask("GET", f"crm.customer/{customer}")
        assert (status, record["segment"], record["visit_minutes"]) == (200, "open", 0)
    form = app.database().registry().views.view("crm_base.customer_form")  # type: ignore[union-attr]
    assert form.find("field/segment") is not None
    assert form.find("page/visits") is not None
    assert form.find("page/points") is not None

    # Its transition calls the hook it offers: itself gives points by the choice it added, the diary writes a page.
    visit = created(other("POST", "acme.visit", {"customer": customer}))
    assert other("POST", f"acme.visit/{visit}/actions/add_hour", {})[0] == 200
    assert here("POST", f"acme.visit/{visit}/actions/make", {})[0] == 200
    for ask in both:
        assert ask("GET", f"crm.customer/{customer}")[1]["visit_minutes"] == 90
        assert ask("GET", f"crm.customer/{customer}")[1]["points"] == 15
        assert [row["name"] for row in ask("GET", "acme.page")[1]["records"]] == ["at 华星贸易"]

    # It acts on hooks of others: of sales, and of the core, where it refuses.
    assert sell(other, customer)[0] == 200
    assert here("GET", f"acme.visit/{visit}")[1]["report"] == "sold for 100.00"
    assert here("PATCH", f"crm.customer/{customer}", {"segment": "blocked"})[0] == 200
    for ask in both:
        status, problem = sell(ask, customer)
        assert status == 422
        assert "blocked" in json.dumps(problem)
    with_visits = seen(here, customer)

    app.lifecycle().disable(["acme_visits"], cascade=True)

    # Gone from both; points that were given stay, as does everything of the others; a blocked customer can buy again.
    for ask in both:
        assert ask("GET", "acme.visit")[0] == ask("GET", "acme.page")[0] == 404
        assert "segment" not in ask("GET", f"crm.customer/{customer}")[1]
        assert seen(ask, customer) == with_visits
        assert ask("GET", "crm.point.entry")[1]["total"] == 3
    assert sell(other, customer)[0] == 200

    app.lifecycle().enable(["acme_diary"])

    for ask in both:
        record = ask("GET", f"crm.customer/{customer}")[1]
        assert (record["segment"], record["visit_minutes"], record["points"]) == ("blocked", 90, 35)
        assert ask("GET", "acme.page")[1]["total"] == 1

    export = app.lifecycle().remove(["acme_visits"], cascade=True)

    # Nothing of it is left, and the others go on.
    tables = sa.inspect(app.database().engine).get_table_names()
    columns = {column["name"] for column in sa.inspect(app.database().engine).get_columns("crm_customer")}
    assert not {"acme_visit", "acme_page"} & set(tables)
    assert not {"segment", "visit_minutes"} & columns
    for ask in both:
        assert ask("GET", "acme.visit")[0] == 404
        assert ask("GET", f"crm.customer/{customer}")[1]["points"] == 35
    assert [sell(ask, customer)[0] for ask in both] == [200, 200]

    app.lifecycle().restore(export)

    for ask in both:
        record = ask("GET", f"crm.customer/{customer}")[1]
        assert (record["segment"], record["visit_minutes"]) == ("blocked", 90)
        assert ask("GET", f"acme.visit/{visit}")[1]["report"] == "sold for 100.00"


def test_its_rights_hold(app: Application) -> None:
    app.lifecycle().enable(["acme_visits"])
    with app.env("admin") as env:
        for login, group in (("li", "acme_visits.visitor"), ("wang", "crm_base.salesperson")):
            env["core.user"].create({"name": login, "login": login, "groups": [env.ref(group)]})
    li, wang = Client(app, "li"), Client(app, "wang")
    customer = li.post_json("/api/v1/crm.customer", {"name": "Huaxing"})["id"]
    li.post_json("/api/v1/acme.visit", {"customer": customer})
    assert li.get_json("/api/v1/acme.visit")["total"] == 1
    assert wang.get_json("/api/v1/acme.visit")["total"] == 0
    assert wang.post("/api/v1/acme.visit", {"customer": customer}).status_code in (403, 404, 422)
    assert li.request("PATCH", f"/api/v1/crm.customer/{customer}", json={"segment": "blocked"}).status_code == 403


def test_a_broken_version_of_it_is_listed_and_blocks_nobody(
    app: Application, here: Ask, tangram: Callable[..., str], tmp_path: Path
) -> None:
    app.lifecycle().enable(["acme_visits"])
    customer = created(here("POST", "crm.customer", {"name": "Huaxing"}))
    (tmp_path / "their addons" / "acme_visits" / "models" / "visit.py").write_text("raise RuntimeError('oops')\n")
    fresh = Application.from_config()
    try:
        listed = fresh.assembly().broken
        assert "oops" in str(listed["acme_visits"])
        assert Client(fresh, "admin").get_json(f"/api/v1/crm.customer/{customer}")["name"] == "Huaxing"
    finally:
        fresh.close()
    assert "acme_visits" in tangram("addons", "list")
