"""The pages about rights: why somebody can see a record, who can, what if; and the matrix of roles and rights (CORE-24 to CORE-29)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client

HTML = {"Accept": "text/html,*/*;q=0.8"}
CUSTOMER = "/api/v1/web.customer"


@pytest.fixture
def page(boss: Client) -> Callable[..., str]:
    """Opens a page as the administrator."""

    def get(path: str, status: int = 200, **query: Any) -> str:
        answer = boss.request("GET", path, headers=HTML, query={key: str(value) for key, value in query.items()})
        assert answer.status_code == status, answer.text
        return str(answer.text)

    return get


@pytest.fixture
def number_of(shop: Application) -> Callable[[str], int]:
    """Gives the id of a user by login."""

    def find(login: str) -> int:
        with shop.env(readonly=True) as env:
            return int(env["core.user"].search([["login", "=", login]])[0].id)

    return find


@pytest.fixture
def made(ann: Client, number_of: Callable[[str], int]) -> Callable[[str], dict[str, Any]]:
    """Makes a customer of Ann's."""

    def make(name: str) -> dict[str, Any]:
        found: dict[str, Any] = ann.post_json(CUSTOMER, {"name": name, "owner": number_of("ann")})
        return found

    return make


@pytest.fixture
def rights_as_before(shop: Application) -> Iterator[None]:
    """Take away what a test changed of the rights."""
    yield

    def clear(env: Any) -> None:
        for model in ("core.model_right", "core.field_right"):
            for row in env[model].search():
                row.delete()

    shop.run(clear)


@pytest.mark.parametrize("path", ["/access/why", "/access/matrix", "/access/records/web.customer"])
def test_nobody_but_administrators_opens_the_pages_about_rights(ann: Client, path: str) -> None:
    assert ann.request("GET", path, headers=HTML).status_code == 403


def test_nobody_but_administrators_changes_the_matrix(ann: Client) -> None:
    change = {"change": "web.customer||delete|web_shop.clerk|give", "reason": "mine"}
    for path in ("/access/matrix", "/access/matrix/effects"):
        assert ann.request("POST", path, headers=HTML, data=change).status_code == 403


@pytest.mark.rows("CORE-27")
def test_the_page_says_why_somebody_can_see_a_record_and_who_else_can(
    made: Callable[[str], dict[str, Any]], page: Callable[..., str], number_of: Callable[[str], int]
) -> None:
    number = made("Why Ltd")["id"]
    text = page("/access/why", model="web.customer", record=number, user=number_of("ann"))
    assert "May read" in text and "Why Ltd" in text and "access.yaml:" in text
    viewers = text[text.index("Who can<") :]
    assert ">Ann<" in viewers and ">Boss<" in viewers and ">Bob<" not in viewers
    refused = page("/access/why", model="web.customer", record=number, user=number_of("bob"))
    assert "May not read" in refused


def test_what_if_answers_for_changes_thought_of_and_makes_none(
    made: Callable[[str], dict[str, Any]], page: Callable[..., str], number_of: Callable[[str], int], shop: Application
) -> None:
    number = made("What If")["id"]
    asked = {"model": "web.customer", "record": number, "user": number_of("bob"), "what": 1}
    with shop.env(readonly=True) as env:
        clerk = env["core.group"].search([["key", "=", "web_shop.clerk"]])[0].id
    told = page("/access/why", **asked, mode="public_read", groups=clerk)
    assert re.search(r'role="status".*May read', told, re.S)
    assert "May not read" in page("/access/why", **asked, groups=clerk)
    with shop.env(readonly=True) as env:
        assert env["core.sharing_mode"].search() == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"model": "web.nothing"}, 404),
        ({"operation": "fly"}, 400),
        ({"user": "x"}, 400),
        ({"user": "999999"}, 404),
        ({"record": "1 or 1=1"}, 400),
        ({"model": "web.customer", "record": "999999"}, 200),
        ({"colour": "red"}, 400),
        ({"model": "web.customer", "record": "1", "what": "1", "mode": "odd"}, 400),
    ],
)
def test_a_question_about_what_is_not_there_is_told_so(
    page: Callable[..., str], query: dict[str, str], status: int
) -> None:
    text = page("/access/why", status, **query)
    assert status != 200 or "There is no such record." in text


def test_the_record_box_offers_records_of_any_object(boss: Client, made: Callable[[str], dict[str, Any]]) -> None:
    made("Findable Co")
    found = boss.get_json("/access/records/web.customer", q="Findable")
    assert [choice["text"] for choice in found["choices"]] == ["Findable Co"]


def test_administrators_come_from_a_record_to_the_page_and_others_see_no_link(
    boss: Client, ann: Client, made: Callable[[str], dict[str, Any]]
) -> None:
    number = made("Linked")["id"]
    link = f"/access/why?model=web.customer&amp;record={number}"
    assert link in boss.request("GET", f"/records/web.customer/{number}", headers=HTML).text
    assert link not in ann.request("GET", f"/records/web.customer/{number}", headers=HTML).text


