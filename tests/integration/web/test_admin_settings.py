"""Parameters, trees of the organisation, positions for many, hand-over, the set-up checklist (CORE-02, CORE-08, CORE-13, CORE-31, CORE-52)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.app import Application
from core.base.services.parameters import get_parameter
from core.testing.client import Client

HTML = {"Accept": "text/html,*/*;q=0.8"}
PAGES = ("/settings/parameters", "/setup", "/tree/core.department", "/organisation/assign", "/organisation/hand-over")


@pytest.fixture
def page(boss: Client) -> Callable[..., str]:
    """Opens a page as the administrator."""

    def get(path: str, status: int = 200) -> str:
        answer = boss.request("GET", path, headers=HTML)
        assert answer.status_code == status, answer.text
        return str(answer.text)

    return get


@pytest.fixture
def send(boss: Client) -> Callable[..., Any]:
    """Sends a form as the administrator."""

    def post(path: str, **fields: Any) -> Any:
        return boss.request("POST", path, headers=HTML, data=fields)

    return post


@pytest.fixture
def make(shop: Application) -> Callable[..., int]:
    """Makes a record and gives its id."""

    def create(model: str, **values: Any) -> int:
        def work(env: Any) -> int:
            record = env[model].create(values)
            env.flush()
            return int(record.id)

        return int(shop.run(work))

    return create


@pytest.mark.parametrize("path", PAGES)
def test_nobody_but_administrators_opens_the_settings(ann: Client, page: Callable[..., str], path: str) -> None:
    assert ann.request("GET", path, headers=HTML).status_code == 403
    assert page(path)
    page(f"{path}?colour=red", 200 if path == "/setup" else 400)


@pytest.mark.parametrize("path", ["/settings/parameters", "/organisation/assign", "/organisation/hand-over"])
def test_nobody_but_administrators_saves_settings(ann: Client, path: str) -> None:
    assert ann.request("POST", path, headers=HTML, data={"p:base.password_min_length": "20"}).status_code == 403


@pytest.fixture
def as_before(shop: Application) -> Iterator[None]:
    """Take the parameters back to their defaults."""
    yield

    def clear(env: Any) -> None:
        for record in env["core.parameter"].search([["value", "is_set", True]]):
            record.update(value=None)

    shop.run(clear)


@pytest.mark.rows("CORE-52")
@pytest.mark.usefixtures("as_before")
def test_a_parameter_is_set_within_its_range_and_goes_back_to_its_default(
    page: Callable[..., str], send: Callable[..., Any], shop: Application
) -> None:
    def value() -> Any:
        with shop.env(readonly=True) as env:
            return get_parameter(env, "base.password_min_length")

    key = "p:base.password_min_length"
    assert "Shortest password" in page("/settings/parameters") and "6 – 64" in page("/settings/parameters")
    assert send("/settings/parameters", **{key: "10"}).status_code == 303
    assert value() == 10
    refused = send("/settings/parameters", **{key: "3", "p:base.password_kinds": "2"})
    assert refused.status_code == 422 and 'value="3"' in refused.text and "from 6 to 64" in refused.text
    assert value() == 10
    with shop.env(readonly=True) as env:
        assert get_parameter(env, "base.password_kinds") == 1
    assert send("/settings/parameters", **{key: ""}).status_code == 303
    assert value() == 8
    assert send("/settings/parameters", **{"p:base.nothing": "1"}).status_code == 400
    page("/settings/parameters?addon=nothing", 400)


@pytest.mark.rows("CORE-13", "CORE-18")
def test_departments_stand_below_those_they_belong_to(page: Callable[..., str], make: Callable[..., int]) -> None:
    top = make("core.department", name="Tree top", number="T1")
    low = make("core.department", name="Tree low", number="T11", parent=top)
    lowest = make("core.department", name="Tree lowest", number="T111", parent=low)
    text = page("/tree/core.department")
    order = [text.index(f'href="/records/core.department/{number}"') for number in (top, low, lowest)]
    assert order == sorted(order)
    assert re.search(rf'class="d2"[^>]*>.*?records/core.department/{lowest}"', text, re.S)
    page("/tree/core.user", 404)
    page("/tree/core.dictionary.item?dictionary=999999", 400)
    assert "CNY" in page("/tree/core.dictionary.item") or "Dictionary" in page("/tree/core.dictionary.item")


@pytest.mark.rows("CORE-08")
def test_many_employees_get_one_position_in_a_single_logged_action(
    page: Callable[..., str], send: Callable[..., Any], make: Callable[..., int], shop: Application, boss: Client
) -> None:
    position = make("core.position", name="Pupils")
    pupils = [make("core.user", name=f"Pupil {number}", login=f"pupil{number}") for number in range(3)]
    assert "Pupil 1" in page("/organisation/assign")
    assert send("/organisation/assign", users=pupils).status_code == 422
    assert send("/organisation/assign", position=position).status_code == 422
    assert send("/organisation/assign", position=position, users=[*pupils, 999999]).status_code == 422
    assert send("/organisation/assign", position=999999, users=pupils).status_code == 422
    assert send("/organisation/assign", position="x", users=pupils).status_code == 400
    with shop.env(readonly=True) as env:
        assert env["core.user"].count([["position", "=", position]]) == 0
    assert send("/organisation/assign", position=position, users=pupils).status_code == 303
    with shop.env(readonly=True) as env:
        assert env["core.user"].count([["position", "=", position]]) == 3
    audit = boss.get_json("/api/v1/core.audit", domain=[["kind", "=", "assign_position"]], fields="detail")
    assert [row["detail"]["users"] for row in audit["records"]] == [pupils]


@pytest.mark.rows("CORE-15", "CORE-31")
def test_an_employee_hands_over_and_leaves_in_one_step_or_not_at_all(
    page: Callable[..., str], send: Callable[..., Any], make: Callable[..., int], shop: Application
) -> None:
    leaver, taker = (
        make("core.user", name="Leaver", login="leaves-after-hand-over"),
        make("core.user", name="Taker", login="takes-over"),
    )
    customers = [make("web.customer", name=f"Handed {number}", owner=leaver) for number in range(3)]
    assert "Customer" in page(f"/organisation/hand-over?user={leaver}")
    given = {"user": leaver, "takers": [taker], "models": ["web.customer"], "reason": "retired"}
    assert send("/organisation/hand-over", **{**given, "reason": ""}).status_code == 422
    assert send("/organisation/hand-over", **{**given, "takers": []}).status_code == 422
    assert send("/organisation/hand-over", **{**given, "takers": [leaver]}).status_code == 422
    assert send("/organisation/hand-over", **{**given, "models": ["web.nothing"]}).status_code == 422
    assert send("/organisation/hand-over", **{**given, "models": [], "then": "leave"}).status_code == 409
    assert send("/organisation/hand-over", **{**given, "user": 999999}).status_code == 404
    with shop.env(readonly=True) as env:
        assert env["web.customer"].count([["owner", "=", leaver]]) == 3
    assert send("/organisation/hand-over", **given, then="leave").status_code == 303
    with shop.env(readonly=True) as env:
        assert env["web.customer"].count([["owner", "=", taker], ["id", "in", customers]]) == 3
        assert env["core.user"].get(leaver).active is False


@pytest.mark.rows("CORE-02")
def test_the_checklist_says_what_is_set_up_and_leads_to_what_is_not(
    page: Callable[..., str], make: Callable[..., int], ann: Client
) -> None:
    text = page("/setup")
    for title in ("Administrator account", "Organisation profile", "Departments", "Positions", "Sharing modes"):
        assert title in text
    assert 'href="/records/core.sharing_mode' in text
    assert "/setup" in page("/setup/hint")
    assert ann.request("GET", "/setup/hint", headers=HTML).text == ""
    make("core.position", name="Set up")
    assert re.search(r'class="done"><span[^>]*>.*?Positions', page("/setup"), re.S)
