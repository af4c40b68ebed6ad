"""The administrator's menus: renamed, moved, hidden, added and undone, for everybody at once, with every right as it was (CORE-43)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client
from tests.integration.web.pages import page, send

PATH = "/settings/menus"
SHOP, CUSTOMERS, SECRETS = "web_shop.menu", "web_shop.menu_customers", "web_shop.menu_secrets"
NAMES = {"label_en": "Clients", "label_zh_CN": "客户们"}


@pytest.fixture(autouse=True)
def as_shipped(shop: Application) -> Iterator[None]:
    """Take all customisations away again, and the searches they open."""
    yield

    def clear(env: Any) -> None:
        for model in ("core.view_patch", "core.search_scheme", "core.menu_right"):
            for row in env[model].search():
                row.delete()

    shop.run(clear)


@pytest.fixture
def change(boss: Client) -> Callable[..., Any]:
    """Sends a form of the page as the administrator and expects a status."""

    def post(status: int = 303, **fields: Any) -> Any:
        answer = send(boss, PATH, **fields)
        assert answer.status_code == status, answer.text
        return answer

    return post


def labels(client: Client, path: str = "/records/web.customer") -> list[str]:
    """Return the navigation as somebody sees it, top to bottom."""
    navigation = page(client, path).split("<aside", 1)[1].split("</aside>", 1)[0]
    return re.findall(r'<a href="[^"]*"[^>]* title="([^"]*)"', navigation)


def newest(boss: Client) -> str:
    """Return the number of the newest change."""
    found = re.search(r'name="number" value="(\d+)"', page(boss, PATH))
    assert found is not None
    return found[1]


def added(boss: Client, change: Callable[..., Any], **fields: Any) -> str:
    """Add a menu and return its id."""
    answer = change(do="add", label_en="Mine", label_zh_CN="我的", **fields)
    return str(answer.headers["Location"]).partition("open=")[2]


@pytest.mark.rows("CORE-43")
def test_a_menu_gets_a_name_for_each_language_at_once_for_everybody_until_it_is_undone(
    boss: Client, ann: Client, change: Callable[..., Any]
) -> None:
    assert "Customer" in labels(ann)
    change(do="rename", id=CUSTOMERS, **NAMES)
    assert "Clients" in labels(ann) and "Customer" not in labels(ann)
    assert re.search(r"<h1[^>]*>Clients", page(ann, "/records/web.customer", menu=CUSTOMERS))
    assert "客户们" in page(boss, PATH, open=CUSTOMERS)
    change(do="rename", id=CUSTOMERS, label_en="Buyers", label_zh_CN="买家")
    change(do="undo", number=newest(boss))
    assert "Customer" in labels(ann)
    assert "The menus stand as the apps ship them" in page(boss, PATH)


@pytest.mark.rows("CORE-43")
def test_menus_are_moved_before_others_also_where_both_are_shipped_with_one_sequence(
    ann: Client, boss: Client, change: Callable[..., Any]
) -> None:
    def order() -> list[str]:
        return [name for name in labels(boss) if name in ("Customer", "Secret", "By state")]

    assert order() == ["Customer", "Secret", "By state"]
    change(do="move", id="web_shop.menu_by_state", parent=SHOP, before=SECRETS)
    assert order() == ["Customer", "By state", "Secret"]
    change(do="step", id="web_shop.menu_by_state", way="up")
    assert order() == ["By state", "Customer", "Secret"]
    change(do="step", id="web_shop.menu_by_state", way="down")
    assert order() == ["Customer", "By state", "Secret"]
    change(do="step", id="web_shop.menu_by_state", way="in")
    assert "By state" in labels(ann, "/records/web.customer?menu=web_shop.menu_customers")
    change(do="step", id="web_shop.menu_by_state", way="out")
    assert order() == ["Customer", "By state", "Secret"]
    change(do="undo", number=newest(boss))
    assert order() == ["Customer", "Secret", "By state"]


@pytest.mark.rows("CORE-43", "CORE-24")
def test_a_hidden_menu_takes_no_right_and_comes_back(boss: Client, ann: Client, change: Callable[..., Any]) -> None:
    change(do="hide", id=SHOP)
    assert labels(ann) == ["Workbench"]
    assert "Customer" in page(ann, "/records/web.customer")
    assert ann.get_json("/api/v1/web.customer")["total"] >= 0
    assert "Shop" in page(boss, PATH)
    change(do="show", id=SHOP)
    assert "Shop" in labels(ann)


@pytest.mark.rows("CORE-24")
def test_menu_rights_hide_a_menu_from_a_role_or_keep_it_for_one_and_take_no_right(
    boss: Client, ann: Client, client: Callable[..., Client], shop: Application
) -> None:
    chief = client("chief")

    def give(group: str, allowed: bool) -> None:
        values = {"menu": CUSTOMERS, "allowed": allowed}
        shop.run(lambda env: env["core.menu_right"].create({**values, "group": env.ref(group)}))

    assert "Customer" in labels(ann) and "Customer" in labels(chief)
    give("web_shop.clerk", False)
    assert "Customer" not in labels(ann)
    assert "Customer" in page(ann, "/records/web.customer")
    assert "Customer" in labels(boss)
    shop.run(lambda env: env["core.menu_right"].search().delete())
    give("web_shop.chief", True)
    assert "Customer" in labels(chief) and "Customer" in labels(boss)
    assert "Customer" not in labels(ann)


@pytest.mark.rows("CORE-43")
def test_a_menu_opens_a_saved_search_for_those_who_see_it_and_the_whole_list_for_others(
    boss: Client, ann: Client, shop: Application, change: Callable[..., Any]
) -> None:
    def save(env: Any) -> int:
        owner = env["core.user"].search([["login", "=", "boss"]])[0]
        values = {"name": "Big ones", "user": owner, "model": "web.customer", "query": {"q": "big"}}
        made = env["core.search_scheme"].create({**values, "shared_with": ["web_shop.chief", "base.administrator"]})
        env.flush()
        return int(made.id)

    scheme = shop.run(save)
    menu = added(boss, change, kind="list", scheme=str(scheme), parent=SHOP)
    assert "Mine" in labels(ann) and "Mine" in labels(boss)
    opened = boss.request("GET", f"/records/web.customer?menu={menu}", headers={"Accept": "text/html"})
    assert opened.status_code == 303 and f"scheme={scheme}" in opened.headers["Location"]
    assert "q=big" in opened.headers["Location"]
    assert re.search(r"<h1[^>]*>Mine", page(ann, "/records/web.customer", menu=menu))
    change(do="undo", number=newest(boss))
    assert "Mine" not in labels(ann)
    page(ann, "/records/web.customer", 400, menu=menu)


@pytest.mark.rows("CORE-43")
def test_an_added_menu_grants_nothing(boss: Client, ann: Client, client: Callable[..., Client], change: Any) -> None:
    added(boss, change, kind="list", model="core.audit", parent=SHOP)
    assert "Mine" in labels(boss) and "Mine" not in labels(ann)
    page(ann, "/records/core.audit", 404)
    added(boss, change, kind="page", page="/access/matrix", parent=SHOP)
    assert "Mine" in labels(ann)
    page(ann, "/access/matrix", 403)
    added(boss, change, kind="link", link="https://example.com/help?a=1", icon="link")
    text = page(client("guest"), "/profile")
    assert '<a href="https://example.com/help?a=1" target="_blank" rel="noopener noreferrer"' in text


def test_an_added_menu_that_holds_others_is_taken_away_only_when_it_is_empty(
    boss: Client, ann: Client, change: Callable[..., Any]
) -> None:
    menu = added(boss, change, kind="heading")
    number = newest(boss)
    change(do="move", id=CUSTOMERS, parent=menu)
    assert labels(ann).index("Mine") < labels(ann).index("Customer")
    assert "Other menus stand inside" in change(409, do="undo", number=number).text
    change(do="undo", number=newest(boss))
    change(do="undo", number=number)
    assert "Mine" not in page(boss, PATH)


def test_nobody_but_administrators_changes_menus(ann: Client) -> None:
    page(ann, PATH, 403)
    assert send(ann, PATH, do="hide", id=SHOP).status_code == 403
    assert "Shop" in labels(ann)


@pytest.mark.parametrize(
    ("status", "told", "fields"),
    [
        (400, "", {"do": "explode", "id": SHOP}),
        (400, "", {"do": "hide", "id": "web_shop.nothing"}),
        (400, "", {"do": "step", "id": SHOP, "way": "around"}),
        (404, "", {"do": "undo", "number": "999999"}),
        (400, "", {"do": "undo", "number": "one"}),
        (
            422,
            "A menu needs a name in each language",
            {"do": "rename", "id": SHOP, "label_en": "Kept", "label_zh_CN": " "},
        ),
        (422, "At most 60", {"do": "rename", "id": SHOP, "label_en": "x" * 61, "label_zh_CN": "店"}),
        (422, "inside itself", {"do": "move", "id": SHOP, "parent": CUSTOMERS}),
        (422, "no such menu", {"do": "move", "id": SHOP, "parent": "web_shop.nothing"}),
        (422, "no such menu", {"do": "move", "id": SHOP, "before": SECRETS}),
        (422, "further that way", {"do": "step", "id": SHOP, "way": "out"}),
        (422, "Choose what the menu opens", {"do": "add", **NAMES, "kind": "door"}),
        (422, "A menu needs a name", {"do": "add", "label_en": "Kept", "kind": "heading"}),
        (422, "Choose an object", {"do": "add", **NAMES, "kind": "list", "model": "web.nothing"}),
        (422, "no such saved search", {"do": "add", **NAMES, "kind": "list", "scheme": "999999"}),
        (422, "no such view", {"do": "add", **NAMES, "kind": "list", "model": "web.tag", "view": "calendar"}),
        (422, "begins with a slash", {"do": "add", **NAMES, "kind": "page", "page": "//evil.example/"}),
        (422, "http:// or https://", {"do": "add", **NAMES, "kind": "link", "link": "javascript:alert(1)"}),
        (422, "http:// or https://", {"do": "add", **NAMES, "kind": "link", "link": "https://a@b.example/"}),
        (422, "no such icon", {"do": "add", **NAMES, "kind": "heading", "icon": "../x"}),
    ],
)
def test_a_wrong_change_is_refused_at_its_field_and_nothing_is_kept(
    change: Callable[..., Any], shop: Application, status: int, told: str, fields: dict[str, str]
) -> None:
    text = change(status, **fields).text
    assert told in text
    if status == 422 and "label_en" in fields:
        assert f'value="{fields["label_en"]}"' in text
    with shop.env(readonly=True) as env:
        assert env["core.view_patch"].count() == 0


@pytest.mark.rows("CORE-43")
def test_an_update_of_a_menu_that_was_renamed_is_a_conflict_on_the_page_of_faults(
    boss: Client, ann: Client, shop: Application, change: Callable[..., Any]
) -> None:
    change(do="rename", id=CUSTOMERS, **NAMES)

    def as_if_updated(env: Any) -> None:
        row = env["core.view_patch"].search()[0]
        row.update(base={"label": "Customers of old", "labels": None})

    shop.run(as_if_updated)
    text = page(boss, "/system/views")
    assert "Customers of old" in text and "Clients" in text
    assert "Clients" in labels(ann)


def test_a_link_that_is_no_address_is_left_out_and_reported_however_it_came_there(
    boss: Client, shop: Application
) -> None:
    def by_hand(env: Any) -> None:
        patch = {"add": {"label": "Trap", "url": "javascript:alert(1)"}}
        env["core.view_patch"].create({"kind": "menu", "target": "custom.trap", "patch": patch})

    shop.run(by_hand)
    assert "Trap" not in labels(boss)
    assert "no address that a menu may lead to" in page(boss, "/system/views")
