"""The bell: everybody is told only what is theirs (CORE-46); help pages of the enabled addons (CORE-09)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.app import Application
from core.base.services.notifications import notify
from core.errors import ValidationError
from core.testing.client import Client

HTML = {"Accept": "text/html"}


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.request("GET", path, headers=HTML)
    assert answer.status_code == status
    return str(answer.get_data(as_text=True))


def tell(shop: Application, login: str, title: str, url: str | None = None) -> None:
    shop.run(lambda env: notify(env, env["core.user"].search([["login", "=", login]]), title, url=url))


def test_a_message_is_seen_by_its_reader_only(shop: Application, client: Callable[..., Client]) -> None:
    tell(shop, "ann", "for Ann alone")
    assert "for Ann alone" in page(client("ann"), "/notifications")
    assert "for Ann alone" not in page(client("bob"), "/notifications")


def test_reading_a_message_goes_to_its_page_and_counts_down(shop: Application, client: Callable[..., Client]) -> None:
    bob = client("bob")
    bob.request("POST", "/notifications", headers=HTML)
    assert "dot" not in page(bob, "/notifications/count")
    tell(shop, "bob", "look here", "/records/web.order")
    assert ">1<" in page(bob, "/notifications/count")
    found = bob.get_json("/api/v1/core.notification", domain=[["title", "=", "look here"]])["records"]
    answer = bob.request("POST", f"/notifications/{found[0]['id']}", headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/records/web.order")
    assert "dot" not in page(bob, "/notifications/count")


def test_a_message_of_somebody_else_can_not_be_marked_as_read(shop: Application, client: Callable[..., Client]) -> None:
    tell(shop, "ann", "still unread", "/records/web.customer")
    number = client("ann").get_json("/api/v1/core.notification", domain=[["title", "=", "still unread"]])["records"][0][
        "id"
    ]
    answer = client("bob").request("POST", f"/notifications/{number}", headers=HTML)
    assert answer.headers["Location"] == "/notifications"
    assert "still unread" in page(client("ann"), "/notifications")


def test_a_message_leads_to_no_other_site(shop: Application) -> None:
    for url in ("https://elsewhere.example", "//elsewhere.example", "javascript:alert(1)"):
        with pytest.raises(ValidationError):
            tell(shop, "ann", "x", url)


@pytest.mark.rows("CORE-09")
def test_help_is_found_by_its_words_and_only_of_enabled_addons(client: Callable[..., Client]) -> None:
    ann = client("ann")
    assert "/help/base" in page(ann, "/help?q=Ctrl%2BK")
    assert "/help/base" not in page(ann, "/help?q=nowhere-to-be-found")
    assert "Ctrl+K" in page(ann, "/help/base")
    # Each screen leads to the help of the addon it belongs to.
    assert 'href="/help/web_shop"' in page(ann, "/records/web.customer")
    assert 'href="/help/base"' in page(ann, "/records/core.notification")
    page(ann, "/help/crm_loyalty", 404)
    page(ann, "/help/..%2F..%2Fetc", 404)
