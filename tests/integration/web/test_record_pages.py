"""The pages of records: read, change, save, refuse; the same rights as the API (CORE-33, CORE-35, CORE-36)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from core.app import Application
from core.testing.client import Client
from core.testing.statements import Statements

HTML = {"Accept": "text/html"}
FORM = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


def page(client: Client, path: str, status: int = 200, **query: Any) -> str:
    answer = client.request("GET", path, query=query or None, headers=HTML)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def send(client: Client, path: str, **fields: Any) -> Any:
    return client.request("POST", path, data=fields, headers=FORM)


@pytest.fixture
def customer(ann: Client) -> dict[str, Any]:
    """A customer of Ann's."""
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]], fields="id")["records"][0]["id"]
    made = ann.post_json("/api/v1/web.customer", {"name": "Pages Ltd", "owner": me, "visits": 3})
    return dict(made)


def test_a_list_shows_only_what_the_user_may_see(ann: Client, client: Callable[..., Client], customer: Any) -> None:
    assert "Pages Ltd" in page(ann, "/records/web.customer", q="Pages")
    assert "Pages Ltd" not in page(client("bob"), "/records/web.customer", q="Pages")


def test_a_model_one_may_not_see_answers_like_one_that_is_not_there(ann: Client) -> None:
    hidden = re.sub(r"<code>\w+</code>", "", page(ann, "/records/web.secret", 404))
    absent = re.sub(r"<code>\w+</code>", "", page(ann, "/records/web.nothing", 404))
    assert hidden == absent


def test_a_record_one_may_not_see_answers_like_one_that_is_not_there(
    client: Callable[..., Client], customer: Any
) -> None:
    bob = client("bob")
    for path in ("", "/edit", "/side"):
        hidden = re.sub(r"<code>\w+</code>", "", page(bob, f"/records/web.customer/{customer['id']}{path}", 404))
        absent = re.sub(r"<code>\w+</code>", "", page(bob, f"/records/web.customer/99999999{path}", 404))
        assert hidden == absent


def test_fields_one_may_not_read_are_absent_from_list_form_and_edit(
    ann: Client, client: Callable[..., Client], customer: Any
) -> None:
    for path in (
        "/records/web.customer",
        f"/records/web.customer/{customer['id']}",
        f"/records/web.customer/{customer['id']}/edit",
    ):
        assert "Credit limit" not in page(ann, path)
        assert "Credit limit" in page(client("chief"), path) or path == "/records/web.customer"


def test_a_new_record_is_saved_and_shown(ann: Client) -> None:
    assert 'name="name"' in page(ann, "/records/web.customer/new")
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]], fields="id")["records"][0]["id"]
    answer = send(ann, "/records/web.customer/new", name="Newcomer", owner=str(me), visits="1,200", since="2026-11-02")
    assert answer.status_code == 303
    made = ann.get_json(f"/api/v1{answer.headers['Location'].removeprefix('/records')}")
    assert (made["name"], made["visits"], made["since"]) == ("Newcomer", 1200, "2026-11-02")
    assert "Newcomer" in page(ann, answer.headers["Location"])


@pytest.mark.rows("CORE-35")
def test_a_refused_save_keeps_what_was_typed_and_tells_each_fault_at_its_input(ann: Client, customer: Any) -> None:
    path = f"/records/web.customer/{customer['id']}"
    answer = send(ann, path, name="", visits="many", note="typed with care", version=str(customer["version"]))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "typed with care" in text
    assert 'value="many"' in text
    assert 'id="field-visits-error"' in text
    assert ann.get_json(f"/api/v1/web.customer/{customer['id']}")["name"] == "Pages Ltd"


def test_a_rule_that_refuses_changes_nothing(ann: Client, customer: Any) -> None:
    answer = send(ann, f"/records/web.customer/{customer['id']}", name="forbidden", visits="9")
    assert answer.status_code == 422
    assert "This name is not wanted." in answer.get_data(as_text=True)
    now = ann.get_json(f"/api/v1/web.customer/{customer['id']}")
    assert (now["name"], now["visits"]) == ("Pages Ltd", 3)


