"""List, read, create, change and delete over HTTP (design §2.6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from core.app import Application
from core.testing.client import Client
from core.web.application import Limits, WebApplication
from core.web.ratelimit import HEADERS, Rate

PATH = "/api/v1/web.customer"


def me(client: Client) -> int:
    users = client.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]], fields="login")
    return int(users["records"][0]["id"])


@pytest.fixture
def create(ann: Client) -> Callable[..., dict[str, Any]]:
    """A factory of customers of ann's."""

    def make(**values: Any) -> dict[str, Any]:
        made: dict[str, Any] = ann.post_json(PATH, {"name": "Sun", "owner": me(ann), **values})
        return made

    return make


def test_a_record_is_created_and_told_with_its_address(ann: Client) -> None:
    tag = ann.post_json("/api/v1/web.tag", {"name": "created"})
    answer = ann.post(
        PATH,
        {
            "name": "海洋科技",
            "owner": me(ann),
            "level": "b",
            "rating": 2.5,
            "margin": "0.12345",
            "visits": 3,
            "since": "2026-11-22",
            "seen_at": "2026-11-22T14:30:00+08:00",
            "vip": True,
            "extra": {"a": [1, None]},
            "tags": [tag["id"]],
            "about": {"model": "web.tag", "id": tag["id"]},
            "orders": [{"name": "o1", "amount": "10.50"}, {"name": "o2", "amount": 2}],
        },
    )
    record = answer.json
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{PATH}/{record['id']}"
    assert record["display_name"] == record["name"] == "海洋科技"
    assert record["version"] >= 1
    assert record["owner"] == me(ann)
    assert record["tags"] == [tag["id"]]
    assert len(record["orders"]) == 2
    assert record["about"] == {"model": "web.tag", "id": tag["id"]}
    assert (record["total"], record["margin"]) == ("12.50", "0.1235")
    assert (record["since"], record["seen_at"]) == ("2026-11-22", "2026-11-22T06:30:00+00:00")
    assert (record["level"], record["vip"], record["rating"], record["extra"]) == ("b", True, 2.5, {"a": [1, None]})
    assert (record["shout"], record["source"]) == ("海洋科技", "web")
    # What one clerk may not see is not told at all.
    assert "limit" not in record
    assert ann.get_json(answer.headers["Location"]) == record


def test_many_records_are_created_in_the_order_given(ann: Client) -> None:
    answer = ann.post("/api/v1/web.tag", [{"name": f"many {number}"} for number in range(25)])
    assert answer.status_code == 201
    assert [row["name"] for row in answer.json["records"]] == [f"many {number}" for number in range(25)]


def test_many_records_are_created_whole_or_not_at_all(ann: Client) -> None:
    answer = ann.post("/api/v1/web.tag", [{"name": "half"}, {"name": None}])
    assert answer.status_code == 422
    assert ann.get_json("/api/v1/web.tag", domain=[["name", "=", "half"]])["total"] == 0


def test_a_list_has_a_page_and_the_total(ann: Client, create: Callable[..., dict[str, Any]]) -> None:
    for number in range(5):
        create(name=f"Blatt {number}")
    page = ann.get_json(
        PATH, domain=[["name", "like", "Blatt"]], fields="name,owner.name", order="name desc", limit=2, offset=1
    )
    assert page["total"] == 5
    assert [row["name"] for row in page["records"]] == ["Blatt 3", "Blatt 2"]
    assert set(page["records"][0]) == {"id", "display_name", "version", "name", "owner.name"}
    assert page["records"][0]["owner.name"] == "Ann"


def test_fields_are_given_as_json_too_and_cross_lists(ann: Client, create: Callable[..., dict[str, Any]]) -> None:
    made = create(name="Json", orders=[{"name": "x", "amount": 1}, {"name": "y", "amount": 2}])
    row = ann.get_json(f"{PATH}/{made['id']}", fields='["orders.name", "shout", "owner.display_name"]')
    assert row["orders.name"] == ["x", "y"]
    assert (row["shout"], row["owner.display_name"]) == ("JSON", "Ann")


def test_a_list_has_80_records_unless_it_asks_for_more(ann: Client) -> None:
    ann.post_json("/api/v1/web.tag", [{"name": f"page {number}"} for number in range(90)])
    assert len(ann.get_json("/api/v1/web.tag")["records"]) == 80
    everything = ann.get_json("/api/v1/web.tag", limit=1000)
    assert len(everything["records"]) == everything["total"] >= 90
    assert ann.get_json("/api/v1/web.tag", limit=0)["records"] == []


