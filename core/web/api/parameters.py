"""The parameters of the API as OpenAPI describes them (layer web; design §2.6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.i18n import _
from core.web.api import query

Text = Callable[[Any], str]

_TEXT = {"type": "string"}
_VERSION = {"type": "integer", "minimum": 0, "maximum": query.MAX_OFFSET}
_PARAMETERS: tuple[tuple[str, str, Any, dict[str, Any], Any], ...] = (
    ("id", "path", _("Id of the record."), {"type": "integer", "minimum": 1}, 1),
    (
        "domain",
        "query",
        _("Which records, as JSON: conditions that hold together, or all, any and not of such."),
        _TEXT,
        '[["id", ">", 0]]',
    ),
    (
        "fields",
        "query",
        _("Fields and paths such as owner.name, with commas or as a JSON list."),
        _TEXT,
        "display_name",
    ),
    ("order", "query", _("Fields and paths with commas, each with desc where wanted."), _TEXT, "id desc"),
    (
        "limit",
        "query",
        _("Most records of one answer."),
        {"type": "integer", "minimum": 0, "maximum": query.MAX_LIMIT, "default": query.DEFAULT_LIMIT},
        20,
    ),
    (
        "offset",
        "query",
        _("Records to leave out first."),
        {"type": "integer", "minimum": 0, "maximum": query.MAX_OFFSET, "default": 0},
        0,
    ),
    (
        "measures",
        "query",
        _("What to count or sum, such as id:count, or as JSON; without it the records are counted."),
        _TEXT,
        "id:count",
    ),
    (
        "by",
        "query",
        _("Fields to group by, dates as date:month, with commas or as a JSON list."),
        _TEXT,
        "created_at:month",
    ),
    (
        "If-None-Match",
        "header",
        _("ETag of an answer that is known; if it would be the same again, 304 is answered."),
        _TEXT,
        None,
    ),
    (
        "If-Match",
        "header",
        _("ETag or version in quotes; if the record is another by now, 412 is answered."),
        _TEXT,
        None,
    ),
    ("version", "query", _("Refuse if somebody changed the record since."), _VERSION, None),
    ("lang", "query", _("Language of the texts, if the user has chosen none."), _TEXT, "en"),
)
"""Name, place, what it is for, its schema, an example (None: there is none that holds for every record)."""


def parameters(text: Text) -> dict[str, Any]:
    """Return all parameters by name, described in the language of ``text``."""
    found: dict[str, Any] = {}
    for name, place, purpose, schema, example in _PARAMETERS:
        found[name] = {
            "name": name,
            "in": place,
            "description": text(purpose),
            "required": place == "path",
            "schema": schema,
        }
        if example is not None:
            found[name]["example"] = example
    return found


def references(*names: str) -> Sequence[dict[str, str]]:
    """Return references to parameters by name."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]