@pytest.mark.rows("CORE-35")
def test_somebody_elses_change_meanwhile_is_told_field_by_field(ann: Client, customer: Any) -> None:
    ann.patch_json(f"/api/v1/web.customer/{customer['id']}", {"note": "theirs"})
    answer = send(ann, f"/records/web.customer/{customer['id']}", note="mine", version=str(customer["version"]))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "theirs" in text
    assert "mine" in text
    assert "Ann" in text
    assert ann.get_json(f"/api/v1/web.customer/{customer['id']}")["note"] == "theirs"


def test_lines_are_added_changed_and_taken_away_in_one_save(ann: Client, customer: Any) -> None:
    path = f"/records/web.customer/{customer['id']}"
    first = {"orders.sent": "1", "orders.0.name": "one", "orders.0.amount": "10.50", "orders.1.name": "two"}
    assert send(ann, path, **first, version=str(customer["version"])).status_code == 303
    lines = ann.get_json("/api/v1/web.order", domain=[["customer", "=", customer["id"]]], order="id")["records"]
    assert [(line["name"], line["amount"]) for line in lines] == [("one", "10.50"), ("two", None)]
    now = ann.get_json(f"/api/v1/web.customer/{customer['id']}")
    second = {"orders.sent": "1", "orders.0.id": str(lines[1]["id"]), "orders.0.name": "two", "orders.0.amount": "5"}
    assert send(ann, path, **second, version=str(now["version"])).status_code == 303
    lines = ann.get_json("/api/v1/web.order", domain=[["customer", "=", customer["id"]]])["records"]
    assert [(line["name"], line["amount"]) for line in lines] == [("two", "5.00")]
    assert ann.get_json(f"/api/v1/web.customer/{customer['id']}")["total"] == "5.00"


def test_a_line_in_which_nothing_was_typed_and_a_column_without_an_input_are_passed_over(
    ann: Client, customer: Any
) -> None:
    path = f"/records/web.customer/{customer['id']}"
    blank = {"orders.1.name": "", "orders.1.amount": " ", "orders.1.state": "draft"}
    forged = {"orders.0.paid": "1", "orders.0.customer.name": "forged", "orders.0.source": "x"}
    answer = send(ann, path, **{"orders.sent": "1", "orders.0.name": "one", **blank, **forged})
    assert answer.status_code == 303
    lines = ann.get_json("/api/v1/web.order", domain=[["customer", "=", customer["id"]]])["records"]
    assert [(line["name"], line["paid"]) for line in lines] == [("one", False)]
    assert ann.get_json(f"/api/v1/web.customer/{customer['id']}")["name"] == "Pages Ltd"


def test_lines_that_a_form_did_not_show_stay(ann: Client, customer: Any) -> None:
    path = f"/records/web.customer/{customer['id']}"
    send(ann, path, **{"orders.sent": "1", "orders.0.name": "one", "orders.1.name": "two"})
    lines = ann.get_json("/api/v1/web.order", domain=[["customer", "=", customer["id"]]], order="id")["records"]
    shown = f'name="orders.shown" value="{lines[0]["id"]},{lines[1]["id"]}"'
    assert shown in page(ann, f"{path}/edit")
    for ids in ("", "x,,9" * 9, "9" * 30):
        assert send(ann, path, **{"orders.sent": "1", "orders.shown": ids}).status_code == 303
        assert ann.get_json("/api/v1/web.order", domain=[["customer", "=", customer["id"]]])["records"] == lines
    assert send(ann, path, **{"orders.sent": "1", "orders.shown": str(lines[0]["id"])}).status_code == 303
    kept = ann.get_json("/api/v1/web.order", domain=[["customer", "=", customer["id"]]])["records"]
    assert kept == lines[1:]


def test_a_fault_in_a_line_stands_at_its_cell(ann: Client, customer: Any) -> None:
    path = f"/records/web.customer/{customer['id']}"
    answer = send(ann, path, **{"orders.sent": "1", "orders.0.name": "one", "orders.0.amount": "ten"})
    assert answer.status_code == 422
    assert 'id="field-orders-0-amount-error"' in answer.get_data(as_text=True)


