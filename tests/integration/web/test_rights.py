"""What a user may not see answers as what is not there; everything else follows the declared rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.testing.client import Client
from core.web.ratelimit import HEADERS

NOWHERE = 987654321


def told(answer: Any) -> Any:
    """What the client sees, but for the number of the request."""
    body = {key: value for key, value in answer.json.items() if key != "request_id"}
    changing = ("X-Request-Id", "Content-Length", "Date", *HEADERS)
    headers = {key: value for key, value in answer.headers if key not in changing}
    return answer.status_code, body, headers


@pytest.fixture
def hidden(client: Callable[..., Client]) -> int:
    """Id of a customer of bob's."""
    bob = client("bob")
    owner = bob.get_json("/api/v1/core.user", domain=[["login", "=", "bob"]])["records"][0]["id"]
    return int(bob.post_json("/api/v1/web.customer", {"name": "Bob's", "owner": owner})["id"])


@pytest.fixture
def secret(client: Callable[..., Client]) -> int:
    """Id of a record of a model that clerks may not even know."""
    return int(client("chief").post_json("/api/v1/web.secret", {"name": "secret"})["id"])


@pytest.mark.parametrize(
    ("method", "ending", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/actions/greet", {}),
        ("POST", "/actions/no_such_action", {}),
    ],
)
def test_unknown_and_invisible_answer_alike(
    ann: Client, hidden: int, secret: int, method: str, ending: str, body: Any
) -> None:
    options = {} if body is None else {"json": body}
    answers = [
        told(ann.request(method, f"/api/v1/{place}{ending}", **options))
        for place in (
            f"web.customer/{hidden}",
            f"web.customer/{NOWHERE}",
            f"web.secret/{secret}",
            f"web.secret/{NOWHERE}",
            f"zz.qq/{NOWHERE}",
        )
    ]
    assert answers[0][0] == 404
    assert all(answer == answers[0] for answer in answers)


def test_a_record_whose_name_may_not_be_seen_is_told_by_its_number(client: Callable[..., Client], ann: Client) -> None:
    chief = client("chief")
    first = chief.post_json("/api/v1/web.badge", {"name": "Unspeakable", "color": "red"})["id"]
    made = chief.post_json("/api/v1/web.badge", {"name": "Second", "color": "blue", "peer": first})["id"]
    path = f"/api/v1/web.badge/{made}"
    assert chief.get_json(path, fields="name,peer.display_name")["peer.display_name"] == "Unspeakable"
    row = ann.get_json(path)
    assert (row["display_name"], row["color"], row["peer"]) == (f"Badge {made}", "blue", first)
    assert "name" not in row
    assert ann.get_json(path, fields="peer.display_name")["peer.display_name"] == f"Badge {first}"
    assert {each["display_name"] for each in ann.get_json("/api/v1/web.badge", order="peer")["records"]} >= {
        f"Badge {made}"
    }
    assert ann.get_json("/api/v1/web.badge", order="color desc", domain=[["color", "=", "red"]])["total"] >= 1
    for wrong in ({"fields": "name"}, {"order": "display_name"}, {"domain": [["name", "=", "Second"]]}):
        assert ann.get("/api/v1/web.badge", **wrong).status_code == 403, wrong
    assert ann.get("/api/v1/web.badge/aggregate", by="peer.display_name").status_code == 403
    assert ann.patch_json(path, {"color": "green"})["display_name"] == f"Badge {made}"
    for page in ("/records/web.badge", f"/records/web.badge/{made}", f"/records/web.badge/{made}/edit"):
        shown = ann.get(page)
        assert shown.status_code == 200, page
        assert "Unspeakable" not in shown.text
        assert "Second" not in shown.text
    for asked in ({"q": "Second"}, {"q": ""}):
        assert ann.get("/records/web.badge", **asked).status_code == 200
        choices = ann.get("/choices/web.badge/peer", **asked)
        assert choices.status_code == 200
        assert "Unspeakable" not in choices.text


@pytest.mark.parametrize(("method", "ending"), [("GET", ""), ("POST", ""), ("GET", "/aggregate")])
def test_a_model_without_any_right_answers_as_one_that_is_not_there(ann: Client, method: str, ending: str) -> None:
    options = {"json": {"name": "x"}} if method == "POST" else {}
    answers = [told(ann.request(method, f"/api/v1/{name}{ending}", **options)) for name in ("web.secret", "zz.qqqq")]
    assert answers[0][0] == 404
    assert answers[0] == answers[1]


def test_a_guest_of_the_shop_may_read_tags_and_no_more(client: Callable[..., Client], boss: Client) -> None:
    tag = boss.post_json("/api/v1/web.tag", {"name": "for all"})["id"]
    guest = client("guest")
    assert guest.get(f"/api/v1/web.tag/{tag}").status_code == 200
    assert guest.request("PATCH", f"/api/v1/web.tag/{tag}", json={"name": "mine"}).status_code == 403
    assert guest.post("/api/v1/web.tag", {"name": "mine"}).status_code == 403
    assert guest.delete(f"/api/v1/web.tag/{tag}").status_code == 403
    assert guest.get("/api/v1/web.customer").status_code == 404


def test_a_hidden_field_can_be_neither_read_nor_searched_nor_set(ann: Client, client: Callable[..., Client]) -> None:
    path = "/api/v1/web.customer"
    for query in ({"fields": "limit"}, {"domain": [["limit", ">", 0]]}, {"order": "limit"}):
        assert ann.get(path, **query).status_code == 403, query
    assert ann.get(f"{path}/aggregate", measures="limit:sum").status_code == 403
    assert ann.get(f"{path}/aggregate", by="limit").status_code == 403
    assert ann.get("/api/v1/web.order", fields="customer.limit").status_code == 403
    assert ann.post(path, {"name": "x", "limit": 5}).status_code == 403
    made = client("chief").post_json(path, {"name": "Limited", "limit": "7.5"})
    assert made["limit"] == "7.50"


def test_a_related_record_that_may_not_be_seen_shows_nothing(
    ann: Client, hidden: int, client: Callable[..., Client]
) -> None:
    order = client("bob").post_json("/api/v1/web.order", {"name": "seen by all", "customer": hidden})
    row = ann.get_json(f"/api/v1/web.order/{order['id']}", fields="name,customer.name,customer.owner.name")
    assert (row["name"], row["customer.name"], row["customer.owner.name"]) == ("seen by all", None, None)
    refused = ann.post("/api/v1/web.order", {"customer": hidden})
    unknown = ann.post("/api/v1/web.order", {"customer": NOWHERE})
    assert refused.status_code == unknown.status_code == 422
    assert refused.json["detail"].replace(str(hidden), "?") == unknown.json["detail"].replace(str(NOWHERE), "?")


def test_a_password_hash_or_session_key_is_shown_to_nobody(boss: Client) -> None:
    assert "password_hash" not in boss.get_json("/api/v1/core.user")["records"][0]
    assert boss.get("/api/v1/core.user", fields="password_hash").status_code == 403
    assert boss.get("/api/v1/core.session", fields="csrf").status_code == 403
    assert boss.get("/api/v1/core.api_key", fields="key_hash").status_code == 403
