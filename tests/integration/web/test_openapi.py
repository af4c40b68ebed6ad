"""The description of the API holds what the user may see, and is one that programs can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from core.testing.client import Client

PATH = "/api/v1/openapi.json"


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def target(document: dict[str, Any], reference: str) -> Any:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def test_it_is_whole(boss: Client) -> None:
    document = boss.get_json(PATH)
    assert document["openapi"] == "3.1.0"
    for reference in set(references(document)):
        assert target(document, reference)
    ids = [
        call["operationId"]
        for path in document["paths"].values()
        for name, call in path.items()
        if name != "parameters"
    ]
    assert len(ids) == len(set(ids)) > 200
    for path, calls in document["paths"].items():
        named = {parameter["name"] for parameter in calls.get("parameters", []) if parameter["in"] == "path"}
        assert named == ({"id"} if "{id}" in path else set()), path


def test_it_shows_only_what_the_user_may_do(client: Callable[..., Client]) -> None:
    clerk, guest, dropper = (client(login).get_json(PATH) for login in ("ann", "guest", "dropper"))
    assert "/web.customer/{id}/actions/greet" in clerk["paths"]
    assert "/web.customer/{id}/actions/approve" not in clerk["paths"]
    assert "web.secret" not in str(clerk)
    assert "limit" not in clerk["components"]["schemas"]["web.customer"]["properties"]
    assert "limit" not in clerk["components"]["schemas"]["web.customer.create"]["properties"]
    assert set(guest["paths"]["/web.tag"]) == {"get"}
    assert "/web.customer" not in guest["paths"]
    assert set(dropper["paths"]["/web.box"]) == {"post"}
    chief = client("chief").get_json(PATH)
    assert "/web.customer/{id}/actions/approve" in chief["paths"]
    assert "limit" in chief["components"]["schemas"]["web.customer"]["properties"]


def test_it_tells_types_and_what_is_required(ann: Client) -> None:
    schemas = ann.get_json(PATH)["components"]["schemas"]
    record, new, change = (schemas[f"web.customer{ending}"] for ending in ("", ".create", ".update"))
    assert new["required"] == ["name"]
    assert new["properties"]["name"] == {"type": "string", "maxLength": 40, "title": "Name"}
    assert record["properties"]["level"]["enum"] == ["a", "b", None]
    assert record["properties"]["owner"]["x-model"] == "core.user"
    assert record["properties"]["source"]["readOnly"]
    assert not {"source", "shout", "total", "id", "version"} & set(new["properties"])
    assert "version" in change["properties"]
    assert "required" not in change
    greet = ann.get_json(PATH)["paths"]["/web.customer/{id}/actions/greet"]["post"]
    assert greet["requestBody"]["content"]["application/json"]["schema"]["properties"]["times"] == {"type": "integer"}


def test_what_it_lists_can_be_called(ann: Client) -> None:
    for path, calls in ann.get_json(PATH)["paths"].items():
        if "get" in calls and "{id}" not in path:
            assert ann.get(f"/api/v1{path}").status_code == 200, path


def test_nobody_is_told_without_a_login(client: Callable[..., Client]) -> None:
    assert client().get(PATH).status_code == 401