def test_only_fields_that_may_be_written_are_taken_from_a_form(ann: Client, customer: Any) -> None:
    path = f"/records/web.customer/{customer['id']}"
    answer = send(ann, path, source="forged", limit="1000000", shout="X", created_by="1", name="Pages Ltd")
    assert answer.status_code == 303
    now = ann.get_json(f"/api/v1/web.customer/{customer['id']}")
    assert now["source"] == "web"


def test_the_preview_tells_computed_values_and_saves_nothing(ann: Client, customer: Any) -> None:
    path = f"/records/web.customer/{customer['id']}/preview"
    answer = send(ann, path, name="quiet", **{"orders.sent": "1", "orders.0.name": "x", "orders.0.amount": "2.25"})
    found = json.loads(answer.get_data())
    assert found["fields"]["shout"] == "QUIET"
    assert "2.25" in found["fields"]["total"]
    assert ann.get_json(f"/api/v1/web.customer/{customer['id']}")["name"] == "Pages Ltd"
    blank = json.loads(send(ann, "/records/web.customer/new/preview", name="loud").get_data())
    assert blank["fields"]["shout"] == "LOUD"


def test_the_preview_tells_what_cannot_be_read(ann: Client, customer: Any) -> None:
    found = json.loads(send(ann, f"/records/web.customer/{customer['id']}/preview", visits="x").get_data())
    assert "visits" in found["errors"]


def test_a_button_calls_the_transition_and_a_refusal_is_told(
    ann: Client, client: Callable[..., Client], customer: Any
) -> None:
    order = ann.post_json("/api/v1/web.order", {"customer": customer["id"]})
    path = f"/records/web.order/{order['id']}"
    assert "Confirm" in page(ann, path)
    assert send(ann, f"{path}/actions/confirm").status_code == 303
    assert ann.get_json(f"/api/v1/web.order/{order['id']}")["state"] == "confirmed"
    assert f"{path}/actions/finish" not in page(ann, path)
    assert send(ann, f"{path}/actions/finish").status_code == 403
    again = send(ann, f"{path}/actions/confirm")
    assert again.status_code == 303
    assert "error" in again.headers["Set-Cookie"]


def test_a_button_pressed_on_a_page_that_is_out_of_date_does_nothing(ann: Client, customer: Any) -> None:
    order = ann.post_json("/api/v1/web.order", {"customer": customer["id"]})
    path = f"/records/web.order/{order['id']}"
    shown = str(order["version"])
    assert f'name="version" value="{shown}"' in page(ann, path)
    ann.patch_json(f"/api/v1/web.order/{order['id']}", {"amount": "9000"})
    late = send(ann, f"{path}/actions/confirm", version=shown)
    assert (late.status_code, late.headers["Location"]) == (303, path)
    assert "error" in late.headers["Set-Cookie"]
    assert ann.get_json(f"/api/v1/web.order/{order['id']}")["state"] == "draft"
    now = str(ann.get_json(f"/api/v1/web.order/{order['id']}")["version"])
    assert send(ann, f"{path}/actions/confirm", version=now).status_code == 303
    assert ann.get_json(f"/api/v1/web.order/{order['id']}")["state"] == "confirmed"


def test_a_button_after_which_the_record_is_out_of_sight_leads_to_the_list(ann: Client, customer: Any) -> None:
    answer = send(ann, f"/records/web.customer/{customer['id']}/actions/give_away")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/records/web.customer")
    assert ann.get(f"/records/web.customer/{customer['id']}").status_code == 404


def test_deleting_moves_to_the_recycle_bin_and_says_so(ann: Client, customer: Any) -> None:
    answer = send(ann, f"/records/web.customer/{customer['id']}/delete")
    assert answer.status_code == 303
    assert "recycle" in answer.headers["Set-Cookie"]
    page(ann, f"/records/web.customer/{customer['id']}", 404)


