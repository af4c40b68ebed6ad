"""Calendars: the events of a window, rights, moving on the clock of the user, what is refused."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client
from core.testing.statements import Statements

HTML = {"Accept": "text/html"}
WINDOW = {"start": "2026-03-23", "end": "2026-04-06"}


@pytest.fixture
def visit(ann: Client, shop: Application) -> Iterator[dict[str, Any]]:
    """A customer of Ann's, seen on the Friday before summer time begins in Berlin, where Ann is."""
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]], fields="id")["records"][0]["id"]
    zone(shop, "Europe/Berlin")
    name = f"Visit {uuid.uuid4().hex[:12]}"
    yield dict(
        ann.post_json("/api/v1/web.customer", {"name": name, "owner": me, "seen_at": "2026-03-27T08:00:00+00:00"})
    )
    zone(shop, None)


def zone(shop: Application, name: str | None) -> None:
    def change(env: Any) -> None:
        env["core.user"].search([["login", "=", "ann"]])[0].timezone = name

    shop.run(change)


def events(client: Client, model: str = "web.customer", **query: Any) -> list[dict[str, Any]]:
    return list(client.get_json(f"/calendar/{model}/events", **{**WINDOW, "view": "calendar", **query})["events"])


def move(client: Client, record: Any, model: str = "web.customer", **fields: str) -> Any:
    return client.request("POST", f"/calendar/{model}/{record['id']}", data=fields)


def seen_at(client: Client, record: Any) -> str:
    return str(client.get_json(f"/api/v1/web.customer/{record['id']}")["seen_at"])


def test_events_are_told_on_the_clock_of_the_user_and_only_to_who_may_see_them(
    ann: Client, client: Callable[..., Client], visit: Any
) -> None:
    (event,) = events(ann, q=visit["name"])
    assert (event["start"], event["end"], event["allDay"]) == ("2026-03-27T09:00:00", "2026-03-27T10:00:00", False)
    assert event["title"] == visit["name"]
    assert event["startEditable"]
    assert events(client("bob"), q=visit["name"]) == []
    assert events(ann, q=visit["name"], start="2026-03-28") == []


def test_days_of_the_window_begin_when_they_begin_for_the_user(shop: Application, ann: Client, visit: Any) -> None:
    zone(shop, "Pacific/Kiritimati")
    ann.patch_json(f"/api/v1/web.customer/{visit['id']}", {"seen_at": "2026-03-27T20:00:00+00:00"})
    assert events(ann, q=visit["name"], start="2026-03-27", end="2026-03-28") == []
    (event,) = events(ann, q=visit["name"], start="2026-03-28", end="2026-03-29")
    assert event["start"] == "2026-03-28T10:00:00"


def test_a_page_of_the_calendar_asks_for_no_event_and_its_events_cost_one_statement(
    shop: Application, ann: Client, visit: Any
) -> None:
    path = "/records/web.customer?view=calendar"
    assert ann.request("GET", path, headers=HTML).status_code == 200
    with Statements(shop.database().engine).listening() as statements:
        assert "data-calendar" in ann.request("GET", path, headers=HTML).get_data(as_text=True)
        assert not [each for each in statements.seen if "FROM web_customer" in each]
        statements.seen.clear()
        events(ann, q=visit["name"])
        assert len([each for each in statements.seen if "FROM web_customer" in each]) == 1


def test_an_event_keeps_its_hour_when_it_is_moved_over_the_change_of_the_clock(ann: Client, visit: Any) -> None:
    assert move(ann, visit, shift=str(3 * 86400), part="all").status_code == 200
    assert seen_at(ann, visit).startswith("2026-03-30T07:00")
    assert move(ann, visit, shift="-1800", part="all").status_code == 200
    assert seen_at(ann, visit).startswith("2026-03-30T06:30")


def test_an_event_is_moved_to_a_time_that_was_typed(ann: Client, visit: Any) -> None:
    assert move(ann, visit, start="2026-03-31T14:30").status_code == 200
    assert seen_at(ann, visit).startswith("2026-03-31T12:30")


def test_days_are_moved_as_days(ann: Client, visit: Any) -> None:
    order = ann.post_json("/api/v1/web.order", {"customer": visit["id"], "day": "2026-03-28", "name": visit["name"]})
    (event,) = events(ann, "web.order", q=visit["name"])
    assert (event["start"], event["end"], event["allDay"]) == ("2026-03-28", "2026-03-29", True)
    assert move(ann, order, "web.order", shift="172800", part="all").status_code == 200
    assert ann.get_json(f"/api/v1/web.order/{order['id']}")["day"] == "2026-03-30"


