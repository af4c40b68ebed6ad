"""The page of apps: what there is, the plan before a change, the change, its export, and what apps cost (CORE-01, design 1.11, 1.12)."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.app import Application
from core.base.services.addon_changes import is_running, last_change, progress_key
from core.testing.client import Client

from .conftest import disable, enable

HTML = {"Accept": "text/html,*/*;q=0.8"}
PAGES = ("/apps", "/apps/web_extra", "/apps/costs", "/apps/progress", "/apps/exports/x.zip")


@pytest.fixture
def page(boss: Client) -> Callable[..., Any]:
    """Opens a page as the administrator."""

    def get(path: str, status: int = 200) -> str:
        answer = boss.request("GET", path, headers=HTML)
        assert answer.status_code == status, answer.text
        return str(answer.text)

    return get


@pytest.fixture
def change(boss: Client, shop: Application) -> Callable[..., Any]:
    """Sends a change and waits until it has ended."""

    def post(action: str, name: str = "web_extra", **fields: str) -> Any:
        answer = boss.request("POST", f"/apps/{name}/{action}", headers=HTML, data=fields)
        for thread in shop._threads:
            thread.join()
        return answer

    return post


@pytest.fixture(autouse=True)
def as_before(shop: Application) -> Iterator[None]:
    """Leave the shop without the second addon, as it was found."""
    yield
    with shop.env(readonly=True) as env:
        present = "web_extra" in env.registry.addons
    if present:
        disable(shop, "web_extra")
    shop.write_note(progress_key("default"), None)


@pytest.mark.parametrize("path", PAGES)
def test_nobody_but_administrators_opens_the_pages_of_apps(
    ann: Client, client: Callable[..., Client], path: str
) -> None:
    assert ann.request("GET", path, headers=HTML).status_code == 403
    assert client().request("GET", path, headers=HTML).status_code == 303


def test_nobody_but_administrators_changes_apps(ann: Client, shop: Application) -> None:
    for path in ("/apps/web_extra/enable", "/apps/rescan", "/apps/costs"):
        assert ann.request("POST", path, headers=HTML, data={"do": "start"}).status_code == 403
    with shop.env(readonly=True) as env:
        assert "web_extra" not in env.registry.addons


def test_the_menu_of_apps_is_there_for_administrators_only(boss: Client, ann: Client) -> None:
    assert 'href="/apps" class=" on"' in boss.request("GET", "/apps", headers=HTML).text
    assert 'title="Apps"' not in ann.request("GET", "/records/web.customer", headers=HTML).text


@pytest.mark.rows("CORE-01")
def test_all_apps_found_are_listed_with_state_version_and_what_they_need(page: Callable[..., str]) -> None:
    text = page("/apps")
    assert "Web shop" in text and "1.2.3" in text and "Customers and orders, for tests of the web" in text
    assert "Web extra" in text and "Not enabled" in text
    assert "Needs: " in page("/apps/web_extra") or "Web shop</a>" in page("/apps/web_extra")


def test_apps_are_found_by_words_category_and_state(page: Callable[..., str]) -> None:
    def names(path: str) -> set[str]:
        return set(re.findall(r'class="mono mut3 el">(\w+)<', page(path)))

    assert "web_extra" in names("/apps?q=nickname") and "web_shop" not in names("/apps?q=nickname")
    assert "web_shop" in names("/apps?state=enabled") and "web_extra" not in names("/apps?state=enabled")
    assert names("/apps?category=Tests") >= {"web_shop", "web_extra"} and "base" not in names("/apps?category=Tests")
    assert "No app fits these conditions" in page("/apps?q=zzzz")


@pytest.mark.parametrize(
    "path",
    [
        "/apps?state=odd",
        "/apps?colour=red",
        "/apps/web_extra?do=explode",
        "/apps/base?do=remove",
        "/apps/web_extra?do=disable",
    ],
)
def test_a_parameter_that_means_nothing_here_is_a_bad_request(page: Callable[..., str], path: str) -> None:
    page(path, 400)


def test_an_app_that_is_not_there_is_not_found(page: Callable[..., str], change: Callable[..., Any]) -> None:
    page("/apps/nothing", 404)
    page("/apps/exports/..%2Ftangram.db", 404)
    assert change("enable", "nothing").status_code == 404


def test_the_plan_names_columns_and_changes_nothing(page: Callable[..., str], shop: Application) -> None:
    text = page("/apps/web_extra?do=enable")
    assert "web_customer" in text and "nickname" in text and "nothing is done yet." in text
    with shop.env(readonly=True) as env:
        assert "web_extra" not in env.registry.addons


@pytest.mark.rows("CORE-01")
def test_enabling_adds_the_field_at_once_and_disabling_hides_it_with_the_data_kept(
    page: Callable[..., str], change: Callable[..., Any], boss: Client, shop: Application
) -> None:
    answer = change("enable")
    assert answer.status_code == 303
    change_of = last_change(shop, "default")
    assert change_of is not None and (change_of["state"], change_of["error"]) == ("done", None)
    made = boss.post_json("/api/v1/web.customer", {"name": "Kept", "nickname": "Kay"})
    assert "Disable" in page("/apps/web_extra?do=disable")
    assert change("disable").status_code == 303
    assert "nickname" not in boss.get_json(f"/api/v1/web.customer/{made['id']}")
    assert "Enable again" in page("/apps")
    change("enable")
    assert boss.get_json(f"/api/v1/web.customer/{made['id']}")["nickname"] == "Kay"
    audit = boss.get_json("/api/v1/core.audit", domain=[["kind", "=", "addons"]], fields="reason")
    assert "enable: web_extra" in [row["reason"] for row in audit["records"]]


def test_removing_takes_the_name_typed_in_and_its_export_is_offered_and_can_be_restored(
    page: Callable[..., str], change: Callable[..., Any], boss: Client, shop: Application
) -> None:
    enable(shop, "web_extra")
    made = boss.post_json("/api/v1/web.customer", {"name": "Removed", "nickname": "Rem"})
    refused = change("remove", typed="web_extr")
    assert refused.status_code == 422 and "Type “web_extra” to remove it." in refused.text
    with shop.env(readonly=True) as env:
        assert "web_extra" in env.registry.addons
    assert change("remove", typed="web_extra").headers["Location"] == "/apps/progress"
    told = last_change(shop, "default")
    assert told is not None and told["state"] == "done"
    file = re.search(r'href="(/apps/exports/[^"]+)"', page("/apps/progress"))
    assert file is not None
    export = boss.request("GET", file[1])
    assert (
        export.status_code == 200 and export.data[:2] == b"PK" and "attachment" in export.headers["Content-Disposition"]
    )
    assert "restore" in page("/apps/web_extra?do=restore")
    assert change("restore", archive=told["archive"]).status_code == 303
    assert boss.get_json(f"/api/v1/web.customer/{made['id']}")["nickname"] == "Rem"
    change("remove", typed="web_extra")


def test_while_apps_change_no_other_change_begins_and_the_page_shows_how_far_it_is(
    page: Callable[..., str], change: Callable[..., Any], shop: Application
) -> None:
    note = {"action": "enable", "names": ["web_extra"], "state": "running", "label": "Changing", "done": 1, "total": 4}
    here = {
        "pid": os.getpid(),
        "machine": socket.gethostname(),
        "archive": None,
        "lost": [],
        "error": None,
        "hint": None,
    }
    shop.write_note(progress_key("default"), {**note, **here})
    assert is_running(shop, "default")
    assert 'hx-trigger="every 1s"' in page("/apps/progress") and "25%" in page("/apps/progress")
    assert change("enable").status_code == 409
    assert "plans are made once it has ended" in page("/apps/web_extra")
    # A process that is no longer there can't be changing anything.
    shop.write_note(progress_key("default"), {**note, **here, "pid": 2**22 + 12345})
    assert not is_running(shop, "default")
    assert "nothing was changed" in page("/apps/progress")


def test_costs_show_the_share_of_each_app_and_the_chain_of_one_request(
    boss: Client, page: Callable[..., str], shop: Application
) -> None:
    assert "Nothing traced yet" in page("/apps/costs")
    assert boss.request("POST", "/apps/costs", headers=HTML, data={"do": "start"}).status_code == 303
    boss.post_json("/api/v1/web.customer", {"name": "Traced"})
    page("/records/web.customer")
    text = page("/apps/costs?request=2")
    assert "Web shop" in text and "POST /api/v1/web.customer" in text and "INSERT INTO web_customer" in text
    assert "Traced</" not in text
    assert boss.request("POST", "/apps/costs", headers=HTML, data={"do": "stop"}).status_code == 303
    page("/records/web.tag")
    assert "GET /records/web.tag" not in page("/apps/costs")
    assert boss.request("POST", "/apps/costs", headers=HTML, data={"do": "dance"}).status_code == 400


def test_a_cookie_made_up_traces_nothing(ann: Client, page: Callable[..., str]) -> None:
    ann._werkzeug.set_cookie("tangram_trace", "made-up", domain="localhost")
    ann.request("GET", "/records/web.tag", headers=HTML)
    assert "GET /records/web.tag" not in page("/apps/costs")
