"""Every model, role and operation through every door: what the security files say, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.testing.client import Client
from core.testing.clock import Clock
from core.testing.factories import make
from core.testing.installation import TestedApplication
from core.web.application import WebApplication
from tests.integration.web.conftest import PLENTY
from tests.integration.web.crm import EMPLOYEE, OTHER, Declared, key_of, login_of, make_crm
from tests.integration.web.walk import ApiDoor, KernelDoor, Subject, change_of, concrete_models, roles_without, walk

NOWHERE = 987654321
DECLARED = Declared()
ROLES = roles_without(DECLARED)


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
    app = make_crm(url, folder, DECLARED, lambda given: TestedApplication(given, clock=Clock()))
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


@pytest.mark.parametrize("role", ROLES)
def test_every_door_allows_what_is_declared(crm: TestedApplication, clients: dict[str, Client], role: str) -> None:
    assert not "\n".join(walk(crm, [KernelDoor(crm), ApiDoor(clients)], DECLARED, role))


def told(answer: Any, *numbers: int) -> Any:
    """What the client sees, but for the number of the request and the ids it sent itself."""
    text = re.sub(r'"request_id":"[^"]*"', "", answer.text)
    for number in numbers:
        text = re.sub(rf"\b{number}\b", "#", text)
    headers = {key: value for key, value in answer.headers if key not in ("X-Request-Id", "Content-Length", "Date")}
    return answer.status_code, text, headers


@pytest.mark.rows("CORE-81")
@pytest.mark.parametrize("role", [EMPLOYEE, "crm_base.salesperson"])
def test_a_record_that_may_not_be_seen_answers_as_one_that_is_not_there(
    crm: TestedApplication, clients: dict[str, Client], role: str
) -> None:
    client, models = clients[role], concrete_models(crm)
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
            target = models[field.comodel]  # type: ignore[attr-defined]  # a relation
            if DECLARED.reaches(role, target, models, "read") and DECLARED.sees(role, target.name):
                continue
            with crm.shared.rolled_back() as env:
                subject, related = Subject.make(env, role, info, DECLARED), Subject.make(env, role, target, DECLARED)
                for ask in _ways_to_relate(client, info, field, subject):
                    answers = [told(ask(number), number) for number in (related.foreign, NOWHERE)]
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
