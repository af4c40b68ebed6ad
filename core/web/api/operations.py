"""What a user may do with one model, as OpenAPI describes it (layer web; design §2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.i18n import _
from core.web.api.answers import MATCH_ERRORS, READ_ERRORS, WRITE_ERRORS, Text, problem_references, success
from core.web.api.arguments import arguments_of, can_be_called
from core.web.api.filters import FILTERS, filter_parameters, filter_schemas
from core.web.api.models import OPERATIONS, may
from core.web.api.parameters import parameters, references
from core.web.api.schemas import example_of, record_schema, values_schema

if TYPE_CHECKING:
    from core.orm.decorators import ActionInfo
    from core.orm.environment import Environment
    from core.orm.guard import Operation
    from core.orm.modelinfo import ModelInfo

READ_SECURITY: list[dict[str, Any]] = [{"key": []}, {"session": []}]
"""What changes nothing needs no token against forged requests."""


class ModelOperations:
    """Describes one model.

    Args:
        env: Whose rights hold.
        info: The model; the user has a right on it.
        text: Renders labels and texts in the reader's language.
    """

    def __init__(self, env: Environment, info: ModelInfo, text: Text) -> None:
        self.env, self.info, self.text = env, info, text
        self.parameters = parameters(text)
        self.ref = {"$ref": f"#/components/schemas/{info.name}"}

    def add_to(self, paths: dict[str, Any], schemas: dict[str, Any]) -> None:
        """Add paths and schemas of what the user may do."""
        env, info, base = self.env, self.info, f"/{self.info.name}"
        rights = {operation for operation in OPERATIONS if may(env, info, operation)}
        schemas[info.name] = record_schema(info, self._hidden("read"), self.text)
        whole: dict[str, Any] = {}
        single: dict[str, Any] = {}
        if "read" in rights:
            schemas |= filter_schemas(info, self._hidden("read"), self.text)
            whole["get"] = self._list()
            known = {"304": success(self.text(_("As the client has it")), None, "ETag")}
            single["get"] = self._call(
                "read", _("Read one"), {"200": self._one(), **known}, ["fields", "If-None-Match"]
            )
            paths[f"{base}/aggregate"] = {"get": self._aggregate()}
        if "create" in rights:
            schemas[f"{info.name}.create"] = values_schema(info, self._hidden("create"), self.text, changing=False)
            whole["post"] = self._create(schemas[f"{info.name}.create"])
        if "update" in rights:
            schemas[f"{info.name}.update"] = values_schema(info, self._hidden("update"), self.text, changing=True)
            single["patch"] = self._change(schemas[f"{info.name}.update"])
        if "delete" in rights:
            gone = {"204": success(self.text(_("Deleted")))}
            single["delete"] = self._call("delete", _("Delete"), gone, ["version", "If-Match"], writes=True)
        if whole:
            paths[base] = whole
        if single:
            paths[f"{base}/{{id}}"] = {"parameters": references("id"), **single}
        if "read" in rights:
            for action in info.actions.values():
                if self._may_call(action) and can_be_called(info, action):
                    path = f"{base}/{{id}}/actions/{action.name}"
                    paths[path] = {"parameters": references("id"), "post": self._action(action, schemas)}

    def _hidden(self, operation: Operation) -> frozenset[str]:
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
        parameters: Sequence[str] = (),
        *,
        body: dict[str, Any] | None = None,
        writes: bool = False,
    ) -> dict[str, Any]:
        """Describe one call.

        Args:
            name: What is done, for the id.
            summary: The same in words.
            answers: The good ones, by status.
            parameters: Names of those in the query.
            body: What is sent; None: nothing.
            writes: Whether it changes something.
        """
        errors = MATCH_ERRORS if "If-Match" in parameters else WRITE_ERRORS if writes else READ_ERRORS
        described: dict[str, Any] = {
            "tags": [self.info.addon],
            "operationId": f"{self.info.name}.{name}",
            "summary": f"{self.text(summary)}: {self.text(self.info.label)}",
            "responses": {**answers, **problem_references(errors)},
        }
        if parameters:
            described["parameters"] = self._parameters(parameters)
        if body is not None:
            described["requestBody"] = body
        if not writes:
            described["security"] = READ_SECURITY
        return described

    def _parameters(self, names: Sequence[str]) -> list[Any]:
        """Return parameters of the query: those that name fields as this model has them, the others as all have them."""
        own = [name for name in FILTERS if name in names] if may(self.env, self.info, "read") else []
        if "measures" in names:
            own.remove("order")  # Groups are ordered by what they are made of.
        found = filter_parameters(self.info.name, self.parameters, own)
        return [*found, *references(*(name for name in names if name not in own))]

    def _one(self) -> dict[str, Any]:
        return success(self.text(self.info.label), self.ref, "ETag")

    def _list(self) -> dict[str, Any]:
        total = {"type": "integer", "minimum": 0, "description": self.text(_("How many there are on all pages."))}
        page = _object(records={"type": "array", "items": self.ref}, total=total)
        answers = {"200": success(self.text(self.info.label), page, "Link", example={"records": [], "total": 0})}
        return self._call("list", _("List"), answers, ["domain", "fields", "order", "limit", "offset"])

    def _aggregate(self) -> dict[str, Any]:
        more = {"type": "boolean", "description": self.text(_("Whether there are groups beyond the limit."))}
        page = _object(groups={"type": "array", "items": {"type": "object"}}, more=more)
        answers = {"200": success(self.text(_("Groups")), page, example={"groups": [{"id": 12}], "more": False})}
        names = ["domain", "measures", "by", "order", "limit"]
        return self._call("aggregate", _("Sums over groups"), answers, names)

    def _create(self, schema: dict[str, Any]) -> dict[str, Any]:
        one = {"$ref": f"#/components/schemas/{self.info.name}.create"}
        many = _object(records={"type": "array", "items": self.ref})
        created = success(self.text(_("Created")), {"anyOf": [self.ref, many]}, "Location", "ETag")
        body = _body({"anyOf": [one, {"type": "array", "items": one}]}, example_of(schema))
        return self._call("create", _("Create one or many"), {"201": created}, ["fields"], body=body, writes=True)

    def _change(self, schema: dict[str, Any]) -> dict[str, Any]:
        body = _body({"$ref": f"#/components/schemas/{self.info.name}.update"}, example_of(schema))
        return self._call("update", _("Change"), {"200": self._one()}, ["fields", "If-Match"], body=body, writes=True)

    def _action(self, action: ActionInfo, schemas: dict[str, Any]) -> dict[str, Any]:
        arguments = [argument for argument in arguments_of(self.info, action) if argument.adapter is not None]
        result = _object(result={}, record={"anyOf": [self.ref, {"type": "null"}]})
        answers = {"200": success(self.text(_("Done")), result)}
        if action.is_transition:
            answers["202"] = success(self.text(_("Held for approval; the state is as before")), result)
        properties: dict[str, Any] = {}
        for argument in arguments:
            properties[argument.name], shared = argument.schema(f"{self.info.name}.{action.name}")
            schemas |= shared
        needed = [argument.name for argument in arguments if argument.required]
        schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
        if needed:
            schema["required"] = needed
        body = _body(schema, None, required=bool(needed))
        return self._call(
            f"actions.{action.name}", action.label, answers, ["fields", "If-Match"], body=body, writes=True
        )


def _object(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object that has just these properties."""
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def _body(schema: dict[str, Any], example: Any, *, required: bool = True) -> dict[str, Any]:
    content = {"schema": schema} if example is None else {"schema": schema, "example": example}
    return {"required": required, "content": {"application/json": content}}