@pytest.mark.rows("CORE-24", "CORE-26")
def test_the_matrix_shows_what_each_role_may_do(page: Callable[..., str]) -> None:
    text = page("/access/matrix", roles="web_shop.clerk,web_shop.chief")
    assert 'data-cell="web.customer||read|web_shop.clerk"' in text
    assert "base.administrator" not in text
    assert 'data-cell="core.user||read|' not in text
    assert 'data-cell="core.user||read|' in page("/access/matrix", addon="base", roles="web_shop.clerk")
    assert 'data-cell="web.customer||assign|' in page("/access/matrix", all="1")


@pytest.mark.usefixtures("rights_as_before")
def test_before_saving_it_is_told_who_gains_and_nothing_is_changed(
    boss: Client, bob: Client, shop: Application
) -> None:
    data = {"change": "web.customer||export|web_shop.clerk|give"}
    told = boss.request("POST", "/access/matrix/effects", headers=HTML, data=data)
    assert told.status_code == 200 and "Who gains" in told.text and "Ann" in told.text and "Bob" in told.text
    assert "Who loses" not in told.text
    with shop.env(readonly=True) as env:
        assert env["core.model_right"].search() == []


@pytest.fixture
def bob(client: Callable[..., Client]) -> Client:
    """The other clerk."""
    return client("bob")


@pytest.mark.rows("CORE-24")
@pytest.mark.usefixtures("rights_as_before")
def test_a_right_taken_in_the_matrix_is_gone_with_the_next_request_and_comes_back_as_declared(
    boss: Client, ann: Client, number_of: Callable[[str], int]
) -> None:
    def save(wish: str, reason: str = "audit") -> int:
        data = {"change": f"web.customer||create|web_shop.clerk|{wish}", "reason": reason}
        return int(boss.request("POST", "/access/matrix", headers=HTML, data=data).status_code)

    assert ann.post(CUSTOMER, {"name": "Before", "owner": number_of("ann")}).status_code == 201
    assert save("take", reason=" ") == 422
    assert ann.post(CUSTOMER, {"name": "Still", "owner": number_of("ann")}).status_code == 201
    assert save("take") == 303
    assert ann.post(CUSTOMER, {"name": "Refused", "owner": number_of("ann")}).status_code == 403
    assert 'data-wish="take"' in boss.request("GET", "/access/matrix?changed=1", headers=HTML).text
    assert save("declared") == 303
    assert ann.post(CUSTOMER, {"name": "Again", "owner": number_of("ann")}).status_code == 201
    audit = boss.get_json("/api/v1/core.audit", domain=[["kind", "=", "rights"]], fields="reason,detail")
    assert audit["records"][0]["reason"] == "audit"


@pytest.mark.rows("CORE-29")
@pytest.mark.usefixtures("rights_as_before")
def test_a_field_hidden_in_the_matrix_is_absent_for_that_role_only(
    boss: Client, ann: Client, made: Callable[[str], dict[str, Any]]
) -> None:
    number = made("Fielded")["id"]
    data = {"change": "web.customer|note||web_shop.chief|hide", "reason": "not theirs"}
    assert boss.request("POST", "/access/matrix", headers=HTML, data=data).status_code == 303
    assert "note" in ann.get_json(f"{CUSTOMER}/{number}")
    data = {"change": "web.customer|note||web_shop.clerk|hide", "reason": "nor theirs"}
    assert boss.request("POST", "/access/matrix", headers=HTML, data=data).status_code == 303
    assert "note" not in ann.get_json(f"{CUSTOMER}/{number}")
    assert "hidden" in boss.request("GET", "/access/matrix?roles=web_shop.clerk", headers=HTML).text


@pytest.mark.parametrize(
    "change",
    [
        "web.customer||read|web_shop.clerk",
        "web.customer||read|web_shop.clerk|maybe",
        "web.nothing||read|web_shop.clerk|give",
        "web.customer||fly|web_shop.clerk|give",
        "web.customer|nothing||web_shop.clerk|hide",
        "web.customer||read|base.administrator|take",
        "web.customer||read|nobody.there|give",
    ],
)
def test_a_change_of_what_there_is_not_is_a_bad_request(boss: Client, change: str, shop: Application) -> None:
    for path in ("/access/matrix", "/access/matrix/effects"):
        answer = boss.request("POST", path, headers=HTML, data={"change": change, "reason": "odd"})
        assert answer.status_code == 400, answer.text
    with shop.env(readonly=True) as env:
        assert env["core.model_right"].search() == []


