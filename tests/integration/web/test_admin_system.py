"""The pages that look after the system: recycle bin, who is online, logs, jobs, views, API keys (CORE-67 to CORE-70)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from core.app import Application
from core.orm import bookkeeping
from core.testing.client import Client

HTML = {"Accept": "text/html,*/*;q=0.8"}
TAG = "/api/v1/web.tag"
PAGES = ("/system/bin", "/system/online", "/system/jobs", "/system/history", "/system/views")


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


@pytest.mark.parametrize("path", PAGES)
def test_nobody_but_administrators_looks_after_the_system(ann: Client, page: Callable[..., str], path: str) -> None:
    assert ann.request("GET", path, headers=HTML).status_code == 403
    assert page(path)
    page(f"{path}?colour=red", 400 if path not in ("/system/online", "/system/views") else 200)


@pytest.mark.parametrize("path", ["/system/bin", "/system/online", "/system/jobs", "/system/views"])
def test_only_administrators_press_buttons_there_and_only_those_there_are(
    ann: Client, send: Callable[..., Any], path: str
) -> None:
    assert ann.request("POST", path, headers=HTML, data={"one": "restore:1"}).status_code == 403
    assert send(path, one="explode:1").status_code == 400
    assert send(path, one="explode").status_code == 400
    assert send(path).status_code == 400


@pytest.fixture
def deleted(boss: Client) -> Callable[[str], int]:
    """Makes and deletes a tag; gives its id."""

    def make(name: str) -> int:
        number = boss.post_json(TAG, {"name": name})["id"]
        assert boss.delete(f"{TAG}/{number}").status_code == 204
        return int(number)

    return make


def entry_of(text: str, name: str) -> str:
    """Return the id of the bin's entry with a name."""
    found = re.search(rf'name="id" value="(\d+)" aria-label="Select {name}"', text)
    assert found is not None, text
    return found[1]


@pytest.mark.rows("CORE-67")
def test_what_was_deleted_is_listed_and_restored(
    page: Callable[..., str], send: Callable[..., Any], deleted: Callable[[str], int], boss: Client
) -> None:
    number = deleted("bin one")
    text = page("/system/bin")
    assert "bin one" in text and "Boss" in text and "Tag" in text
    assert send("/system/bin", one=f"restore:{entry_of(text, 'bin one')}").status_code == 303
    assert boss.get_json(f"{TAG}/{number}")["name"] == "bin one"
    assert "bin one" not in page("/system/bin")


@pytest.mark.rows("CORE-67")
def test_deleting_for_good_takes_the_words_typed_in(
    page: Callable[..., str], send: Callable[..., Any], deleted: Callable[[str], int]
) -> None:
    deleted("bin two")
    number = entry_of(page("/system/bin"), "bin two")
    assert send("/system/bin", all="purge", id=number).status_code == 422
    assert send("/system/bin", all="purge", typed="delete for good").status_code == 422
    assert "bin two" in page("/system/bin")
    assert send("/system/bin", all="purge", id=number, typed="delete for good").status_code == 303
    assert "bin two" not in page("/system/bin")
    assert send("/system/bin", one=f"restore:{number}").status_code == 409


@pytest.mark.rows("CORE-70")
def test_an_administrator_ends_a_session_and_its_user_has_to_log_in_again(
    page: Callable[..., str], send: Callable[..., Any], client: Callable[..., Client]
) -> None:
    guest = client("guest")
    assert guest.request("GET", "/profile", headers=HTML).status_code == 200
    text = page("/system/online")
    found = re.search(r'Guest</a>.*?value="(end:\d+)"', text, re.S)
    assert found is not None
    assert send("/system/online", one=found[1]).status_code == 303
    assert guest.request("GET", "/profile", headers=HTML).status_code == 303
    assert send("/system/online", one="end:999999").status_code == 404


