"""Actions and transitions over HTTP (design 1.8, §2.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.testing.client import Client

PATH = "/api/v1/web.customer"


@pytest.fixture
def customer(ann: Client) -> dict[str, Any]:
    """A customer of ann's."""
    owner = ann.get_json("/api/v1/core.user", domain=[["login", "=", "ann"]])["records"][0]["id"]
    made: dict[str, Any] = ann.post_json(PATH, {"name": "Sun", "owner": owner})
    return made


@pytest.fixture
def order(ann: Client, customer: dict[str, Any]) -> Callable[..., str]:
    """A factory of orders, ``(amount) -> path``."""

    def make(amount: int) -> str:
        made = ann.post_json("/api/v1/web.order", {"customer": customer["id"], "amount": amount})
        return f"/api/v1/web.order/{made['id']}"

    return make


def call(client: Client, customer: dict[str, Any], name: str, body: Any = ...) -> Any:
    return client.post(f"{PATH}/{customer['id']}/actions/{name}", body)


def test_an_action_answers_what_it_returns_and_the_record(ann: Client, customer: dict[str, Any]) -> None:
    answer = call(ann, customer, "greet")
    assert answer.status_code == 200
    assert answer.json["result"] == "Hello Sun"
    assert answer.json["record"]["name"] == "Sun"
    assert call(ann, customer, "greet", {"times": 2, "loudly": True}).json["result"] == "Hello Sun! Hello Sun!"


def test_a_record_returned_is_told_by_model_and_id(ann: Client, customer: dict[str, Any]) -> None:
    answer = call(ann, customer, "rename", {"name": "Moon"})
    assert answer.json["result"] == {"model": "web.customer", "id": customer["id"], "display_name": "Moon"}
    assert answer.json["record"]["name"] == "Moon"


def test_a_record_that_is_gone_afterwards_is_null(ann: Client, customer: dict[str, Any]) -> None:
    assert call(ann, customer, "vanish").json == {"result": None, "record": None}
    assert ann.get(f"{PATH}/{customer['id']}").status_code == 404


@pytest.mark.parametrize(
    ("name", "body", "status", "said"),
    [
        ("greet", {"time": 1}, 422, "times"),
        ("greet", {"times": "many"}, 422, "times"),
        ("greet", [1], 422, "object"),
        ("greet", {"times": None}, 422, "times"),
        ("add", {"number": 1}, 422, "type"),
        ("add", {"number": 1, "note": "x"}, 422, "type"),
        ("add", {"note": 5}, 422, "missing"),
        ("greet", {"self": 1}, 422, "self"),
        ("rename", {}, 422, "missing"),
        ("rename", ..., 422, "missing"),
        ("great", ..., 404, "greet"),
        ("not_for_outside", ..., 404, ""),
        ("delete", ..., 404, ""),
        ("__class__", ..., 404, ""),
        ("approve", ..., 403, "Approve"),
    ],
)
def test_a_wrong_call_is_refused(
    ann: Client, customer: dict[str, Any], name: str, body: Any, status: int, said: str
) -> None:
    answer = call(ann, customer, name, body)
    assert answer.status_code == status
    assert said in str(answer.json)


def test_a_wrong_type_inside_an_action_is_a_fault_of_ours(
    ann: Client, customer: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert call(ann, customer, "measure", {"much": 5}).status_code == 500
    assert any("TypeError" in str(record.exc_info) for record in caplog.records)


def test_an_action_takes_the_version_it_is_meant_for(ann: Client, customer: dict[str, Any]) -> None:
    path = f"{PATH}/{customer['id']}/actions/greet"
    assert ann.request("POST", path, json={}, headers={"If-Match": f'"{customer["version"] + 1}"'}).status_code == 412
    assert ann.request("POST", path, json={}, headers={"If-Match": f'"{customer["version"]}"'}).status_code == 200


def test_all_wrong_arguments_are_told_at_once(ann: Client, customer: dict[str, Any]) -> None:
    answer = call(ann, customer, "rename", {"nam": 1, "name": 5})
    assert [fault["key"] for fault in answer.json["faults"]] == ["nam", "name"]


def test_a_special_action_is_for_its_groups(client: Callable[..., Client], customer: dict[str, Any]) -> None:
    answer = call(client("chief"), customer, "approve")
    assert answer.status_code == 200
    assert answer.json["result"]["by"]["display_name"] == "Chief"


def test_a_transition_changes_the_state_once(ann: Client, order: Callable[..., str]) -> None:
    path = order(10)
    assert ann.post_json(f"{path}/actions/confirm")["record"]["state"] == "confirmed"
    again = ann.post(f"{path}/actions/confirm")
    assert (again.status_code, again.json["type"]) == (409, "urn:tangram:error:conflict.state")
    assert ann.post(f"{path}/actions/finish").status_code == 403


def test_a_transition_held_for_approval_is_accepted_and_changes_nothing(ann: Client, order: Callable[..., str]) -> None:
    answer = ann.post(f"{order(2_000_000)}/actions/confirm")
    assert answer.status_code == 202
    assert answer.json["result"] == {"waits_for": "approval"}
    assert answer.json["record"]["state"] == "draft"


def test_an_unexpected_failure_tells_nothing_and_saves_nothing(
    ann: Client, customer: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    answer = call(ann, customer, "explode")
    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert ann.get_json(f"{PATH}/{customer['id']}")["note"] is None
    failed = [record for record in caplog.records if record.name == "core.web.errors"]
    assert answer.json["request_id"] in failed[0].getMessage()
    assert "secret of the house" in str(failed[0].exc_info)