@pytest.fixture
def office(shop: Application, number_of: Callable[[str], int]) -> Iterator[dict[str, int]]:
    """A department with one below it: Ann works above, Bob below; Ann is granted what the lower one's people own."""

    def make(env: Any) -> dict[str, int]:
        upper = env["core.department"].create({"name": "Rights upper", "number": "RU"})
        lower = env["core.department"].create({"name": "Rights lower", "number": "RL", "parent": upper})
        for login, place in (("ann", upper), ("bob", lower)):
            env["core.user"].get(number_of(login)).update(department=place)
        values = {"user": env["core.user"].get(number_of("ann")), "department": lower, "access": "read"}
        grant = env["core.data_grant"].create({**values, "model": "web.customer"})
        env.flush()
        return {"upper": int(upper.id), "lower": int(lower.id), "grant": int(grant.id)}

    made = shop.run(make)
    yield made

    def clear(env: Any) -> None:
        env["core.data_grant"].get(made["grant"]).delete()
        for login in ("ann", "bob"):
            env["core.user"].get(number_of(login)).update(department=None)

    shop.run(clear)


def rows_of(text: str) -> list[str]:
    """Return the rows of a table of administration, as text without marks."""
    body = text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("<tr>")[1:]]


@pytest.mark.rows("CORE-27")
def test_a_department_lists_its_people_and_those_below_with_roles_and_reach(
    page: Callable[..., str], boss: Client, shop: Application, office: dict[str, int]
) -> None:
    listed = rows_of(page("/access/people", department=office["upper"]))
    assert [row.split()[0] for row in listed] == ["Bob", "Ann"] or [row.split()[0] for row in listed] == ["Ann", "Bob"]
    ann = next(row for row in listed if row.startswith("Ann"))
    assert "Clerk" in ann and "own records" in ann and "Customer of Rights lower with sub-departments (read)" in ann
    assert [row.split()[0] for row in rows_of(page("/access/people", department=office["lower"]))] == ["Bob"]
    file = boss.request("GET", f"/access/people/export/csv?department={office['upper']}")
    assert file.status_code == 200 and file.text.count("\n") == 3 and "Ann,ann,Rights upper" in file.text
    with shop.env(readonly=True) as env:
        noted = env["core.audit"].search([["kind", "=", "export"]], order="id desc", limit=1)[0]
        assert "Rights by department" in noted.reason


@pytest.mark.rows("CORE-27")
@pytest.mark.usefixtures("rights_as_before")
def test_the_rights_of_one_employee_name_the_role_or_row_they_come_from(
    page: Callable[..., str], boss: Client, shop: Application, number_of: Callable[[str], int]
) -> None:
    def give(env: Any) -> None:
        user = env["core.user"].get(number_of("ann"))
        env["core.model_right"].create({"model": "web.tag", "operation": "export", "user": user})

    shop.run(give)
    path = f"/access/people/{number_of('ann')}"
    listed = rows_of(page(path))
    assert any(row.startswith("Customer ") and "Clerk" in row and "access.yaml" in row for row in listed)
    assert any(row.startswith("Tag export") and "in person" in row and "core.model_right #" in row for row in listed)
    file = boss.request("GET", f"{path}/export/csv")
    assert "Ann,Tag,web.tag,export" in file.text and "Password" not in file.text


@pytest.mark.parametrize(
    ("status", "path"),
    [
        (400, "/access/people?department=999999"),
        (400, "/access/people?department=x"),
        (400, "/access/people?colour=red"),
        (404, "/access/people/999999"),
        (404, "/access/people/999999/export/csv"),
        (404, "/access/people/export/odf"),
        (400, "/access/people/export/csv?page=2"),
    ],
)
def test_wrong_addresses_of_rights_details_are_refused(boss: Client, ann: Client, status: int, path: str) -> None:
    assert boss.request("GET", path, headers=HTML).status_code == status
    assert ann.request("GET", path, headers=HTML).status_code == 403


@pytest.mark.usefixtures("rights_as_before")
def test_lists_of_rights_call_objects_and_fields_by_their_labels(
    page: Callable[..., str], shop: Application, number_of: Callable[[str], int]
) -> None:
    def give(env: Any) -> None:
        user = env["core.user"].get(number_of("ann"))
        env["core.field_right"].create({"model": "web.customer", "field": "name", "operation": "read", "user": user})

    shop.run(give)
    text = page("/records/core.field_right")
    row = " ".join(re.sub(r"<[^>]+>", " ", text.partition("<tbody")[2].partition("</tbody>")[0]).split())
    assert "Customer Name Read" in row and "web.customer" not in row


def test_roles_are_called_as_shipped_in_the_language_of_the_page(
    shop: Application, client: Callable[..., Client]
) -> None:
    def switch(env: Any, lang: str | None) -> None:
        env["core.user"].search([["login", "=", "boss"]])[0].update(language=lang)

    shop.run(lambda env: switch(env, None))
    try:
        chinese = client("boss").request("GET", "/records/core.group?lang=zh_CN", headers=HTML).text
        assert "管理员" in chinese and "Administrator" not in chinese.partition("<tbody")[2]
    finally:
        shop.run(lambda env: switch(env, "en"))
