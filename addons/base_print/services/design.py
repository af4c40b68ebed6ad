"""Designing templates: what a person with the special right ``base_print.design`` may do, and what the page of it shows."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from addons.base_print.services.layout import default_layout, layout_of
from addons.base_print.services.print_records import Drawn, draw_order, order_of, readable_model
from core.api import AccessDenied, ValidationError, _, has_right

if TYPE_CHECKING:
    from core.api import Environment

RIGHT = "base_print.design"
TEXTS = ("name", "header", "footer", "language", "paper", "orientation", "parts", "body", "css")
NUMBERS = ("width", "height", "margin_top", "margin_right", "margin_bottom", "margin_left")
SAMPLES = 20
"""Records offered for the preview."""
_MOST_DEPTH_FIELDS = 200


def require_design(env: Environment, model: str) -> Any:
    """Return a model of which the user may make templates.

    Raises:
        AccessDenied: The user may not design.
        MissingRecord: There is no such model for the user.
    """
    if not has_right(env, RIGHT):
        raise AccessDenied(_("You may not design print templates."), code="access_denied.special")
    return readable_model(env, model)


def new_values(env: Environment, model: str) -> dict[str, Any]:
    """Return what a new template begins with: the form of the model."""
    layout = default_layout(env, model)
    fresh = env["base.print.template"].new({"model": model})
    values = {name: getattr(fresh, name) for name in (*TEXTS, *NUMBERS, "copies")}
    texts = {"name": "", "body": layout.body, "css": layout.css, "header": layout.header, "footer": layout.footer}
    return {**values, **texts, "parts": "", "is_default": False}


def values_of(template: Any) -> dict[str, Any]:
    """Return the values of a template as the page edits them."""
    return {name: getattr(template, name) for name in (*TEXTS, *NUMBERS, "copies", "is_default")}


def typed_values(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what somebody typed, as texts but for ``is_default``; lines end as Python ends them."""
    values: dict[str, Any] = {name: form.get(name, "").replace("\r\n", "\n") for name in (*TEXTS, *NUMBERS, "copies")}
    return {**values, "is_default": bool(form.get("is_default"))}


def checked_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return typed values as a template takes them.

    Raises:
        ValidationError: The number of copies is none.
    """
    copies = str(values["copies"]).strip()
    if not (copies.isascii() and copies.isdigit() and len(copies) < 4):
        raise ValidationError(_("Copies are a whole number."), field="copies")
    language = values["language"] or None
    return {**values, "copies": int(copies), "name": str(values["name"]).strip(), "language": language}


def save_template(env: Environment, model: str, template: Any, values: Mapping[str, Any]) -> Any:
    """Make or change a template and return it; whoever may design needs no right on the model of templates.

    Args:
        env: Who designs; `require_design` was asked.
        model: Model it is for.
        template: The template, or None for a new one.
        values: From `checked_values`.

    Raises:
        ValidationError: Something is wrong; nothing is saved.
    """
    with env.elevated(reason=f'print template "{values["name"]}" of {model}') as system:
        if template is None:
            return system["base.print.template"].create({**values, "model": model})
        template.update(**values)
        system.flush()
        return template


def preview(env: Environment, model: str, values: Mapping[str, Any], record: int) -> Drawn:
    """Draw the first pages of a record with a template as it is typed.

    Raises:
        ValidationError: The template is wrong, and where.
        MissingRecord: There is no such record for the user.
        AccessDenied: The user may not print records of the model.
    """
    unsaved = env["base.print.template"].new({**values, "model": model})
    return draw_order(order_of(env, model, [record], layout_of(unsaved), as_="png"))


def as_pictures(drawn: Drawn) -> list[str]:
    """Return pages as addresses of pictures."""
    return [f"data:image/png;base64,{base64.b64encode(part).decode()}" for part in drawn.parts]


def samples(env: Environment, info: Any) -> list[dict[str, Any]]:
    """Return the latest records that the user may read: id and name."""
    found = env[info.name].search([], order="id desc", limit=SAMPLES)
    return [{"id": record.id, "name": str(record.display_name)} for record in found]


def field_list(env: Environment, info: Any) -> list[dict[str, Any]]:
    """Return the fields that a template may name, grouped: the record's own, then those of each kind of lines."""
    groups = [{"label": None, "fields": _fields_of(env, info, "record.")}]
    for field in info.fields.values():
        if field.kind == "one2many" and field.name not in env.hidden_fields(info, "read"):
            comodel = env.registry[field.comodel]
            if env.guard.may(env, comodel, "read"):
                loop = f"{{% for line in record.{field.name} %}}\n{{% endfor %}}"
                first = {"label": _("Each line in turn"), "text": loop, "path": f"record.{field.name}"}
                rest = _fields_of(env, comodel, "line.", without=field.inverse)
                groups.append({"label": _(field.label), "fields": [first, *rest]})
    return groups


def _fields_of(env: Environment, info: Any, start: str, without: str = "") -> list[dict[str, Any]]:
    hidden = env.hidden_fields(info, "read")
    return [
        {"label": _(field.label), "text": f"{{{{ {start}{name} }}}}", "path": f"{start}{name}"}
        for name, field in info.fields.items()
        if name not in hidden and not field.to_many and name not in ("id", "version", "deletion", without)
    ][:_MOST_DEPTH_FIELDS]
