"""The workbench: panels by right, each by itself, arranged per user (CORE-45)."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client
from core.testing.statements import Statements

HTML = {"Accept": "text/html"}
FORM = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
pytestmark = pytest.mark.rows("CORE-45")
CLERKS = ["web_shop.number", "web_shop.broken", "web_shop.states", "web_shop.latest"]


def page(client: Client, path: str = "/", status: int = 200) -> str:
    answer = client.request("GET", path, headers=HTML)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def panels(client: Client) -> list[str]:
    return re.findall(r'data-panel="([^"]+)"', page(client))


def arrange(client: Client, status: int = 303, **fields: Any) -> None:
    answer = client.request("POST", "/workbench", data=fields, headers=FORM)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]


def test_a_user_has_the_panels_that_groups_models_and_fields_allow(client: Callable[..., Client]) -> None:
    assert panels(client("bob")) == CLERKS
    chief = panels(client("chief"))
    assert {"web_shop.limits", "web_shop.secrets", "web_shop.chiefs"} < set(chief)
    assert "web_shop.elsewhere" not in chief


@pytest.mark.parametrize("panel", ["web_shop.limits", "web_shop.secrets", "web_shop.chiefs", "web_shop.elsewhere"])
def test_a_panel_one_may_not_see_answers_like_one_that_is_not_there(client: Callable[..., Client], panel: str) -> None:
    ids = re.compile(r"<code>\w+</code>")
    hidden, absent = (ids.sub("", page(client("bob"), f"/panels/{each}", 404)) for each in (panel, "web_shop.none"))
    assert hidden == absent


def test_who_has_no_role_is_told_what_to_do(client: Callable[..., Client]) -> None:
    text = page(client("guest"))
    assert "data-panel" not in text
    assert "Ask your administrator for a role." in text


def test_a_faulty_panel_tells_its_error_and_the_others_show_their_numbers(ann: Client) -> None:
    total = ann.get_json("/api/v1/web.order", limit=1)["total"]
    assert 'role="alert"' in page(ann, "/panels/web_shop.broken")
    shown = re.search(r'class="v"[^>]*title="([\d,]+)"', page(ann, "/panels/web_shop.number"))
    assert shown
    assert int(shown[1].replace(",", "")) == total


def test_panels_count_only_what_the_user_may_see(ann: Client, client: Callable[..., Client]) -> None:
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]], fields="id")["records"][0]["id"]
    made = ann.post_json("/api/v1/web.customer", {"name": "Workbench Ltd", "owner": me})
    assert "Workbench Ltd" in page(ann, "/panels/web_shop.latest")
    assert "Workbench Ltd" not in page(client("bob"), "/panels/web_shop.latest")
    ann.delete(f"/api/v1/web.customer/{made['id']}")


def test_all_records_of_a_panel_that_names_the_user_open_from_it(client: Callable[..., Client]) -> None:
    bob = client("bob")
    me = bob.get_json("/api/v1/core.user", domain=[["login", "=", "bob"]], fields="id")["records"][0]["id"]
    made = bob.post_json("/api/v1/web.customer", {"name": "Panel Ltd", "owner": me})
    way = re.search(r'<a class="link" href="([^"]+)"', page(bob, "/panels/web_shop.mine?place=cellar"))
    assert way
    assert "Panel Ltd" in page(bob, html.unescape(way[1]))
    bob.delete(f"/api/v1/web.customer/{made['id']}")


def test_order_width_and_what_is_shown_are_kept_for_their_user_only(client: Callable[..., Client]) -> None:
    bob, chief = client("bob"), client("chief")
    before = panels(chief)
    order = ["web_shop.latest", "web_shop.number", "web_shop.states", "web_shop.broken"]
    arrange(bob, panel=order, shown=["web_shop.latest", "web_shop.states"], **{"width.web_shop.states": "12"})
    assert panels(bob) == ["web_shop.latest", "web_shop.states"]
    assert 'class="panel w12 chart" data-panel="web_shop.states"' in page(bob)
    assert panels(chief) == before
    arrange(bob, reset="1")
    assert panels(bob) == CLERKS


def test_all_panels_hidden_leaves_the_way_back(client: Callable[..., Client]) -> None:
    bob = client("bob")
    arrange(bob, panel=CLERKS)
    text = page(bob)
    assert "data-panel" not in text
    assert "data-arrange" in text
    arrange(bob, reset="1")


@pytest.mark.parametrize(
    "fields",
    [
        {"panel": ["web_shop.secrets"]},
        {"panel": ["nothing"]},
        {"panel": ["web_shop.number"], "shown": ["web_shop.states"]},
        {"panel": ["web_shop.states"], "shown": ["web_shop.states"], "width.web_shop.states": "5"},
        {"panel": ["web_shop.states"], "shown": ["web_shop.states"], "width.web_shop.states": "x"},
    ],
)
def test_a_wrong_arrangement_is_refused_and_nothing_changes(client: Callable[..., Client], fields: Any) -> None:
    bob = client("bob")
    arrange(bob, 400, **fields)
    assert panels(bob) == CLERKS


def test_an_arrangement_needs_the_token(client: Callable[..., Client]) -> None:
    bob = client("bob")
    headers = {**FORM, "X-CSRF-Token": ""}
    assert bob.request("POST", "/workbench", data={"reset": "1"}, headers=headers).status_code == 403


def test_the_workbench_itself_asks_for_no_panel(shop: Application, ann: Client) -> None:
    page(ann)
    with Statements(shop.database().engine).listening() as statements:
        page(ann)
    assert not [each for each in statements.seen if "FROM web_" in each]


@pytest.mark.parametrize("panel", ["number", "states", "latest"])
def test_a_panel_costs_one_statement_for_its_content(shop: Application, ann: Client, panel: str) -> None:
    page(ann, f"/panels/web_shop.{panel}")
    with Statements(shop.database().engine).listening() as statements:
        page(ann, f"/panels/web_shop.{panel}")
    assert len([each for each in statements.seen if "FROM web_" in each]) == 1


def test_a_panel_of_another_place_is_shown_there_with_the_id_of_its_record(ann: Client) -> None:
    assert 'class="v"' in page(ann, "/panels/web_shop.elsewhere?place=cellar")
    page(ann, "/panels/web_shop.number?place=cellar", 404)
    beside = "/panels/web_shop.beside?place=cellar"
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]], fields="id")["records"][0]["id"]
    number = ann.post_json("/api/v1/web.customer", {"name": "Cellar Ltd", "owner": me})["id"]
    assert 'title="1"' in page(ann, f"{beside}&record={number}")
    for wrong in ("", "&record=", "&record=x", f"&record={'9' * 30}"):
        assert 'title="1"' not in page(ann, beside + wrong)
    ann.delete(f"/api/v1/web.customer/{number}")
