"""Routes of addons."""

from __future__ import annotations

from collections.abc import Callable

from core.testing.client import Client


def test_a_route_answers_below_its_addon(ann: Client) -> None:
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]])["records"][0]["id"]
    made = ann.post_json("/api/v1/web.customer", {"name": "Route", "owner": me})
    assert ann.get_json(f"/x/web_shop/points/{made['id']}") == {"name": "Route", "by": "ann"}
    assert ann.get("/x/web_shop/points/987654321").status_code == 404
    assert ann.get("/x/web_shop/points/x").status_code == 404
    assert ann.get("/points/1").status_code == 404
    assert ann.post(f"/x/web_shop/points/{made['id']}").status_code == 405


def test_a_route_that_raises_leaves_nothing_behind(ann: Client) -> None:
    assert ann.post("/x/web_shop/tags", {"name": "route fails", "fail": True}).status_code == 422
    assert ann.get_json("/api/v1/web.tag", domain=[["name", "=", "route fails"]])["total"] == 0
    assert ann.post("/x/web_shop/tags", {"name": "route works"}).status_code == 200
    assert ann.get_json("/api/v1/web.tag", domain=[["name", "=", "route works"]])["total"] == 1


def test_a_get_may_write_where_it_says_so(ann: Client) -> None:
    assert ann.get("/x/web_shop/count", name="counted").status_code == 200
    assert ann.get_json("/api/v1/web.tag", domain=[["name", "=", "counted"]])["total"] == 1


def test_a_route_is_for_people_who_are_logged_in_unless_it_says_so(
    client: Callable[..., Client], key_of: Callable[..., str]
) -> None:
    stranger = client()
    assert stranger.get("/x/web_shop/nothing").status_code == 401
    assert client(key=key_of("ann")).get("/x/web_shop/nothing").status_code == 204
    answer = stranger.request("POST", "/x/web_shop/hook", data=b"12345", headers={"Authorization": "Basic YTpi"})
    assert (answer.status_code, answer.text) == (200, "got 5 bytes, 1")


def test_a_change_by_a_session_needs_the_token(ann: Client) -> None:
    answer = ann.request("POST", "/x/web_shop/tags", json={"name": "no token"}, headers={"X-CSRF-Token": ""})
    assert answer.status_code == 403
