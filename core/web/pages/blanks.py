"""Inputs for a value of a field outside the form of a record: batch changes, conditions of a search (layer web)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.render.form import FieldPart, Option
from core.render.values import Shown
from core.web.pages.addresses import choices_url
from core.web.pages.columns import usual_widget
from core.web.pages.viewing import filled

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.web.call import Call

_UNFIT = frozenset({"one2many", "json", "file", "image", "reference", "html", "sequence"})


def changeable_fields(call: Call, info: ModelInfo) -> list[Any]:
    """Return the fields that the user may set to one value on many records, in the order declared."""
    hidden = call.env.hidden_fields(info, "update") | call.env.hidden_fields(info, "read")
    return [
        field
        for field in info.fields.values()
        if field.writable and field.is_stored and field.kind not in _UNFIT and field.name not in hidden
    ]


def blank_input(
    call: Call, info: ModelInfo, field: Any, name: str, *, value: str = "", error: str | None = None
) -> Any:
    """Return the input for one value of a field.

    Args:
        call: The request.
        info: Model that has the field.
        field: The field.
        name: Name of the input.
        value: What stands in it.
        error: What is wrong with that.
    """
    options: tuple[Option, ...] = ()
    if field.kind == "selection":
        options = tuple(Option(key, call.text(label), key == value) for key, label in field.options.items())
    choices = None
    if field.is_relation:
        choices = choices_url(info.name, field.name, filled(getattr(field, "domain", None), call.env))
    return FieldPart(
        field.name,
        call.text(field.label),
        field.kind,
        usual_widget(field),
        Shown(field.kind),
        value=value,
        input=name,
        is_required=field.required and field.kind != "boolean",
        is_relation=field.is_relation,
        help=call.text(field.help) if field.help else None,
        error=error,
        options=options,
        choices_url=choices,
        size=getattr(field, "size", None),
    )
