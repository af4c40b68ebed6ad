"""Whatever is sent, the answer is a problem that names the place; never 500, never half a record."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from core.testing.client import Client

PATH = "/api/v1/web.customer"


def nested(depth: int) -> Any:
    domain: Any = [["name", "=", "x"]]
    for _level in range(depth):
        domain = {"not": domain}
    return domain


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    body: dict[str, Any] = answer.json
    assert body["type"].startswith("urn:tangram:error:")
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text
    return body


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": 5}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"name": {"a": 1}}, "name"),
        ({"level": "c"}, "level"),
        ({"rating": 11}, "rating"),
        ({"rating": "high"}, "rating"),
        ({"visits": 1.5}, "visits"),
        ({"visits": 2**63}, "visits"),
        ({"visits": True}, "visits"),
        ({"margin": "12x"}, "margin"),
        ({"margin": "NaN"}, "margin"),
        ({"margin": "1e999999"}, "margin"),
        ({"margin": 10**30}, "margin"),
        ({"since": "22.11.2026"}, "since"),
        ({"since": "2026-02-30"}, "since"),
        ({"since": 20261122}, "since"),
        ({"seen_at": "2026-11-22T10:00:00"}, "seen_at"),
        ({"seen_at": "0001-01-01T00:00:00+14:00"}, "seen_at"),
        ({"vip": "yes"}, "vip"),
        ({"owner": 987654321}, "owner"),
        ({"owner": "ann"}, "owner"),
        ({"owner": 2**70}, "owner"),
        ({"owner": [1]}, "owner"),
        ({"tags": 5}, "tags"),
        ({"tags": [987654321]}, "tags"),
        ({"tags": ["x"]}, "tags"),
        ({"orders": {"a": 1}}, "orders"),
        ({"orders": [5.5]}, "orders"),
        ({"orders": [{"id": 987654321}]}, "orders"),
        ({"orders": [{"amount": "x"}]}, "amount"),
        ({"about": 5}, "about"),
        ({"about": {"model": "web.tag"}}, "about"),
        ({"about": {"model": "web.tag", "id": 987654321}}, "about"),
        ({"nam": "x"}, "nam"),
        ({"name": "forbidden"}, "name"),
    ],
    ids=str,
)
def test_a_wrong_value_is_refused_with_its_field(ann: Client, values: dict[str, Any], field: str) -> None:
    before = ann.get_json(PATH)["total"]
    owner = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]])["records"][0]["id"]
    body = {"name": "Fine", "owner": owner, **values}
    answer = ann.request("POST", PATH, data=json.dumps(body), content_type="application/json")
    assert problem(answer, 422)["field"] == field
    assert ann.get_json(PATH)["total"] == before


def test_all_faults_are_told_at_once_with_the_nearest_names(ann: Client) -> None:
    body = problem(ann.post(PATH, {"nam": "x", "lvel": "a", "vipp": True}), 422)
    assert [fault["field"] for fault in body["faults"]] == ["nam", "lvel", "vipp"]
    assert ["name" in body["faults"][0]["hint"], "level" in body["faults"][1]["hint"]] == [True, True]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "",
        "nothing",
        '{"name": NaN}',
        '{"rating": Infinity}',
        '{"rating": 1e999}',
        '{"visits": ' + "9" * 5000 + "}",
        '{"name": "a", "name": "b"}',
        "[" * 100_000,
        '{"extra": ' + "[" * 300 + "]" * 300 + "}",
        b'{"name": "\xff"}',
        '"text"',
        "5",
        "null",
        "[5]",
        '[{"name": "a"}, null]',
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_body_that_is_no_record_is_400(ann: Client, text: Any) -> None:
    problem(ann.request("POST", PATH, data=text, content_type="application/json"), 400)


def test_another_format_is_415(ann: Client) -> None:
    problem(ann.request("POST", PATH, data="name=x", content_type="application/x-www-form-urlencoded"), 415)
    problem(ann.request("POST", PATH, data="{}"), 415)


def test_a_body_that_is_too_large_is_413(ann: Client) -> None:
    problem(ann.request("POST", PATH, data=b" " * (17 * 1024 * 1024), content_type="application/json"), 413)
    problem(ann.post("/api/v1/web.tag", [{}] * 10_001), 413)


@pytest.mark.parametrize(
    "query",
    [
        {"domain": "["},
        {"domain": "name"},
        {"domain": [["nam", "=", "x"]]},
        {"domain": [["name", "equals", "x"]]},
        {"domain": [["name", "=", 5]]},
        {"domain": [["name", "="]]},
        {"domain": {"some": []}},
        {"domain": 5},
        {"domain": [["visits", "<", "x"]]},
        {"domain": [["owner", "=", 2**70]]},
        {"domain": [["name.first", "=", "x"]]},
        {"domain": [["shout", "=", "X"]]},
        {"domain": '[["visits", "=", NaN]]'},
        {"domain": [["name", "=", "\x00"]]},
        {"domain": [["name", "=", "x"]] * 501},
        {"fields": "nam"},
        {"fields": "name.x"},
        {"fields": "owner.nam"},
        {"fields": "[1]"},
        {"fields": '["name"'},
        {"fields": ",".join(["name"] * 300)},
        {"fields": "owner." * 50 + "name"},
        {"order": "nam"},
        {"order": "name sideways"},
        {"order": "shout"},
        {"order": ","},
        {"order": "superior." * 500},
        {"limit": "-1"},
        {"limit": "x"},
        {"limit": "1001"},
        {"limit": "9" * 400},
        {"offset": "-1"},
        {"offset": "1e3"},
        {"offset": str(2**31)},
        {"limits": "5"},
    ],
    ids=lambda query: str(query)[:50],
)
def test_a_wrong_query_is_400(ann: Client, query: dict[str, Any]) -> None:
    problem(ann.get(PATH, **query), 400)


@pytest.mark.parametrize(
    "query",
    [
        {"measures": "amount"},
        {"measures": "amount:total"},
        {"measures": "name:sum"},
        {"measures": "nothing:sum"},
        {"measures": '{"amount": 5}'},
        {"measures": '{"amount": [5]}'},
        {"measures": "{}"},
        {"measures": "["},
        {"by": "nothing"},
        {"by": "day:decade"},
        {"by": "name:month"},
        {"by": "[1]"},
        {"order": "nothing"},
        {"limit": "5000"},
        {"fields": "name"},
    ],
    ids=str,
)
def test_wrong_groups_and_measures_are_400(ann: Client, query: dict[str, Any]) -> None:
    problem(ann.get("/api/v1/web.order/aggregate", **query), 400)


@pytest.mark.parametrize(
    "query", [{"measures": "vip:max"}, {"measures": "extra:min"}, {"by": "extra"}, {"measures": "tags:count"}]
)
def test_what_a_database_can_not_measure_is_no_crash(ann: Client, query: dict[str, Any]) -> None:
    assert ann.get(f"{PATH}/aggregate", **query).status_code in (200, 400)


def test_the_nearest_parameter_is_proposed(ann: Client) -> None:
    assert "limit" in problem(ann.get(PATH, limt="5"), 400)["hint"]


def test_a_domain_nested_1000_deep_is_refused(ann: Client) -> None:
    problem(ann.get(PATH, domain='{"not":' * 1000 + "[]" + "}" * 1000), 400)
    problem(ann.get(PATH, domain="[" * 1000 + "]" * 1000), 400)
    assert problem(ann.get(PATH, domain=nested(120)), 400)["type"].endswith("domain.too_deep")


def test_10000_ids_are_found_or_missed_in_one_go(ann: Client) -> None:
    ids = list(range(1, 10_001))
    answer = ann.get_json("/api/v1/web.tag", domain=[["id", "in", ids]], limit=1000)
    assert answer["total"] == len(answer["records"])
    assert ann.get_json("/api/v1/web.tag", domain=[["id", "in", [number + 10**9 for number in ids]]])["total"] == 0
    body = problem(ann.post(PATH, {"name": "Ids", "tags": [10**9 + number for number in ids]}), 422)
    assert len(str(body)) < 100_000


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "9" * 30, "9" * 6000, "１", "1%00", "%F0%9F%98%80", " 1"])
def test_an_id_that_is_none_is_404(ann: Client, number: str) -> None:
    problem(ann.get(f"{PATH}/{number}"), 404)


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/v1", "/api/v2/web.customer", "/api/v1/web.customer/1/actions", "/api/v1//1", "/x/web_shop/none"],
)
def test_an_unknown_address_is_404(ann: Client, path: str) -> None:
    problem(ann.get(path), 404)


def test_an_unknown_method_is_405_and_told_which_there_are(ann: Client) -> None:
    answer = ann.request("PUT", PATH, json={})
    problem(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    problem(ann.request("DELETE", PATH), 405)
    problem(ann.post("/healthz"), 405)


@pytest.mark.parametrize("version", ["1", 1.5, True, [1], -(2**70)])
def test_a_version_that_is_none_changes_nothing(ann: Client, version: Any) -> None:
    owner = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]])["records"][0]["id"]
    made = ann.post_json(PATH, {"name": "Version", "owner": owner})
    answer = ann.request("PATCH", f"{PATH}/{made['id']}", json={"name": "Changed", "version": version})
    assert answer.status_code in (409, 422)
    assert ann.get_json(f"{PATH}/{made['id']}")["name"] == "Version"


def test_what_is_taken_is_422_and_the_language_is_the_readers(client: Callable[..., Client], boss: Client) -> None:
    ann = client("ann")
    ann.post_json("/api/v1/web.tag", {"name": "taken"})
    assert problem(ann.post("/api/v1/web.tag", {"name": "taken"}), 422)["field"] == "name"
    # ann has chosen English; of who has chosen nothing the browser's language counts.
    answer = ann.request("POST", PATH, json={"name": "forbidden"}, headers={"Accept-Language": "zh-CN"})
    assert problem(answer, 422)["detail"] == "This name is not wanted."
    user = boss.get_json("/api/v1/core.user", domain=[["login", "=", "chief"]])["records"][0]["id"]
    boss.patch_json(f"/api/v1/core.user/{user}", {"language": None})
    answer = client("chief").request(
        "POST", PATH, json={"name": "forbidden"}, headers={"Accept-Language": "fr, zh-TW;q=0.9"}
    )
    assert problem(answer, 422)["detail"] == "不接受这个名称。"


def test_a_query_of_too_many_joins_is_400(ann: Client) -> None:
    ways = ["superior", "main_team.leader", "department.manager", "created_by", "updated_by"]
    paths = [f"owner.{one}.{two}.{three}.name" for one in ways for two in ways for three in ways]
    paths = [path for path in paths if "department" not in path]
    problem(ann.get(PATH, fields=",".join(paths)), 400)