@pytest.mark.rows("CORE-37")
def test_choices_hold_only_what_the_user_may_read(ann: Client, client: Callable[..., Client], customer: Any) -> None:
    mine = ann.get_json("/choices/web.order/customer", q="Pages")
    assert customer["id"] in [choice["id"] for choice in mine["choices"]]
    assert client("bob").get_json("/choices/web.order/customer", q="Pages")["choices"] == []
    assert ann.get("/choices/web.order/nothing").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"page": "x"},
        {"page": "-1"},
        {"order": "nothing"},
        {"order": "name;drop"},
        {"domain": "{"},
        {"domain": '[["nothing","=",1]]'},
        {"domain": '[["visits","=","NaN"]]'},
        {"size": "100000"},
        {"unheard": "1"},
    ],
)
def test_a_wrong_parameter_is_a_bad_request(ann: Client, query: dict[str, str]) -> None:
    page(ann, "/records/web.customer", 400, **query)


def test_a_change_without_the_sessions_token_is_refused(ann: Client, customer: Any) -> None:
    path = f"/records/web.customer/{customer['id']}"
    answer = ann.request("POST", path, data={"name": "x"}, headers={**FORM, "X-CSRF-Token": ""})
    assert answer.status_code == 403


def test_history_and_files_stand_beside_the_record(ann: Client, customer: Any) -> None:
    ann.patch_json(f"/api/v1/web.customer/{customer['id']}", {"name": "Pages Inc"})
    side = page(ann, f"/records/web.customer/{customer['id']}/side")
    assert "Pages Ltd" in side
    assert "Pages Inc" in side


def test_a_page_of_the_list_costs_few_statements(shop: Application, ann: Client, customer: Any) -> None:
    del customer
    page(ann, "/records/web.customer")
    with Statements(shop.database().engine).listening() as statements, statements.at_most(12):
        page(ann, "/records/web.customer")


def test_a_form_costs_few_statements(shop: Application, ann: Client, customer: Any) -> None:
    path = f"/records/web.customer/{customer['id']}"
    page(ann, path)
    with Statements(shop.database().engine).listening() as statements, statements.at_most(15):
        page(ann, path)


@pytest.mark.rows("CORE-37")
def test_a_choice_is_made_by_its_name_where_the_user_may_create(ann: Client, client: Callable[..., Client]) -> None:
    made = ann.post_json("/choices/web.customer/tags", {"name": "made on the way"})
    assert ann.get_json(f"/api/v1/web.tag/{made['id']}")["name"] == "made on the way"
    assert client("guest").post("/choices/web.customer/tags", {"name": "x"}).status_code == 404
    assert ann.post("/choices/web.customer/tags", {"name": "  "}).status_code == 400
    assert ann.post("/choices/web.order/customer", {"name": "x" * 100}).status_code == 422


@pytest.mark.rows("CORE-37")
def test_what_was_chosen_lately_comes_first_while_it_may_be_chosen(
    ann: Client, client: Callable[..., Client], customer: Any
) -> None:
    first = ann.get_json("/choices/web.order/customer", recent=f"99999999,{customer['id']}")["choices"][0]
    assert (first["id"], first.get("recent")) == (customer["id"], True)
    others = client("bob").get_json("/choices/web.order/customer", recent=str(customer["id"]))["choices"]
    assert customer["id"] not in [choice["id"] for choice in others]


@pytest.mark.rows("CORE-37", "CORE-34")
def test_favourites_come_after_what_was_chosen_lately_while_nothing_is_typed(
    ann: Client, client: Callable[..., Client], customer: Any
) -> None:
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]], fields="id")["records"][0]["id"]
    liked = ann.post_json("/api/v1/web.customer", {"name": "Liked Ltd", "owner": me})["id"]
    for number in (liked, customer["id"]):
        assert send(ann, f"/records/web.customer/{number}/star", on="1").status_code == 303
    offered = ann.get_json("/choices/web.order/customer", recent=str(customer["id"]))["choices"]
    assert offered[0] == {"id": customer["id"], "text": "Pages Ltd", "recent": True}
    assert offered[1] == {"id": liked, "text": "Liked Ltd", "favourite": True}
    assert [choice["id"] for choice in offered].count(liked) == 1
    typed = ann.get_json("/choices/web.order/customer", q="Pages")["choices"]
    assert typed and not [choice for choice in typed if "favourite" in choice]
    narrowed = ann.get_json("/choices/web.order/customer", domain=[["id", "!=", liked]])["choices"]
    assert liked not in [choice["id"] for choice in narrowed]
    others = client("bob").get_json("/choices/web.order/customer")["choices"]
    assert not {liked, customer["id"]} & {choice["id"] for choice in others}


