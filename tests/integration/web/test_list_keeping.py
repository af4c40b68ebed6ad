"""What users keep for lists: columns, page size, saved searches, favourites (CORE-33, CORE-34, CORE-41)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client
from core.testing.statements import Statements

from .pages import page, send

LIST = "/records/web.order"


@pytest.fixture(autouse=True)
def _forget(shop: Application) -> Iterator[None]:
    """Leave nothing to the next test."""
    yield

    def clear(env: Any) -> None:
        for model in ("core.search_scheme", "core.favourite"):
            env[model].delete([["id", ">", 0]])
        for user in env["core.user"].search():
            user.preferences = None

    shop.run(clear)


@pytest.fixture
def orders(shop: Application) -> list[int]:
    def make(env: Any) -> list[int]:
        ann = env["core.user"].search([["login", "=", "ann"]])[0]
        customer = env["web.customer"].create({"name": "Starred Ltd", "owner": ann})
        return [env["web.order"].create({"name": f"S{n}", "customer": customer}).id for n in range(3)]

    return shop.run(make)


def labels(text: str) -> list[str]:
    found = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', text)
    return [label.strip() for label in found]


def scheme_of(answer: Any) -> str:
    found = re.search(r"scheme=(\d+)", answer.headers["Location"])
    assert found is not None
    return found[1]


@pytest.mark.rows("CORE-33")
def test_columns_and_their_order_are_kept_for_each_user(
    ann: Client, client: Callable[..., Client], orders: list[int]
) -> None:
    usual = labels(page(client("bob"), LIST))
    answer = send(ann, f"{LIST}/columns", cols=["state", "name", "created_at"], do="save")
    assert answer.status_code == 303
    assert labels(page(ann, LIST)) == ["State", "Name", "Created at"]
    assert labels(page(client("bob"), LIST)) == usual
    send(ann, f"{LIST}/columns", do="reset")
    assert labels(page(ann, LIST)) == usual


def test_columns_one_may_not_read_are_neither_offered_nor_shown(ann: Client, client: Callable[..., Client]) -> None:
    path = "/records/web.customer"
    assert 'name="cols" value="limit"' not in page(ann, path)
    assert "Credit limit" not in page(ann, path, cols="name,limit")
    chief = client("chief")
    assert "Credit limit" in page(chief, path, cols="name,limit")
    send(ann, f"{path}/columns", cols=["limit", "nothing"], do="save")
    assert "Credit limit" not in page(ann, path)


def test_rows_of_a_page_are_kept_for_each_list(ann: Client, orders: list[int]) -> None:
    send(ann, f"{LIST}/columns", size="20")
    assert ">20 a page<" in page(ann, LIST)
    send(ann, f"{LIST}/columns", size="999")
    assert ">20 a page<" in page(ann, LIST)


@pytest.mark.rows("CORE-41")
def test_a_search_is_saved_changed_and_deleted_by_its_owner(ann: Client, orders: list[int]) -> None:
    answer = send(ann, f"{LIST}/schemes?by=state&q=S", name="Mine by state")
    where = answer.headers["Location"]
    text = page(ann, where)
    assert re.search(r'class="on" aria-current="page">Mine by state', text)
    assert "Conditions changed" not in text
    assert "Conditions changed" in page(ann, f"{where}&order=name")
    number = scheme_of(answer)
    send(ann, f"{LIST}/schemes?by=day:month&scheme={number}", name="Mine by month", number=number)
    text = page(ann, LIST)
    assert "Mine by month" in text
    assert "Mine by state" not in text
    send(ann, f"{LIST}/schemes", do="delete", number=number)
    assert "Mine by month" not in page(ann, LIST)


def test_a_list_opens_with_the_default_search(ann: Client, orders: list[int]) -> None:
    send(ann, f"{LIST}/schemes?q=S1", name="Default", is_default="1")
    answer = ann.request("GET", LIST, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert "q=S1" in answer.headers["Location"]
    assert ">S2<" in page(ann, LIST, scheme="-", order="id desc")


def test_nobody_sees_or_changes_the_search_of_another(ann: Client, client: Callable[..., Client]) -> None:
    number = scheme_of(send(ann, f"{LIST}/schemes?q=x", name="Private"))
    bob = client("bob")
    assert "Private" not in page(bob, LIST)
    assert send(bob, f"{LIST}/schemes", name="Taken", number=number).status_code == 404
    assert send(bob, f"{LIST}/schemes", do="delete", number=number).status_code == 404


def test_columns_for_everybody_take_a_right_and_leave_those_who_chose(
    ann: Client, boss: Client, client: Callable[..., Client], orders: list[int]
) -> None:
    assert 'value="everybody"' not in page(ann, LIST)
    assert send(ann, f"{LIST}/columns", cols=["state"], do="everybody").status_code == 403
    send(ann, f"{LIST}/columns", cols=["name", "day"], do="save")
    assert 'value="everybody"' in page(boss, LIST)
    for columns in (["name", "state"], ["state", "name"]):
        assert send(boss, f"{LIST}/columns", cols=columns, do="everybody").status_code == 303
    for login, wanted in (("ann", ["Name", "Day"]), ("bob", ["State", "Name"]), ("boss", ["State", "Name"])):
        one = client(login)
        where = one.request("GET", LIST, headers={"Accept": "text/html"}).headers["Location"]
        text = page(one, where)
        assert labels(text) == wanted
        assert "Conditions changed" not in text
    assert text.count(">Standard") == 1


def test_a_saved_search_holds_the_columns_that_were_chosen(ann: Client, orders: list[int]) -> None:
    send(ann, f"{LIST}/columns", cols=["name", "day"], do="save")
    where = send(ann, f"{LIST}/schemes?q=S", name="With columns").headers["Location"]
    send(ann, f"{LIST}/columns", do="reset")
    assert labels(page(ann, LIST)) != ["Name", "Day"]
    assert labels(page(ann, where)) == ["Name", "Day"]
    send(ann, f"{LIST}/columns", cols=["name", "paid"], do="save")
    assert "Conditions changed" in page(ann, where.replace("&cols=name%2Cday", ""))


def test_sharing_takes_a_right_and_reaches_the_role_only(
    ann: Client, boss: Client, client: Callable[..., Client]
) -> None:
    assert send(ann, f"{LIST}/schemes?q=x", name="Ours", roles="1", role="web_shop.clerk").status_code == 403
    number = scheme_of(send(boss, f"{LIST}/schemes?q=x", name="Ours", roles="1", role="web_shop.chief"))
    assert "Ours" in page(client("chief"), LIST)
    assert "Ours" not in page(ann, LIST)
    assert send(client("chief"), f"{LIST}/schemes", do="delete", number=number).status_code == 404
    assert send(boss, f"{LIST}/schemes?q=x", name="Ours", roles="1", role="no.role").status_code == 303
    assert send(boss, f"{LIST}/schemes?q=x", name=" ").status_code == 303


@pytest.mark.rows("CORE-34")
def test_favourites_are_ones_own_and_open_as_a_list(
    ann: Client, client: Callable[..., Client], orders: list[int]
) -> None:
    assert send(ann, f"{LIST}/{orders[1]}/star", on="1").status_code == 303
    text = page(ann, LIST, fav="1")
    assert ">S1<" in text
    assert ">S2<" not in text
    assert ">S1<" not in page(client("bob"), LIST, fav="1")
    assert 'class="star on"' in page(ann, f"{LIST}/{orders[1]}/star")
    send(ann, f"{LIST}/{orders[1]}/star", on="0")
    assert ">S1<" not in page(ann, LIST, fav="1")


def test_a_favourite_one_may_no_longer_read_disappears(
    shop: Application, ann: Client, client: Callable[..., Client]
) -> None:
    def owned_by(env: Any, login: str) -> int:
        return int(env["core.user"].search([["login", "=", login]])[0].id)

    number = shop.run(lambda env: env["web.customer"].create({"name": "Leaving", "owner": owned_by(env, "ann")}).id)
    path = "/records/web.customer"
    send(ann, f"{path}/{number}/star", on="1")
    assert "Leaving" in page(ann, path, fav="1")
    shop.run(lambda env: env["web.customer"].update([["id", "=", number]], {"owner": owned_by(env, "bob")}))
    assert "Leaving" not in page(ann, path, fav="1")
    assert send(ann, f"{path}/{number}/star", on="0").status_code == 404
    assert send(client("bob"), f"{path}/99999999/star", on="1").status_code == 404


def test_a_list_with_all_of_it_costs_few_statements(shop: Application, ann: Client, orders: list[int]) -> None:
    send(ann, f"{LIST}/{orders[0]}/star", on="1")
    send(ann, f"{LIST}/columns", cols=["name", "customer", "state"], do="save")
    send(ann, f"{LIST}/schemes?q=S", name="One")
    page(ann, LIST, fav="1")
    with Statements(shop.database().engine).listening() as statements, statements.at_most(12):
        page(ann, LIST, fav="1")
