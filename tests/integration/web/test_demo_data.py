"""The page that removes the demo data (decision 0043)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.app import Application
from core.base.services.addon_changes import last_change, progress_key
from core.base.services.passwords import hash_password
from core.data.lifecycle.demo_rows import last_ids, note_rows
from core.testing.client import Client

from .conftest import PASSWORD

HTML = {"Accept": "text/html,*/*;q=0.8"}
PAGE = "/setup/demo"
NAMES = ["Demo customer", "Own customer"]


@pytest.fixture
def demo(shop: Application) -> Iterator[None]:
    """Demo data of one customer and one administrator, and then a customer of our own."""
    with shop.env() as env:
        before = last_ids(env.connection, env.registry)
        administrators = env["core.group"].search([["key", "=", "base.administrator"]])
        person = {"name": "Demo", "login": "demo", "password_hash": hash_password(PASSWORD), "language": "en"}
        env["core.user"].create({**person, "groups": list(administrators)})
        env["web.customer"].create({"name": NAMES[0]})
        env.flush()
        note_rows(env.connection, env.registry, before)
        env["web.customer"].create({"name": NAMES[1]})
    yield
    with shop.env() as env:
        env["web.customer"].search([["name", "in", NAMES]]).delete()
    shop.write_note(progress_key("default"), None)


def left(shop: Application) -> list[str]:
    with shop.env(readonly=True) as env:
        return [str(row.name) for row in env["web.customer"].search([["name", "in", NAMES]], order="name")]


def post(shop: Application, client: Client, typed: str) -> Any:
    answer = client.request("POST", PAGE, headers=HTML, data={"typed": typed})
    for thread in shop._threads:
        thread.join()
    return answer


@pytest.mark.rows("CORE-02")
def test_an_administrator_removes_the_demo_data_and_nothing_else(
    demo: None, shop: Application, boss: Client, ann: Client, client: Callable[..., Client]
) -> None:
    assert ann.request("GET", PAGE, headers=HTML).status_code == 403
    assert post(shop, ann, "demo").status_code == 403
    assert f'href="{PAGE}"' in boss.request("GET", "/setup", headers=HTML).text
    assert "rows were made as demo data" in boss.request("GET", PAGE, headers=HTML).text
    refused = post(shop, boss, "yes")
    assert refused.status_code == 422
    assert "Type “demo” to remove the demo data." in refused.text
    own_login = post(shop, client("demo"), "demo")
    assert own_login.status_code == 409
    assert "Log in as an administrator of your own." in own_login.text
    assert left(shop) == NAMES

    assert post(shop, boss, "demo").status_code == 303
    change = last_change(shop, "default")
    assert change is not None
    assert (change["state"], change["error"], change["done"]) == ("done", None, change["total"])
    assert left(shop) == NAMES[1:]
    assert "Remove the demo data" in boss.request("GET", "/apps/progress", headers=HTML).text
    audit = boss.get_json("/api/v1/core.audit", domain=[["kind", "=", "addons"]], fields="reason,user")
    assert "remove_demo: base" in [row["reason"] for row in audit["records"]]


def test_where_there_are_no_demo_data_there_is_no_page_to_remove_them(shop: Application, boss: Client) -> None:
    assert f'href="{PAGE}"' not in boss.request("GET", "/setup", headers=HTML).text
    assert boss.request("GET", PAGE, headers=HTML).status_code == 404
    assert post(shop, boss, "demo").status_code == 404