def test_an_input_with_a_record_one_may_not_see_is_refused_like_one_that_is_not_there(
    client: Callable[..., Client], customer: Any
) -> None:
    bob = client("bob")
    answers = []
    for number in (customer["id"], 99999999):
        answer = send(bob, "/records/web.order/new", name="x", customer=str(number))
        answers.append((answer.status_code, str(number) in answer.get_data(as_text=True)))
    assert answers == [(422, True), (422, True)]
    assert bob.get_json("/api/v1/web.order", domain=[["customer", "=", customer["id"]]])["records"] == []


@pytest.fixture
def row(ann: Client) -> list[int]:
    """Ids of four customers of Ann's whose notes are a row apart from all others."""
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]], fields="id")["records"][0]["id"]
    values = [{"name": f"Row {number}", "owner": me, "visits": number, "note": "in a row"} for number in range(4)]
    return [ann.post_json("/api/v1/web.customer", each)["id"] for each in values]


def in_a_row(first: int) -> str:
    """Return the parameters of the list of this row."""
    return urlencode({"domain": f'[["note","=","in a row"],["id",">=",{first}]]', "order": "visits desc"})


def beside(client: Client, first: int, number: int, at: int) -> tuple[str, list[tuple[int, str]]]:
    """Return the place that a record's page tells, and id and place of the records it leads to."""
    text = page(client, f"/records/web.customer/{number}", **{"list": in_a_row(first), "at": at})
    place = re.search(r'beside-nav.*?<span class="num[^>]*>([^<]*)<', text, re.S)
    links = re.findall(r'href="/records/web.customer/(\d+)\?[^"]*at=(\d+)" data-key="[jk]"', text)
    return (place[1] if place else "", [(int(number), at) for number, at in links])


def test_rows_of_a_list_lead_from_one_to_the_next_by_its_order_and_conditions(ann: Client, row: list[int]) -> None:
    listed = page(ann, f"/records/web.customer?{in_a_row(row[0])}")
    assert re.findall(r'data-url="/records/web.customer/(\d+)\?[^"]*at=(\d+)"', listed) == [
        (str(number), str(place)) for place, number in enumerate(reversed(row), 1)
    ]
    assert beside(ann, row[0], row[3], 1) == ("1 / 4", [(row[2], "2")])
    assert beside(ann, row[0], row[1], 3) == ("3 / 4", [(row[2], "2"), (row[0], "4")])
    assert "beside-nav" not in page(ann, f"/records/web.customer/{row[1]}")


@pytest.mark.parametrize(("path", "kept"), [("by=level", "data-url"), ("view=kanban", "href")])
def test_rows_of_a_group_and_cards_of_a_column_lead_through_these(
    ann: Client, row: list[int], path: str, kept: str
) -> None:
    for number, level in zip(row, "abba", strict=True):
        ann.patch_json(f"/api/v1/web.customer/{number}", {"level": level})
    listed = page(ann, f"/records/web.customer?{in_a_row(row[0])}&{path}")
    [address] = set(re.findall(rf'{kept}="(/records/web.customer/{row[1]}\?[^"]*)"', listed))
    shown = page(ann, address.replace("&amp;", "&"))
    assert re.findall(r'<span class="num mut sm">([^<]*)<', shown) == ["2 / 2"]
    assert f'href="/records/web.customer/{row[2]}?' in shown
    assert f'href="/records/web.customer/{row[3]}?' not in shown


