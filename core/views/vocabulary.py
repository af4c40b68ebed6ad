"""The words view files are made of: names, and what each key holds (layer views).

A key of a node or view is annotated with a `Holds`, which says what its value refers to. Checking against the registry, collecting
the texts to translate and removing what a user may not read all follow from these marks, so a new key needs no new code there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

VIEW_TYPES = ("list", "form", "kanban", "calendar", "chart", "pivot", "search")
"""All view types (design §2.4)."""
CHART_KINDS = ("bar", "line", "pie", "funnel")
DATE_KINDS = frozenset({"date", "datetime"})
NUMBER_KINDS = frozenset({"integer", "float", "decimal", "money"})
PERIODS = ("day", "week", "month", "quarter", "year", "fiscal_month", "fiscal_quarter", "fiscal_year")
"""What a date may be grouped by, as in ``date:month``."""
MEASURES = ("sum", "avg", "min", "max", "count", "count_distinct")
"""How a measure sums up, as in ``points:sum``."""
TINTS = ("accent", "success", "warning", "danger", "neutral", "muted", "strong")
"""What a decoration may do to a row or value; colours themselves are tokens of the style sheet."""


@dataclass(frozen=True)
class Holds:
    """What the value of a key refers to."""

    what: Literal[
        "text", "expression", "expressions", "path", "order", "measure", "by", "domain", "widget", "action", "view", "model",
        "groups", "inverse", "progress",
    ]  # fmt: skip
    kinds: frozenset[str] | None = None
    """Kinds of field a path may lead to; None means any."""


def listed(value: Any) -> Any:
    """Let a single name stand for a list of one."""
    return [value] if isinstance(value, str) else value


NAME = r"^[A-Za-z_][A-Za-z0-9_.:\-]*$"
PATH = r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$"

Name = Annotated[str, StringConstraints(pattern=NAME, max_length=200)]
PathText = Annotated[str, StringConstraints(pattern=PATH, max_length=200)]
MeasureText = Annotated[str, StringConstraints(pattern=PATH[:-1] + r"(:[a-z_]+)?$", max_length=200)]
Names = Annotated[list[Name], BeforeValidator(listed, json_schema_input_type=str | list[str])]
Paths = Annotated[list[PathText], BeforeValidator(listed, json_schema_input_type=str | list[str])]
Measures = Annotated[list[MeasureText], BeforeValidator(listed, json_schema_input_type=str | list[str])]
Tint = Literal["accent", "success", "warning", "danger", "neutral", "muted", "strong"]

Text = Annotated[str | None, Holds("text")]
Condition = Annotated[bool | str | None, Holds("expression")]
"""True, false or a Jinja2 sandbox expression over the record, ``user``, ``company``, ``today`` and ``now``."""
Decorations = Annotated[dict[Tint, str] | None, Holds("expressions")]
FieldPath = Annotated[PathText | None, Holds("path")]
Domain = Annotated[list[Any] | dict[str, Any] | None, Holds("domain")]
Order = Annotated[str | None, Holds("order")]
Widget = Annotated[Name | None, Holds("widget")]
ViewId = Annotated[Name | None, Holds("view")]
Groups = Annotated[list[Name], Holds("groups")]
Limit = Annotated[int | None, Field(ge=1, le=1000)]


@cache
def marks(model: type[BaseModel]) -> dict[str, Holds]:
    """Return the keys of a model that refer to something, with what they hold."""
    found: dict[str, Holds] = {}
    for name, info in model.model_fields.items():
        for mark in info.metadata:
            if isinstance(mark, Holds):
                found[name] = mark
    return found
