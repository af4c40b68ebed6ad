"""The description of the API for one user: OpenAPI 3.1 of the models, fields and actions they reach (layer web; design §2.6)."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from core.i18n import _
from core.web.api import query
from core.web.api.answers import (
    READ_ERRORS,
    Text,
    headers,
    problem_references,
    problem_schema,
    problems,
    success,
)
from core.web.api.models import visible_models
from core.web.api.operations import READ_SECURITY, ModelOperations
from core.web.api.parameters import parameters, references
from core.web.api.schemas import ID
from core.web.identity import COOKIE, CSRF_HEADER
from core.web.ratelimit import CALLER
from core.web.request import MAX_BODY, json_response

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call
    from core.web.request import Response

SYSTEM_TAG = "system"


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
    paths: dict[str, Any] = {"/openapi.json": {"get": _self(text)}}
    schemas: dict[str, Any] = {"problem": problem_schema(text), "id": ID}
    models = visible_models(env)
    for info in models.values():
        ModelOperations(env, info, text).add_to(paths, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tangram CRM",
            "version": _version(),
            "description": _introduction(text),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}, {"session": [], "csrf": []}],
        "tags": _tags(env, models.values(), text),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": parameters(text),
            "headers": headers(text),
            "responses": problems(text),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": text(_("An API key of a user."))},
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
                "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
            },
        },
    }


def _introduction(text: Text) -> str:
    parts = (
        _("What you may see and do, with your rights; others see another description."),
        _(
            "Up to %(rate)s requests a second for each key or session, %(burst)s at once after a rest; the headers"
            " X-RateLimit-* of every answer tell what is left; beyond, the answer is 429 and Retry-After tells the seconds to wait.",
            rate=f"{CALLER.per_second:g}",
            burst=CALLER.burst,
        ),
        _("A request has at most %(size)s MiB.", size=MAX_BODY // 2**20),
        _(
            "Lists are told in pages of %(limit)s records, at most %(most)s; the header Link leads to the next and the previous page.",
            limit=query.DEFAULT_LIMIT,
            most=query.MAX_LIMIT,
        ),
        _(
            "A change that names the version it starts from is refused with 409 if somebody changed the record since, one with the"
            " header If-Match with 412."
        ),
    )
    return "\n\n".join(text(part) for part in parts)


def _self(text: Text) -> dict[str, Any]:
    return {
        "tags": [SYSTEM_TAG],
        "operationId": "openapi",
        "summary": text(_("This description")),
        "parameters": references("lang"),
        "responses": {
            "200": success(text(_("This description")), {"type": "object", "required": ["openapi", "paths"]}),
            **problem_references(READ_ERRORS),
        },
        "security": READ_SECURITY,
    }


def _tags(env: Environment, models: Iterable[ModelInfo], text: Text) -> list[dict[str, str]]:
    """Return a tag for each addon of which the user sees a model."""
    loaded = {} if env.registry.hooks is None else env.registry.hooks.loaded
    found = {SYSTEM_TAG: text(_("The API itself"))}
    for info in models:
        addon = loaded.get(info.addon)
        found[info.addon] = info.addon if addon is None else text(_(addon.addon.title))
    return [{"name": name, "description": title} for name, title in found.items()]


def _version() -> str:
    try:
        return version("tangram-crm")
    except PackageNotFoundError:
        return "0"