def test_a_failed_job_shows_its_error_and_is_tried_again_or_cancelled(
    page: Callable[..., str], send: Callable[..., Any], shop: Application
) -> None:
    def make(env: Any) -> int:
        values = {"name": "web_shop.fail", "state": "failed", "run_at": env.now(), "error": "Traceback\nIt broke here"}
        job = env["core.job"].create(values)
        env.flush()
        return int(job.id)

    number = shop.run(make)
    assert "It broke here" in page("/system/jobs?state=failed")
    assert "web_shop.fail" not in page("/system/jobs?state=done")
    page("/system/jobs?state=odd", 400)
    assert send("/system/jobs", one=f"retry:{number}").status_code == 303
    assert send("/system/jobs", one=f"cancel:{number}").status_code == 303
    with shop.env(readonly=True) as env:
        assert env["core.job"].get(number).state == "cancelled"
    assert send("/system/jobs", one="retry:999999").status_code == 404


@pytest.mark.rows("CORE-69")
def test_the_operation_log_says_in_words_what_changed(
    page: Callable[..., str], boss: Client, shop: Application
) -> None:
    with shop.env(readonly=True) as env:
        owner = env["core.user"].search([["login", "=", "ann"]])[0].id
    number = boss.post_json("/api/v1/web.customer", {"name": "Logged", "owner": owner})["id"]
    boss.patch_json(f"/api/v1/web.customer/{number}", {"name": "Logged anew"})
    text = page(f"/system/history?model=web.customer&record={number}&operation=updated")
    assert "Customer" in text and "Logged → Logged anew" in text and ">Name<" in text.replace('mut3">', '">')
    assert f'href="/records/web.customer/{number}"' in text
    for wrong in ("operation=fly", "user=x", "record=x"):
        page(f"/system/history?{wrong}", 400)


def test_a_conflict_between_an_update_and_a_customisation_is_decided_either_way(
    page: Callable[..., str], send: Callable[..., Any], shop: Application
) -> None:
    def customise(env: Any) -> int:
        changed = {"kind": "menu", "target": "base.menu_teams", "patch": {"set": {"label": "Squads"}}}
        made = env["core.view_patch"].create({**changed, "base": {"label": "Old teams"}})
        env.flush()
        bookkeeping.bump_sequence(env.connection)
        return int(made.id)

    number = shop.run(customise)
    text = page("/system/views")
    assert f"ours:{number}" in text and "Squads" in text and "Old teams" in text
    assert send("/system/views", one=f"ours:{number}").status_code == 303
    assert f"ours:{number}" not in page("/system/views")
    assert send("/system/views", one=f"theirs:{number}").status_code == 303
    with shop.env(readonly=True) as env:
        assert env["core.view_patch"].get(number).active is False
    assert send("/system/views", one="ours:999999").status_code == 404


def test_everybody_makes_keys_of_their_own_which_are_shown_once_and_revoked(
    ann: Client, bob_page: Client, page: Callable[..., str], client: Callable[..., Client]
) -> None:
    made = ann.request("POST", "/keys/new", headers=HTML, data={"name": "accounting", "days": "30"})
    found = re.search(r"data-made>(tg_[\w-]+)<", made.text)
    assert made.status_code == 200 and found is not None and made.headers["Cache-Control"] == "no-store"
    assert client(key=found[1]).get_json(TAG)["total"] >= 0
    text = ann.request("GET", "/keys", headers=HTML).text
    assert "accounting" in text and found[1] not in text
    button = re.search(r'value="(revoke:\d+)"', text)
    assert button is not None
    assert "accounting" not in bob_page.request("GET", "/keys", headers=HTML).text
    assert "accounting" not in bob_page.request("GET", "/keys?all=1", headers=HTML).text
    assert bob_page.request("POST", "/keys", headers=HTML, data={"one": button[1]}).status_code == 404
    assert "accounting" in page("/keys?all=1") and "accounting" not in page("/keys")
    assert ann.request("POST", "/keys", headers=HTML, data={"one": button[1]}).status_code == 303
    assert client(key=found[1]).get(TAG).status_code == 401


@pytest.mark.parametrize("fields", [{}, {"name": " "}, {"name": "x", "days": "0"}, {"name": "x", "days": "many"}])
def test_a_key_without_purpose_or_with_an_odd_end_is_not_made(ann: Client, fields: dict[str, str]) -> None:
    before = ann.get_json("/api/v1/core.api_key")["total"]
    assert ann.request("POST", "/keys/new", headers=HTML, data=fields).status_code == 422
    assert ann.get_json("/api/v1/core.api_key")["total"] == before


@pytest.fixture
def bob_page(client: Callable[..., Client]) -> Client:
    """The other clerk."""
    return client("bob")
