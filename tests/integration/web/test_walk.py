"""Every model, role and operation through every door: what the security files say, and nothing else."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.jobs.carrier import InProcessCarrier
from core.orm.modelinfo import ModelInfo
from core.testing.client import Client
from core.testing.clock import Clock
from core.testing.factories import make
from core.testing.installation import TestedApplication
from core.web.application import WebApplication
from core.web.ratelimit import HEADERS
from tests.integration.web.conftest import PLENTY
from tests.integration.web.crm import EMPLOYEE, NOBODY, OTHER, Declared, key_of, login_of, make_crm
from tests.integration.web.pagedoor import PageDoor, get, submit
from tests.integration.web.pages import FORM
from tests.integration.web.walk import (
    ApiDoor,
    Door,
    KernelDoor,
    Subject,
    change_of,
    concrete_models,
    roles_without,
    walk,
)

NOWHERE = 987654321
DECLARED = Declared()
ROLES = roles_without(DECLARED)
WITH_PAGES = ("base.user", "crm_base.salesperson", "base.administrator")
"""Roles that walk through the pages, and on PostgreSQL, in ``make test``; the others read the same rights."""
WALKS = [
    (database, role)
    for database in ("sqlite", "postgresql")
    for role in ROLES
    if database == "sqlite" or role in WITH_PAGES or os.environ.get("TANGRAM_SOAK")
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def crm(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, database_names: Iterator[str]
) -> Iterator[TestedApplication]:
    """The CRM addons on each database, with a person for each group and one more."""
    folder: Path = tmp_path_factory.mktemp("walk")
    name = None
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'tangram.db'}"
    else:
        name = next(database_names)
        url = request.getfixturevalue("postgres").create_database(name)
    app = make_crm(
        url, folder, DECLARED, lambda given: TestedApplication(given, clock=Clock(), carrier=InProcessCarrier())
    )
    assert isinstance(app, TestedApplication)
    yield app
    app.close()
    if name is not None:
        request.getfixturevalue("postgres").drop_database(name)


@pytest.fixture(scope="module")
def clients(crm: TestedApplication) -> dict[str, Client]:
    """A client for each role."""
    web = WebApplication(crm, limits=PLENTY)
    return {role: Client(crm, key=key_of(crm, role), web=web) for role in ROLES}


@pytest.fixture(scope="module")
def browsers(crm: TestedApplication, clients: dict[str, Client]) -> dict[str, Client]:
    """A client with a session for each role."""
    return {role: Client(crm, login_of(role), web=client.web) for role, client in clients.items()}


@pytest.mark.soak
@pytest.mark.parametrize(("crm", "role"), WALKS, indirect=["crm"])
def test_every_door_allows_what_is_declared(
    crm: TestedApplication,
    clients: dict[str, Client],
    browsers: dict[str, Client],
    role: str,
    campaign: Callable[[int, int], int],
) -> None:
    doors: list[Door] = [KernelDoor(crm), ApiDoor(clients)]
    # The pages stand on the same ORM: a sample of them does, unless there is time.
    if campaign(0, 1) or (role in WITH_PAGES and crm.database().engine.dialect.name == "sqlite"):
        doors.append(PageDoor(browsers))
    assert not "\n".join(walk(crm, doors, DECLARED, role))


def told(answer: Any, instead: int = NOWHERE) -> Any:
    """What the client sees, but for the number of the request; ``instead`` stands for the id of nothing, which it sent itself."""
    text = re.sub(r'"request_id":"[^"]*"|<code>[0-9a-f]{32}</code>', "", answer.text)
    text = text.replace(str(NOWHERE), str(instead))
    changing = ("X-Request-Id", "Content-Length", "Date", *HEADERS)
    headers = {key: value for key, value in answer.headers if key not in changing}
    return answer.status_code, text, headers


@pytest.mark.rows("CORE-81")
@pytest.mark.parametrize("role", [EMPLOYEE, "crm_base.salesperson"])
def test_a_record_that_may_not_be_seen_answers_as_one_that_is_not_there(
    crm: TestedApplication, clients: dict[str, Client], browsers: dict[str, Client], role: str
) -> None:
    client, browser, models = clients[role], browsers[role], concrete_models(crm)
    hidden = [
        info
        for info in models.values()
        if not DECLARED.sees(role, info.name)
        or (DECLARED.may(role, info.name, "read") and not DECLARED.reaches(role, info, models, "read"))
    ]
    assert len(hidden) > 10
    for info in hidden:
        with crm.shared.rolled_back() as env:
            subject = Subject.make(env, role, info, DECLARED)
            change = change_of(info, subject.new)
            ways: list[tuple[str, str, Any]] = [("GET", "", ...), ("PATCH", "", change), ("PATCH", "", {"zz": 1})]
            ways += [("PATCH", "", {"version": 999}), ("DELETE", "", ...), ("DELETE", "?version=999", ...)]
            ways += [("GET", "?fields=nothing", ...), ("POST", "/actions/no_such_action", {})]
            ways += [("POST", f"/actions/{name}", {}) for name in info.actions]
            for method, ending, body in ways:
                answers = [
                    told(client.request(method, f"/api/v1/{info.name}/{number}{ending}", json=body))
                    for number in (subject.foreign, NOWHERE)
                ]
                assert answers[0][0] == 404, (info.name, method, ending)
                assert answers[0] == answers[1], (info.name, method, ending)
            for ask in _pages_of_one(browser, info):
                answers = [told(ask(number)) for number in (subject.foreign, NOWHERE)]
                assert answers[0][0] == 404, info.name
                assert answers[0] == answers[1], info.name


def _pages_of_one(browser: Client, info: ModelInfo) -> list[Callable[[int], Any]]:
    """Return requests for the pages of a record, and for a file on it, by its id."""
    base = f"/records/{info.name}"
    endings = ["/delete", "/copy", "/actions/no_such_action", *(f"/actions/{name}" for name in info.actions)]

    def attach(number: int) -> Any:
        data = {"model": info.name, "record": str(number), "file": (io.BytesIO(b"text"), "note.txt")}
        return browser.request("POST", "/files", data=data, headers=FORM)

    return [
        lambda number: get(browser, f"{base}/{number}"),
        lambda number: get(browser, f"{base}/{number}/edit"),
        lambda number: get(browser, f"{base}/{number}?back=/&lang=en"),
        lambda number: submit(browser, f"{base}/{number}", {"version": 7, "name": "x"}),
        lambda number: submit(browser, f"{base}/{number}/preview", {"name": "x"}),
        *(partial(_send_to, browser, base, ending) for ending in endings),
        attach,
    ]


def _send_to(browser: Client, base: str, ending: str, number: int) -> Any:
    return submit(browser, f"{base}/{number}{ending}", {})


def test_a_file_that_may_not_be_seen_answers_as_one_that_is_not_there(
    crm: TestedApplication, browsers: dict[str, Client]
) -> None:
    browser = browsers["crm_base.salesperson"]
    with crm.shared.rolled_back() as env:
        other = env["core.user"].search([["login", "=", OTHER]])[0]
        customer = make(env, "crm.customer", owner=other)
        env.flush()
        data = {"model": "crm.customer", "record": str(customer.id), "file": (io.BytesIO(b"secret"), "note.txt")}
        stored = browsers["base.administrator"].request("POST", "/files", data=data, headers=FORM)
        assert stored.status_code == 201
        for ending in ("note.txt", "other.txt", "note.txt?preview=1"):
            answers = [told(get(browser, f"/files/{number}/{ending}")) for number in (stored.json["id"], NOWHERE)]
            assert answers[0][0] == 404
            assert answers[0] == answers[1]


@pytest.mark.parametrize(("crm", "role"), WALKS, indirect=["crm"])
def test_every_door_hides_the_fields_that_a_role_may_not_see_or_change(
    crm: TestedApplication, clients: dict[str, Client], browsers: dict[str, Client], role: str
) -> None:
    client, browser, models = clients[role], browsers[role], concrete_models(crm)
    schemas = client.get_json("/api/v1/openapi.json")["components"]["schemas"]
    tried = 0
    for path in DECLARED.fields:
        model, _dot, name = path.rpartition(".")
        # What is worked out on reading is told only where it is asked for.
        is_stored = model in models and models[model].fields[name].is_stored
        # Special rights stand beside roles; the tests of their addons show what they open.
        by_roles = all(set(groups) <= {*DECLARED.groups, NOBODY} for groups in DECLARED.fields[path].values())
        if not is_stored or not by_roles or not DECLARED.may(role, model, "read"):
            continue
        with crm.shared.rolled_back() as env:
            number = Subject.make(env, role, models[model], DECLARED).own
            whole = client.get_json(f"/api/v1/{model}/{number}")
            shut = DECLARED.hides(role, model, name, "read")
            assert (name in whole) is (name in schemas[model]["properties"]) is not shut, path
            assert client.get(f"/api/v1/{model}/{number}", fields=name).status_code == (403 if shut else 200), path
            assert client.get(f"/api/v1/{model}", domain=[[name, "is_set", None]]).status_code in (
                (403,) if shut else (200, 400)
            ), path
            if DECLARED.may(role, model, "update") and DECLARED.hides(role, model, name, "update"):
                answer = client.request("PATCH", f"/api/v1/{model}/{number}", json={name: whole.get(name)})
                assert answer.status_code in (403, 422), (path, answer.text)
                assert name not in schemas[f"{model}.update"]["properties"], path
                assert f'name="{name}"' not in get(browser, f"/records/{model}/{number}/edit").get_data(as_text=True)
            tried += 1
    assert tried or not DECLARED.may(role, "core.user", "read")


@pytest.mark.parametrize("role", [EMPLOYEE, "crm_base.salesperson"])
def test_a_relation_to_what_may_not_be_seen_answers_as_one_to_what_is_not_there(
    crm: TestedApplication, clients: dict[str, Client], role: str
) -> None:
    client, models, tried = clients[role], concrete_models(crm), 0
    for info in models.values():
        if not DECLARED.may(role, info.name, "read"):
            continue
        for field in info.fields.values():
            if field.kind not in ("many2one", "many2many") or DECLARED.hides(role, info.name, field.name, "update"):
                continue
            target = models.get(field.comodel)  # type: ignore[attr-defined]  # a relation
            if target is None or (DECLARED.reaches(role, target, models, "read") and DECLARED.sees(role, target.name)):
                continue
            with crm.shared.rolled_back() as env:
                subject, related = Subject.make(env, role, info, DECLARED), Subject.make(env, role, target, DECLARED)
                for ask in _ways_to_relate(client, info, field, subject):
                    answers = [told(ask(related.foreign)), told(ask(NOWHERE), related.foreign)]
                    assert answers[0] == answers[1], (info.name, field.name)
                    tried += 1
    assert tried or role == EMPLOYEE


def _ways_to_relate(client: Client, info: Any, field: Any, subject: Subject) -> list[Callable[[int], Any]]:
    """Return requests that name a related record by its id."""
    base, name = f"/api/v1/{info.name}", field.name

    def value(number: int) -> Any:
        return [number] if field.to_many else number

    return [
        lambda number: client.post(base, {**subject.new, name: value(number)}),
        lambda number: client.request("PATCH", f"{base}/{subject.own}", json={name: value(number)}),
        lambda number: client.get(base, domain=[[name, "=", number]]),
        lambda number: client.get(f"/choices/{info.name}/{name}", recent=str(number)),
        lambda number: client.get(f"/choices/{info.name}/{name}", domain=[["id", "=", number]]),
        lambda number: client.get(base, domain=[[f"{name}.id", "in", [number]]]),
        lambda number: client.get(f"{base}/aggregate", domain=[[name, "=", number]], by=f"{name}.display_name"),
    ]


def test_a_record_of_ones_own_tells_nothing_of_a_hidden_one_it_refers_to(
    crm: TestedApplication, clients: dict[str, Client]
) -> None:
    role, order = "crm_base.salesperson", "/api/v1/crm.order"
    with crm.shared.rolled_back() as env:
        person = env["core.user"].search([["login", "=", login_of(role)]])[0]
        other = env["core.user"].search([["login", "=", OTHER]])[0]
        customer = make(env, "crm.customer", owner=other, name="Hidden Harbour")
        own = make(env, "crm.order", owner=person, customer=customer)
        env.flush()
        client = clients[role]
        row = client.get_json(f"{order}/{own.id}", fields="customer.name,customer.display_name,customer.owner.name")
        assert {row[name] for name in row if name.startswith("customer.")} == {None}
        groups = client.get_json(f"{order}/aggregate", by="customer.name")
        assert "Harbour" not in str(groups)
        assert "Harbour" not in client.get(order, order="customer.name").text
        listed = client.get_json(order, domain=[["customer.name", "like", "H"]], fields="customer.name")
        assert listed == {"records": [], "total": 0}
