"""The description of the API holds what the user may see, and is one that programs can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31

from core.testing.client import Client
from core.web.ratelimit import HEADERS

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
        named = {target(document, each["$ref"])["name"] for each in calls.get("parameters", [])}
        assert named == ({"id"} if "{id}" in path else set()), path


@pytest.mark.rows("CORE-81")
def test_it_is_what_the_standard_says(client: Callable[..., Client]) -> None:
    for login in ("boss", "ann", "guest", "dropper"):
        document = client(login).get_json(PATH)
        jsonschema_rs.validator_for(OPENAPI_31).validate(document)
        for name, schema in document["components"]["schemas"].items():
            jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
            assert name


def test_every_call_tells_every_status_with_its_form(boss: Client) -> None:
    document = boss.get_json(PATH)
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            if method == "parameters":
                continue
            told = {"400", "401", "403", "404", "413", "429", "500"}
            told |= set() if method == "get" else {"409", "415", "422"}
            assert told <= set(call["responses"]), (path, method)
            for status, answer in call["responses"].items():
                full = target(document, answer["$ref"]) if "$ref" in answer else answer
                assert {"X-Request-Id", *HEADERS} <= set(full["headers"])
                assert ("content" in full) is (status not in ("204", "304")), (path, method, status)
    limited = target(document, "#/components/responses/e429")
    assert "Retry-After" in limited["headers"]
    assert "50 requests a second" in document["info"]["description"]


def test_examples_fit_their_schemas(boss: Client) -> None:
    document = boss.get_json(PATH)
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            content = call.get("requestBody", {}).get("content", {}) if method != "parameters" else {}
            for body in content.values():
                if "example" in body:
                    schema = {**body["schema"], "components": document["components"]}
                    jsonschema_rs.Draft202012Validator(schema).validate(body["example"])
                else:
                    assert "/actions/" in path
    for parameter in document["components"]["parameters"].values():
        if "example" in parameter:
            jsonschema_rs.Draft202012Validator(parameter["schema"]).validate(parameter["example"])


def test_calls_are_ordered_by_addon(boss: Client) -> None:
    document = boss.get_json(PATH)
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    assert set(tags) == {"system", "base", "web_shop"}
    assert document["paths"]["/web.tag"]["get"]["tags"] == ["web_shop"]
    assert document["paths"]["/core.user"]["get"]["tags"] == ["base"]


def test_its_texts_are_in_the_language_of_the_reader(boss: Client) -> None:
    user = boss.get_json("/api/v1/core.user", domain=[["login", "=", "guest"]])["records"][0]["id"]
    boss.patch_json(f"/api/v1/core.user/{user}", {"language": "zh_CN"})
    try:
        document = Client(boss.host, "guest", web=boss.web).get_json(PATH)
    finally:
        boss.patch_json(f"/api/v1/core.user/{user}", {"language": "en"})
    texts = [document["info"]["description"], document["paths"]["/openapi.json"]["get"]["summary"]]
    texts += [each["description"] for kind in ("parameters", "headers", "responses") for each in told(document, kind)]
    texts += [
        call["summary"]
        for call in (document["paths"]["/core.user"]["get"], document["paths"]["/core.user/{id}"]["patch"])
    ]
    assert [text for text in texts if not any("\u4e00" <= letter <= "\u9fff" for letter in text)] == []


def told(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return list(document["components"][kind].values())


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
