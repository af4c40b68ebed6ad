"""What the API answers besides records, as OpenAPI describes it: problems and headers (layer web; design §2.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from core.i18n import _
from core.web.errors import PROBLEM_TYPE, URN, title_of
from core.web.ratelimit import HEADERS as RATE_HEADERS

Text = Callable[[Any], str]

READ_ERRORS = (400, 401, 403, 404, 413, 429, 500)
"""Every call may be answered so."""
WRITE_ERRORS = (*READ_ERRORS, 409, 415, 422)
MATCH_ERRORS = (*WRITE_ERRORS, 412)
"""A change of one record may name the version it starts from."""
_NULLABLE = {"type": ["string", "null"]}
_FAULT: dict[str, Any] = {
    "code": {"type": "string"},
    "detail": {"type": "string"},
    "hint": _NULLABLE,
    "model": _NULLABLE,
    "field": _NULLABLE,
    "key": _NULLABLE,
}
_HEADERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "X-Request-Id": (_("Number of the request, under which the log has it."), {"type": "string"}),
    "Retry-After": (_("Seconds to wait before the next attempt."), {"type": "integer", "minimum": 1}),
    "WWW-Authenticate": (_("How to log in."), {"type": "string"}),
    "Location": (_("Where a single new record is."), {"type": "string"}),
    RATE_HEADERS[0]: (_("Requests that may be sent at once after a rest."), {"type": "integer", "minimum": 1}),
    RATE_HEADERS[1]: (_("How many of them are left."), {"type": "integer", "minimum": 0}),
    RATE_HEADERS[2]: (_("Seconds until all of them are there again."), {"type": "integer", "minimum": 0}),
    "ETag": (_("Changes with the record; begins with its version."), {"type": "string"}),
    "Link": (_("The pages before and after this one: rel=prev and rel=next."), {"type": "string"}),
}
_OF_STATUS = {401: ("WWW-Authenticate",), 409: ("Retry-After",), 429: ("Retry-After",)}


def headers(text: Text) -> dict[str, Any]:
    """Return all headers of answers by name."""
    return {name: {"description": text(purpose), "schema": schema} for name, (purpose, schema) in _HEADERS.items()}


def header_references(*names: str) -> dict[str, Any]:
    """Return references to headers; every answer has the number of the request and what is left of the rate."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", *RATE_HEADERS, *names)}


def problems(text: Text) -> dict[str, Any]:
    """Return every answer to an error by the name that `problem_references` uses."""
    return {
        f"e{status}": {
            "description": text(title_of(status)),
            "headers": header_references(*_OF_STATUS.get(status, ())),
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/problem"}}},
        }
        for status in sorted(MATCH_ERRORS)
    }


def problem_references(statuses: Iterable[int]) -> dict[str, Any]:
    """Return the answers to errors for one call."""
    return {str(status): {"$ref": f"#/components/responses/e{status}"} for status in sorted(statuses)}


def problem_schema(text: Text) -> dict[str, Any]:
    """Return the schema of a problem document (RFC 9457)."""
    fault = {"type": "object", "properties": _FAULT, "required": [*_FAULT], "additionalProperties": False}
    properties = {
        "type": {"type": "string", "format": "uri", "pattern": f"^{URN}"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        **_FAULT,
        "faults": {"type": "array", "items": fault},
        "request_id": {"type": "string"},
    }
    return {
        "type": "object",
        "description": text(_("What went wrong. Programs look at the type, people read detail and hint.")),
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


def success(
    description: str, schema: dict[str, Any] | None = None, *header_names: str, example: Any = None
) -> dict[str, Any]:
    """Return an answer of JSON, or one without a body.

    Args:
        description: What it means.
        schema: Of the body; None: there is none.
        header_names: Headers besides the number of the request.
        example: A body; None: none is shown.
    """
    found: dict[str, Any] = {"description": description, "headers": header_references(*header_names)}
    if schema is not None:
        content: dict[str, Any] = {"schema": schema}
        if example is not None:
            content["example"] = example
        found["content"] = {"application/json": content}
    return found