def test_a_change_says_the_version_it_starts_from(ann: Client, create: Callable[..., dict[str, Any]]) -> None:
    made = create(name="Versioned")
    path = f"{PATH}/{made['id']}"
    changed = ann.patch_json(path, {"name": "Second", "version": made["version"]})
    assert changed["name"] == "Second"
    assert changed["version"] > made["version"]
    late = ann.request("PATCH", path, json={"name": "Third", "version": made["version"]})
    assert late.status_code == 409
    assert late.json["type"] == "urn:tangram:error:conflict.version"
    assert ann.get_json(path)["name"] == "Second"


def test_a_record_that_the_client_has_is_not_told_again(ann: Client, create: Callable[..., dict[str, Any]]) -> None:
    made = create(name="Tagged")
    path = f"{PATH}/{made['id']}"
    answer = ann.get(path)
    tag = answer.headers["ETag"]
    assert tag.startswith(f'"{made["version"]}-')
    again = ann.request("GET", path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", tag)
    # The tag is of what was told: other fields, or another record's name among them, are another answer.
    assert ann.request("GET", path, query={"fields": "owner.name"}, headers={"If-None-Match": tag}).status_code == 200
    changed = ann.request("PATCH", path, json={"name": "Changed"}, headers={"If-Match": tag})
    assert (changed.status_code, changed.headers["ETag"] != tag) == (200, True)
    assert ann.request("GET", path, headers={"If-None-Match": tag}).json["name"] == "Changed"


def test_a_change_of_what_is_another_by_now_is_refused(ann: Client, create: Callable[..., dict[str, Any]]) -> None:
    made = create(name="Matched")
    path = f"{PATH}/{made['id']}"
    old = f'"{made["version"]}"'
    assert ann.request("PATCH", path, json={"name": "Second"}, headers={"If-Match": old}).status_code == 200
    for method, options in (("PATCH", {"json": {"name": "Third"}}), ("DELETE", {})):
        for late in (old, '"nonsense"', "nonsense"):
            answer = ann.request(method, path, headers={"If-Match": late}, **options)
            assert (answer.status_code, answer.json["type"]) == (412, "urn:tangram:error:conflict.version")
    assert ann.get_json(path)["name"] == "Second"
    assert ann.request("DELETE", path, headers={"If-Match": "*"}).status_code == 204


def test_every_answer_tells_what_is_left_of_the_rate(shop: Application) -> None:
    client = Client(shop, "ann", web=WebApplication(shop, limits=Limits(caller=Rate(1, 3)), clock=lambda: 0.0))
    left = []
    for path in (PATH, "/api/v1/no.such", PATH, PATH):
        answer = client.get(path)
        left.append((answer.status_code, *(int(answer.headers[name]) for name in HEADERS)))
    assert left == [(200, 3, 2, 1), (404, 3, 1, 2), (200, 3, 0, 3), (429, 3, 0, 3)]
    assert answer.headers["Retry-After"] == "1"


def test_lines_are_added_changed_and_taken_away(ann: Client, create: Callable[..., dict[str, Any]]) -> None:
    made = create(name="Lines", orders=[{"name": "stays", "amount": 1}, {"name": "goes", "amount": 2}])
    stays = made["orders"][0]
    changed = ann.patch_json(
        f"{PATH}/{made['id']}", {"orders": [{"id": stays, "amount": 5}, {"name": "new", "amount": 3}]}
    )
    assert changed["total"] == "8.00"
    assert changed["orders"][0] == stays
    assert len(changed["orders"]) == 2


def test_a_deleted_record_is_gone_and_in_the_recycle_bin(
    ann: Client, boss: Client, create: Callable[..., dict[str, Any]]
) -> None:
    made = create(name="Goes away")
    path = f"{PATH}/{made['id']}"
    assert ann.delete(path, version=made["version"] + 7).status_code == 409
    answer = ann.delete(path)
    assert (answer.status_code, answer.get_data()) == (204, b"")
    assert ann.get(path).status_code == 404
    assert ann.delete(path).status_code == 404
    assert boss.get_json("/api/v1/core.deletion")["total"] >= 1


def test_what_nobody_may_set_from_outside_is_refused(ann: Client, create: Callable[..., dict[str, Any]]) -> None:
    for values, fields in (
        ({"source": "me"}, {"source"}),
        ({"shout": "X", "total": "3"}, {"shout", "total"}),
        ({"id": 7, "display_name": "x"}, {"id", "display_name"}),
        ({"created_at": "2026-01-01T00:00:00Z", "created_by_id": 1}, {"created_at", "created_by"}),
        ({"orders": [{"name": "o", "paid": True}]}, {"paid"}),
    ):
        answer = ann.post(PATH, {"name": "Refused", **values})
        assert answer.status_code == 422, values
        assert {fault["field"] for fault in answer.json["faults"]} == fields
    made = create(name="Readonly")
    answer = ann.request("PATCH", f"{PATH}/{made['id']}", json={"orders": [{"name": "o", "paid": True}]})
    assert (answer.status_code, answer.json["key"]) == (422, "orders.0.paid")


def test_sums_over_groups(ann: Client, create: Callable[..., dict[str, Any]]) -> None:
    one = create(
        name="Groups", orders=[{"amount": "10.10", "day": "2026-01-05"}, {"amount": "0.20", "day": "2026-01-20"}]
    )
    create(name="Other", orders=[{"amount": "100", "day": "2026-02-01"}])
    domain = [["customer", "=", one["id"]]]
    answer = ann.get_json("/api/v1/web.order/aggregate", domain=domain, measures="amount:sum,id:count", by="day:month")
    assert answer == {"groups": [{"day:month": "2026-01-01", "amount": "10.30", "id": 2}], "more": False}
    several = ann.get_json("/api/v1/web.order/aggregate", domain=domain, measures={"amount": ["min", "max"]})
    assert several["groups"] == [{"amount:min": "0.20", "amount:max": "10.10"}]
    by_name = ann.get_json("/api/v1/web.order/aggregate", by=["customer.name"], order="id desc", limit=1)
    assert len(by_name["groups"]) == 1
    assert by_name["more"]
    assert ann.get_json("/api/v1/web.order/aggregate", domain=[["id", "=", -1]])["groups"] == [{"id": 0}]


def test_a_query_sees_the_domain_operators(ann: Client, create: Callable[..., dict[str, Any]]) -> None:
    made = create(name="昆仑玉虚宫", visits=7)
    for domain in (
        [["name", "fuzzy", "昆虚宫"]],
        {"all": [["visits", ">", 6], {"any": [["name", "ilike", "玉虚"], ["vip", "=", True]]}]},
        ["&", ["visits", ">=", 7], ["name", "ilike", "玉虚"]],
        [["created_at", "=", {"this": "month"}], ["name", "like", "昆仑"]],
    ):
        assert [row["id"] for row in ann.get_json(PATH, domain=domain)["records"]] == [made["id"]]


def test_a_record_that_leaves_the_users_sight_is_changed_all_the_same(
    client: Callable[..., Client], create: Callable[..., dict[str, Any]]
) -> None:
    made = create(name="Handed over")
    chief = client("chief")
    other = chief.get_json("/api/v1/core.user", domain=[["login", "=", "bob"]])["records"][0]["id"]
    assert chief.patch_json(f"{PATH}/{made['id']}", {"owner": other})["owner"] == other
    assert client("bob").get_json(f"{PATH}/{made['id']}")["name"] == "Handed over"
    assert client("ann").get(f"{PATH}/{made['id']}").status_code == 404


def test_who_may_only_create_is_told_the_id_and_no_more(client: Callable[..., Client]) -> None:
    dropper = client("dropper")
    answer = dropper.post("/api/v1/web.box", {"name": "dropped"})
    assert answer.status_code == 201
    assert set(answer.json) == {"id"}
    assert dropper.get("/api/v1/web.box").status_code == 403
    assert dropper.get(answer.headers["Location"]).status_code == 403
    assert client("chief").get_json(answer.headers["Location"])["name"] == "dropped"


def test_a_list_takes_few_statements_however_long_it_is(shop: Application, ann: Client) -> None:
    # Identity, user, principal, policy and so on are asked once; rows and total are one statement each.
    import sqlalchemy as sa

    ann.get_json("/api/v1/web.tag")
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    engine = shop.database().engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        ann.get_json("/api/v1/web.tag", limit=500)
        ann_page = len(seen)
        seen.clear()
        ann.get_json("/api/v1/web.customer", fields="name,owner.name,level,total")
        assert len(seen) <= 12, seen
        assert ann_page <= 12
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_the_header_link_leads_through_all_pages_and_keeps_the_query(ann: Client) -> None:
    made = ann.post_json("/api/v1/web.tag", [{"name": f"Linked & {number}"} for number in range(5)])["records"]
    domain = [["name", "like", "Linked & %"]]
    answer = ann.get("/api/v1/web.tag", domain=domain, order="id desc", limit="2", fields="name")
    found, asked = [row["id"] for row in answer.json["records"]], 1
    assert 'rel="prev"' not in answer.headers["Link"]
    while (ahead := re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))) is not None:
        answer = ann.get(ahead[1])
        found += [row["id"] for row in answer.json["records"]]
        asked += 1
    assert found == sorted((row["id"] for row in made), reverse=True)
    assert asked == 3
    back = re.search(r'<([^>]+)>; rel="prev"', answer.headers["Link"])
    assert back is not None
    assert [row["id"] for row in ann.get(back[1]).json["records"]] == found[2:4]
    assert "Link" not in ann.get("/api/v1/web.tag", domain=domain).headers