def test_an_event_of_somebody_else_is_not_there_to_be_moved(
    client: Callable[..., Client], visit: Any, ann: Client
) -> None:
    refused = move(client("bob"), visit, shift="86400", part="all")
    absent = move(client("bob"), {"id": 99999999}, shift="86400", part="all")
    assert (refused.status_code, absent.status_code) == (404, 404)
    ids = re.compile(r'"request_id":"\w+"')
    assert ids.sub("", refused.text) == ids.sub("", absent.text)
    assert seen_at(ann, visit).startswith("2026-03-27T08:00")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"shift": "x", "part": "all"},
        {"shift": "1e3", "part": "all"},
        {"shift": "99999999999", "part": "all"},
        {"shift": "60", "part": "start"},
        {"shift": "60", "part": "end"},
        {"start": "yesterday"},
        {"start": "2026-13-01T00:00"},
    ],
)
def test_a_move_that_can_not_be_understood_is_refused_and_nothing_changes(
    ann: Client, visit: Any, fields: dict[str, str]
) -> None:
    assert move(ann, visit, **fields).status_code == 400
    assert seen_at(ann, visit).startswith("2026-03-27T08:00")


@pytest.mark.parametrize(
    "query",
    [
        {"start": ""},
        {"start": "x"},
        {"end": "2026-03-01"},
        {"end": "2030-01-01"},
        {"start": "0001-01-01", "end": "0001-01-02"},
        {"domain": "["},
        {"nothing": "1"},
    ],
)
def test_a_window_that_can_not_be_shown_is_refused(ann: Client, query: dict[str, str]) -> None:
    answer = ann.get("/calendar/web.customer/events", **{**WINDOW, "view": "calendar", **query})
    assert answer.status_code == 400


@pytest.mark.parametrize("query", [{"mode": "century"}, {"date": "x"}, {"date": "9999-12-31"}])
def test_a_page_of_the_calendar_refuses_what_it_does_not_know(ann: Client, query: dict[str, str]) -> None:
    answer = ann.request("GET", "/records/web.customer", query={"view": "calendar", **query}, headers=HTML)
    assert answer.status_code == 400


def test_a_model_one_may_not_read_or_without_dates_has_no_calendar(ann: Client) -> None:
    for model in ("web.secret", "web.tag", "web.nothing"):
        assert ann.get(f"/calendar/{model}/events", **WINDOW, view="calendar").status_code == 404
        assert ann.request("POST", f"/calendar/{model}/1", data={"shift": "60", "part": "all"}).status_code == 404


def test_a_move_needs_the_token(ann: Client, visit: Any) -> None:
    sent = {"X-CSRF-Token": ""}
    answer = ann.request(
        "POST", f"/calendar/web.customer/{visit['id']}", data={"shift": "60", "part": "all"}, headers=sent
    )
    assert answer.status_code == 403


def test_what_has_no_day_is_listed_for_who_may_give_it_one(
    ann: Client, client: Callable[..., Client], visit: Any
) -> None:
    me = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]], fields="id")["records"][0]["id"]
    waiting = ann.post_json("/api/v1/web.customer", {"name": f"Wait {visit['name']}"[:40], "owner": me})
    path = "/calendar/web.customer/unscheduled"
    query = {"view": "calendar", "q": waiting["name"]}
    found = ann.get_json(path, **query)
    assert [(event["id"], event["title"]) for event in found["events"]] == [(str(waiting["id"]), waiting["name"])]
    assert client("bob").get_json(path, **query)["events"] == []
    assert move(ann, waiting, start="2026-03-27T09:30").status_code == 200
    assert ann.get_json(path, **query)["events"] == []
    for model in ("web.secret", "web.tag", "web.nothing"):
        assert ann.get(f"/calendar/{model}/unscheduled", view="calendar").status_code == 404
    assert ann.get(path, view="calendar", domain="[").status_code == 400


def test_events_tell_whose_they_are(ann: Client, visit: Any) -> None:
    (event,) = events(ann, q=visit["name"])
    assert event["extendedProps"]["person"] == visit["owner"]
