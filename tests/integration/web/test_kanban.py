"""Boards: columns with counts and sums, cards moved by writing or by a transition, the same rights."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client
from core.testing.statements import Statements

from .pages import page

JSON = {"Accept": "application/json"}


@pytest.fixture
def orders(shop: Application) -> tuple[str, list[int]]:
    """Seven drafts of 10 each, one of 2,000,000, and one done, of one customer of Ann's: the domain that finds them, and the ids."""

    def make(env: Any) -> tuple[int, list[int]]:
        ann = env["core.user"].search([["login", "=", "ann"]])[0]
        customer = env["web.customer"].create({"name": "Board Ltd", "owner": ann})
        rows = [{"name": f"K{n}", "customer": customer, "amount": 10} for n in range(7)]
        rows += [{"name": "Large", "customer": customer, "amount": 2_000_000}]
        rows += [{"name": "Old", "customer": customer, "amount": 1, "state": "done"}]
        return customer.id, [env["web.order"].create(row).id for row in rows]

    customer, ids = shop.run(make)
    return f'[["customer","=",{customer}]]', ids


def board(client: Client, domain: str, **more: Any) -> str:
    return page(client, "/records/web.order", view="kanban", domain=domain, **more)


def move(client: Client, domain: str, number: int, to: str, model: str = "web.order") -> Any:
    return client.request(
        "POST",
        f"/records/{model}/{number}/move",
        query={"view": "kanban", "domain": domain},
        data={"to": to},
        headers=JSON,
    )


def test_columns_have_count_and_sum_and_a_limited_number_of_cards(ann: Client, orders: Any) -> None:
    text = board(ann, orders[0])
    found = re.findall(r'el">(\w+)</b><span class="mut3 num" data-count>(\d+)<', text)
    assert found == [("Draft", "8"), ("Confirmed", "0")]
    assert "2,000,070.00" in text
    assert len(re.findall(r'class="kd', text)) == 5
    assert "Show the remaining 3" in text
    assert len(re.findall(r'class="kd', board(ann, orders[0], more="draft"))) == 8


def test_a_folded_column_is_unfolded_by_the_address(ann: Client, orders: Any) -> None:
    assert ">Old<" not in board(ann, orders[0])
    assert ">Old<" in board(ann, orders[0], folded="done")


def test_moving_a_card_calls_the_transition_that_leads_there(shop: Application, ann: Client, orders: Any) -> None:
    domain, ids = orders
    answer = move(ann, domain, ids[0], "confirmed")
    assert answer.status_code == 200
    assert answer.get_json()["heads"]["confirmed"]["count"] == "1"
    history = ann.get_json(f"/api/v1/web.order/{ids[0]}")
    assert history["state"] == "confirmed"


def test_a_move_that_nothing_leads_to_or_that_is_for_others_is_refused(
    ann: Client, client: Callable[..., Client], orders: Any
) -> None:
    domain, ids = orders
    assert move(ann, domain, ids[1], "done").status_code == 409
    assert move(ann, domain, ids[1], "nothing").status_code == 409
    assert move(ann, domain, ids[1], "confirmed").status_code == 200
    assert move(ann, domain, ids[1], "done").status_code == 403
    assert ann.get_json(f"/api/v1/web.order/{ids[1]}")["state"] == "confirmed"
    assert move(client("chief"), domain, ids[1], "done").status_code == 200


def test_a_move_that_waits_for_approval_says_so_and_changes_nothing(ann: Client, orders: Any) -> None:
    domain, ids = orders
    answer = move(ann, domain, ids[7], "confirmed").get_json()
    assert answer["held"] is True
    assert ann.get_json(f"/api/v1/web.order/{ids[7]}")["state"] == "draft"


def test_without_transitions_the_field_is_written(
    shop: Application, ann: Client, client: Callable[..., Client]
) -> None:
    def make(env: Any) -> int:
        ann_ = env["core.user"].search([["login", "=", "ann"]])[0]
        return int(env["web.customer"].create({"name": "Moved", "owner": ann_}).id)

    number = shop.run(make)
    assert move(ann, "[]", number, "b", "web.customer").status_code == 200
    assert ann.get_json(f"/api/v1/web.customer/{number}")["level"] == "b"
    assert move(ann, "[]", number, "z", "web.customer").status_code == 422
    hidden = move(client("bob"), "[]", number, "a", "web.customer")
    assert hidden.status_code == move(client("bob"), "[]", 99999999, "a", "web.customer").status_code == 404
    assert move(ann, "[]", 1, "a", "web.tag").status_code == 404


def test_a_board_costs_few_statements_whatever_it_holds(shop: Application, ann: Client, orders: Any) -> None:
    board(ann, "[]", folded="done")
    with Statements(shop.database().engine).listening() as statements, statements.at_most(12):
        board(ann, "[]", folded="done")