def test_a_record_that_left_its_list_stands_between_what_was_before_it_and_what_took_its_place(
    ann: Client, row: list[int]
) -> None:
    ann.patch_json(f"/api/v1/web.customer/{row[2]}", {"note": "elsewhere"})
    assert beside(ann, row[0], row[2], 2) == ("– / 3", [(row[3], "1"), (row[1], "2")])
    ann.patch_json(f"/api/v1/web.customer/{row[0]}", {"visits": 9})
    assert beside(ann, row[0], row[0], 3) == ("1 / 3", [(row[3], "2")])


def test_the_way_along_a_list_tells_of_no_record_that_the_user_may_not_see(
    ann: Client, client: Callable[..., Client], row: list[int]
) -> None:
    bob = client("bob")
    him = bob.get_json("/api/v1/core.user", domain=[["login", "=", "bob"]], fields="id")["records"][0]["id"]
    own = bob.post_json("/api/v1/web.customer", {"name": "Bob's", "owner": him, "note": "in a row"})["id"]
    assert beside(bob, row[0], own, 1) == ("1 / 1", [])


@pytest.mark.parametrize("kept", ["order=nothing", "domain={", "q=" + "x" * 3000, "unheard=1&&=", "a=1&" * 500])
def test_a_list_that_cannot_be_read_leaves_the_record_without_neighbours(ann: Client, customer: Any, kept: str) -> None:
    page(ann, f"/records/web.customer/{customer['id']}", list=kept, at=1)
    page(ann, f"/records/web.customer/{customer['id']}", 400, list=kept, at="x")


def test_saving_and_deleting_stay_with_the_list(ann: Client, row: list[int]) -> None:
    query = urlencode({"list": in_a_row(row[0]), "at": 2})
    path = f"/records/web.customer/{row[2]}"
    assert f"{path}/edit?{query}".replace("&", "&amp;") in page(ann, f"{path}?{query}")
    assert send(ann, f"{path}?{query}", name="Row two").headers["Location"] == f"{path}?{query}"
    assert send(ann, f"{path}/delete?{query}").headers["Location"] == f"/records/web.customer?{in_a_row(row[0])}"


def test_a_form_opened_from_a_list_costs_two_statements_more(shop: Application, ann: Client, row: list[int]) -> None:
    beside(ann, row[0], row[0], 4)
    with Statements(shop.database().engine).listening() as statements, statements.at_most(17):
        beside(ann, row[0], row[0], 4)


def test_a_value_can_be_changed_in_place_only_where_the_form_has_an_input(
    ann: Client, client: Callable[..., Client], customer: Any
) -> None:
    path = f"/records/web.customer/{customer['id']}"
    pens = re.findall(r'data-field="(\w+)"(?:(?!data-field).)*?data-pen', page(ann, path), re.S)
    assert {"name", "visits", "note"} <= set(pens)
    assert not {"source", "shout", "total"} & set(pens)
    readers = client("guest").request("GET", path, headers=HTML)
    assert "data-pen" not in readers.get_data(as_text=True)


def test_what_a_new_record_begins_with_is_kept_by_the_address_it_is_sent_to(ann: Client) -> None:
    given = urlencode({"defaults": '{"note":"from the address"}'})
    assert f"/records/web.customer/new?{given}".replace("&", "&amp;") in page(ann, f"/records/web.customer/new?{given}")
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]], fields="id")["records"][0]["id"]
    answer = send(ann, f"/records/web.customer/new?{given}", name="Given", owner=str(me))
    made = ann.get_json(f"/api/v1{answer.headers['Location'].removeprefix('/records')}")
    assert made["note"] == "from the address"


def test_a_field_narrowed_by_its_record_offers_all_until_the_record_knows(
    shop: Application, ann: Client, customer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = shop.database().registry()["web.customer"].fields["owner"]
    monkeypatch.setattr(field, "domain", [["id", "=", "{{ record.owner.id }}"]], raising=False)
    assert "choices/web.customer/owner" in page(ann, "/records/web.customer/new")
    edited = page(ann, f"/records/web.customer/{customer['id']}/edit")
    (url,) = set(re.findall(r'(/choices/web\.customer/owner[^"]*)"', edited))
    assert str(customer["owner"]["id"] if isinstance(customer["owner"], dict) else customer["owner"]) in url
