"""Batches from a list (CORE-42, CORE-30, CORE-32): the others go through, the reasons are told, the same rights."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client

from .pages import page, send

BATCH = "/records/web.order/batch"


@pytest.fixture
def orders(shop: Application) -> list[int]:
    """Three drafts of a customer of Ann's; the last is too large to be confirmed without approval, the middle one looks like a formula."""

    def make(env: Any) -> list[int]:
        ann = env["core.user"].search([["login", "=", "ann"]])[0]
        customer = env["web.customer"].create({"name": "Batch Ltd", "owner": ann})
        names = ("B1", "=1+1", "B3")
        return [env["web.order"].create({"name": name, "customer": customer, "amount": 7}).id for name in names]

    return shop.run(make)


def customers(shop: Application, *owners: str) -> list[int]:
    def make(env: Any) -> list[int]:
        people = {user.login: user for user in env["core.user"].search()}
        return [env["web.customer"].create({"name": "Kept", "owner": people[owner]}).id for owner in owners]

    return shop.run(make)


def read(shop: Application, model: str, ids: list[int], name: str) -> list[Any]:
    with shop.env(readonly=True) as env:
        return [row[name] for row in env[model].read([["id", "in", ids]], [name], "id")]


def tell(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


@pytest.mark.rows("CORE-42")
def test_one_field_is_changed_on_all_rows_selected(shop: Application, ann: Client, orders: list[int]) -> None:
    asked = send(ann, BATCH, do="change:amount", id=orders)
    assert asked.status_code == 200
    assert 'name="value"' in tell(asked)
    assert read(shop, "web.order", orders, "amount") == [7, 7, 7]
    done = send(ann, BATCH, do="change:amount", id=orders[:2], value="1,250.5", sent="1")
    assert done.status_code == 303
    assert [str(value) for value in read(shop, "web.order", orders, "amount")] == ["1250.50", "1250.50", "7.00"]


def test_a_value_that_can_not_be_read_is_asked_for_again(shop: Application, ann: Client, orders: list[int]) -> None:
    answer = send(ann, BATCH, do="change:amount", id=orders, value="much", sent="1")
    assert answer.status_code == 422
    assert 'value="much"' in tell(answer)
    assert read(shop, "web.order", orders, "amount") == [7, 7, 7]


@pytest.mark.rows("CORE-42")
def test_rows_that_a_rule_refuses_are_listed_and_the_others_go_through(
    shop: Application, ann: Client, orders: list[int]
) -> None:
    assert send(ann, BATCH, do="action:confirm", id=orders[:1]).status_code == 303
    answer = send(ann, BATCH, do="action:confirm", id=orders)
    assert answer.status_code == 200
    assert read(shop, "web.order", orders, "state") == ["confirmed", "confirmed", "confirmed"]
    reasons = re.findall(r'class="why">(.*?)</td>', tell(answer), re.S)
    assert len(reasons) == 1
    assert "Confirmed" in reasons[0]


def test_an_action_for_other_groups_is_neither_offered_nor_done(
    shop: Application, ann: Client, client: Callable[..., Client], orders: list[int]
) -> None:
    assert "action:finish" not in page(ann, "/records/web.order")
    assert "action:finish" in page(client("chief"), "/records/web.order")
    assert send(ann, BATCH, do="action:finish", id=orders).status_code == 404
    assert read(shop, "web.order", orders, "state") == ["draft"] * 3


def test_a_record_one_may_not_see_fails_like_one_that_is_not_there(shop: Application, ann: Client) -> None:
    mine, theirs = customers(shop, "ann", "bob")
    answer = send(
        ann, "/records/web.customer/batch", do="change:visits", id=[mine, theirs, 99999999], value="5", sent="1"
    )
    assert read(shop, "web.customer", [mine, theirs], "visits") == [5, None]
    hidden, absent = re.findall(r'class="why">(.*?)</td>', tell(answer), re.S)
    assert hidden.replace(str(theirs), "N") == absent.replace("99999999", "N")


def test_a_whole_search_is_changed_at_once(shop: Application, ann: Client, orders: list[int]) -> None:
    customer = read(shop, "web.order", orders, "customer")[0]
    path = f'{BATCH}?domain=[["customer","%3D",{customer}]]'
    assert send(ann, path, do="change:day", all="1", value="2026-11-20", sent="1").status_code == 303
    assert [str(day) for day in read(shop, "web.order", orders, "day")] == ["2026-11-20"] * 3


def test_more_than_the_limit_is_refused_and_nothing_is_done(
    shop: Application, ann: Client, orders: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.web.pages.batch.MOST", 2)
    assert send(ann, BATCH, do="delete", id=orders).status_code == 400
    assert len(read(shop, "web.order", orders, "id")) == 3


def test_what_is_deleted_can_be_undone_by_who_may_use_the_bin(
    shop: Application, ann: Client, boss: Client, orders: list[int]
) -> None:
    assert send(ann, BATCH, do="delete", id=orders[:1]).status_code == 303
    assert send(ann, f"{BATCH}/restore", id=orders[:1]).status_code == 403
    answer = send(boss, BATCH, do="delete", id=orders)
    assert f"{BATCH}/restore" in tell(answer)
    assert read(shop, "web.order", orders, "id") == []
    assert send(boss, f"{BATCH}/restore", id=orders).status_code == 303
    # Ann's deletion is not the administrator's to undo here.
    assert read(shop, "web.order", orders, "id") == orders[1:]


@pytest.mark.rows("CORE-30")
def test_export_takes_the_right_and_guards_against_formulas(
    shop: Application, ann: Client, boss: Client, orders: list[int]
) -> None:
    assert 'value="export:csv"' not in page(ann, "/records/web.order")
    assert send(ann, BATCH, do="export:csv", id=orders).status_code == 403
    answer = send(boss, BATCH, do="export:csv", id=orders)
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert rows[0][:3] == ["Name", "Customer", "Amount"]
    assert [row[:3] for row in rows[1:]] == [
        ["B1", "Batch Ltd", "7.00"],
        ["'=1+1", "Batch Ltd", "7.00"],
        ["B3", "Batch Ltd", "7.00"],
    ]


def test_nothing_selected_and_unknown_work_do_nothing(ann: Client, orders: list[int]) -> None:
    nothing = send(ann, BATCH, do="delete")
    assert nothing.status_code == 422
    assert "Nothing is selected" in tell(nothing)
    assert send(ann, BATCH, do="explode", id=orders).status_code == 404
    assert send(ann, BATCH, do="change:paid", id=orders).status_code == 404
    assert send(ann, BATCH, do="change:nothing", id=orders).status_code == 404
    assert send(ann, "/records/web.secret/batch", do="delete", id=["1"]).status_code == 404


def test_the_responsible_person_is_assigned_only_with_the_right(shop: Application, ann: Client, boss: Client) -> None:
    (mine,) = customers(shop, "ann")
    with shop.env(readonly=True) as env:
        bob = env["core.user"].search([["login", "=", "bob"]])[0].id
    answer = send(boss, "/records/web.customer/batch", do="change:owner", id=[mine], value=str(bob), sent="1")
    assert answer.status_code == 303
    assert read(shop, "web.customer", [mine], "owner") == [bob]
