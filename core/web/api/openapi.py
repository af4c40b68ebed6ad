"""The description of the API for one user: OpenAPI 3.1 of the models, fields and actions they reach (layer web; design §2.6)."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from core.i18n import _
from core.web.api import query
from core.web.api.arguments import arguments_of
from core.web.api.models import may, visible_models
from core.web.api.query import DEFAULT_LIMIT, MAX_LIMIT
from core.web.api.schemas import ID, record_schema, values_schema
from core.web.errors import PROBLEM_TYPE
from core.web.request import json_response

if TYPE_CHECKING:
    from core.orm.decorators import ActionInfo
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.request import Response

Text = Callable[[Any], str]
_FAULT: dict[str, Any] = {
    "code": {"type": "string"},
    "detail": {"type": "string"},
    "hint": {"type": ["string", "null"]},
    "model": {"type": ["string", "null"]},
    "field": {"type": ["string", "null"]},
    "key": {"type": ["string", "null"]},
}
_ERRORS = {
    "400": _("The request can't be understood"),
    "401": _("Please log in"),
    "403": _("Not allowed"),
    "404": _("Not found"),
    "429": _("Too many requests"),
}
_WRITE_ERRORS = {
    "409": _("Conflict"),
    "413": _("Too large"),
    "415": _("Unsupported format"),
    "422": _("Something is not right"),
}


def describe(call: Call) -> Response:
    """GET /api/v1/openapi.json."""
    query.only(call.request, ("lang",))
    return json_response(openapi(call.env, call.text))


def openapi(env: Environment, text: Text) -> dict[str, Any]:
    """Return the description of what the user of ``env`` may see.

    Args:
        env: Whose rights hold.
        text: Renders labels and texts in the reader's language.
    """
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"problem": _problem_schema(), "id": ID}
    models = visible_models(env)
    for info in models.values():
        _Model(env, info, text).add_to(paths, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tangram CRM",
            "version": _version(),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}, {"session": [], "csrf": []}],
        "tags": [{"name": name, "description": text(info.label)} for name, info in models.items()],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {
                f"e{code}": {
                    "description": text(title),
                    "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/problem"}}},
                }
                for code, title in (_ERRORS | _WRITE_ERRORS).items()
            },
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "tangram_session"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
            },
        },
    }


class _Model:
    """Describes one model."""

    def __init__(self, env: Environment, info: ModelInfo, text: Text) -> None:
        self.env, self.info, self.text = env, info, text
        self.ref = {"$ref": f"#/components/schemas/{info.name}"}

    def add_to(self, paths: dict[str, Any], schemas: dict[str, Any]) -> None:
        """Add paths and schemas of what the user may do."""
        env, info, base = self.env, self.info, f"/{self.info.name}"
        rights = {operation for operation in ("create", "read", "update", "delete") if may(env, info, operation)}
        schemas[info.name] = record_schema(info, self._hidden("read"), self.text)
        whole: dict[str, Any] = {}
        single: dict[str, Any] = {}
        if "read" in rights:
            whole["get"] = self._list()
            single["get"] = self._call("read", _("Read one"), {"200": self._one()}, [FIELDS])
            paths[f"{base}/aggregate"] = {"get": self._aggregate()}
        if "create" in rights:
            schemas[f"{info.name}.create"] = values_schema(info, self._hidden("create"), self.text, changing=False)
            whole["post"] = self._create()
        if "update" in rights:
            schemas[f"{info.name}.update"] = values_schema(info, self._hidden("update"), self.text, changing=True)
            body = {"$ref": f"#/components/schemas/{info.name}.update"}
            single["patch"] = self._call("update", _("Change"), {"200": self._one()}, [FIELDS], body=body)
        if "delete" in rights:
            gone = {"204": {"description": self.text(_("Deleted"))}}
            single["delete"] = self._call("delete", _("Delete"), gone, [VERSION], writes=True)
        if whole:
            paths[base] = whole
        if single:
            paths[f"{base}/{{id}}"] = {"parameters": [RECORD_ID], **single}
        if "read" in rights:
            for action in info.actions.values():
                if self._may_call(action):
                    path = f"{base}/{{id}}/actions/{action.name}"
                    paths[path] = {"parameters": [RECORD_ID], "post": self._action(action)}

    def _hidden(self, operation: Any) -> frozenset[str]:
        return self.env.hidden_fields(self.info, operation)

    def _may_call(self, action: ActionInfo) -> bool:
        if action.groups is None or self.env.is_elevated:
            return may(self.env, self.info, "update")
        return any(self.env.guard.has_group(self.env, group) for group in action.groups)

    def _call(
        self,
        name: str,
        summary: Any,
        answers: dict[str, Any],
        parameters: list[Any],
        *,
        body: Any = None,
        writes: bool = False,
    ) -> dict[str, Any]:
        errors = _ERRORS | (_WRITE_ERRORS if writes or body is not None else {})
        described: dict[str, Any] = {
            "tags": [self.info.name],
            "operationId": f"{self.info.name}.{name}",
            "summary": f"{self.text(summary)}: {self.text(self.info.label)}",
            "responses": {**answers, **{code: {"$ref": f"#/components/responses/e{code}"} for code in errors}},
        }
        if parameters:
            described["parameters"] = parameters
        if body is not None:
            described["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        return described

    def _one(self) -> dict[str, Any]:
        return _answer(self.text(self.info.label), self.ref)

    def _list(self) -> dict[str, Any]:
        page = {
            "type": "object",
            "properties": {
                "records": {"type": "array", "items": self.ref},
                "total": {"type": "integer", "description": "How many there are without limit and offset."},
            },
            "required": ["records", "total"],
        }
        parameters = [DOMAIN, FIELDS, ORDER, LIMIT, OFFSET]
        return self._call("list", _("List"), {"200": _answer(self.text(self.info.label), page)}, parameters)

    def _aggregate(self) -> dict[str, Any]:
        groups = {
            "type": "object",
            "properties": {"groups": {"type": "array", "items": {"type": "object"}}, "more": {"type": "boolean"}},
            "required": ["groups", "more"],
        }
        parameters = [DOMAIN, MEASURES, BY, ORDER, {**LIMIT, "schema": {**LIMIT["schema"], "default": MAX_LIMIT}}]
        answers = {"200": _answer(self.text(_("Groups")), groups)}
        return self._call("aggregate", _("Sums over groups"), answers, parameters)

    def _create(self) -> dict[str, Any]:
        one = {"$ref": f"#/components/schemas/{self.info.name}.create"}
        many = {
            "type": "object",
            "properties": {"records": {"type": "array", "items": self.ref}},
            "required": ["records"],
        }
        created = _answer(self.text(_("Created")), {"anyOf": [self.ref, many]})
        created["headers"] = {
            "Location": {"schema": {"type": "string"}, "description": "Where a single new record is."}
        }
        body = {"anyOf": [one, {"type": "array", "items": one}]}
        return self._call("create", _("Create one or many"), {"201": created}, [FIELDS], body=body)

    def _action(self, action: ActionInfo) -> dict[str, Any]:
        arguments = arguments_of(self.info, action)
        result = {
            "type": "object",
            "properties": {"result": {}, "record": {"anyOf": [self.ref, {"type": "null"}]}},
            "required": ["result", "record"],
        }
        answers = {"200": _answer(self.text(_("Done")), result)}
        if action.is_transition:
            answers["202"] = _answer(self.text(_("Held for approval; the state is as before")), result)
        described = self._call(f"actions.{action.name}", action.label, answers, [FIELDS], writes=True)
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {argument.name: argument.schema for argument in arguments},
            "additionalProperties": False,
        }
        needed = [argument.name for argument in arguments if argument.required]
        if needed:
            schema["required"] = needed
        described["requestBody"] = {"required": bool(needed), "content": {"application/json": {"schema": schema}}}
        return described


def _answer(description: str, schema: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _problem_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "What went wrong (RFC 9457). Programs look at type, people read detail and hint.",
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            **_FAULT,
            "faults": {"type": "array", "items": {"type": "object", "properties": _FAULT}},
            "request_id": {"type": "string"},
        },
        "required": ["type", "title", "status", "detail"],
    }


def _version() -> str:
    try:
        return version("tangram-crm")
    except PackageNotFoundError:
        return "0"


def _parameter(name: str, description: str, schema: dict[str, Any], place: str = "query") -> dict[str, Any]:
    return {"name": name, "in": place, "description": description, "schema": schema, "required": place == "path"}


RECORD_ID = _parameter("id", "Id of the record.", {"type": "integer", "minimum": 1}, "path")
DOMAIN = _parameter(
    "domain", 'JSON, such as [["amount", ">", 1000]]; see the reference of domains.', {"type": "string"}
)
FIELDS = _parameter("fields", "Fields and paths such as owner.name, with commas or as a JSON list.", {"type": "string"})
ORDER = _parameter("order", "Such as name, date desc.", {"type": "string"})
LIMIT = _parameter(
    "limit",
    "Most records of one answer.",
    {"type": "integer", "minimum": 0, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
)
OFFSET = _parameter(
    "offset",
    "Records to leave out first.",
    {"type": "integer", "minimum": 0, "maximum": query.MAX_OFFSET, "default": 0},
)
MEASURES = _parameter("measures", "Such as amount:sum,id:count, or JSON; absent: id:count.", {"type": "string"})
BY = _parameter("by", "Fields to group by, dates as date:month; with commas or as a JSON list.", {"type": "string"})
VERSION = _parameter(
    "version",
    "Refuse if somebody changed the record since.",
    {"type": "integer", "minimum": 0, "maximum": query.MAX_OFFSET},
)
