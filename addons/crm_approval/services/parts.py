"""What belongs to a document, and which figures of it count for an approval (APPR-08, D28).

What is copied with a record is a part of it: its lines. What only refers to it (payment plans, follow-ups, files) is not.
"""

from collections.abc import Mapping
from typing import Any

from core.api import Environment

FIGURES = frozenset({"money", "decimal", "float"})
"""Kinds of the fields that count unless a flow names others. Whole numbers, such as points, do not (D28)."""
FREE = frozenset({"department"})
"""Follows the responsible person, who may change while a record is in approval."""


def lines_of(env: Environment, model: str) -> dict[str, str]:
    """Return model of the lines → their field that leads to the record, for all lines copied with a record of ``model``."""
    fields: Mapping[str, Any] = env.registry.models[model].fields
    return {
        field.comodel: field.inverse
        for field in fields.values()
        if field.kind == "one2many" and field.copied and not field.computed
    }


def is_entered(field: Any) -> bool:
    """Whether people enter the field, so that a change of it is a change of the document and not a consequence."""
    return bool(field.is_stored) and not field.computed and not field.readonly and not field.related


def figures_of(env: Environment, model: str, watched: str | None) -> dict[str, frozenset[str]]:
    """Return model → names of the fields whose change asks for a new approval, of a record and of its lines.

    Args:
        env: Whose registry.
        model: The object.
        watched: What its flow says: fields or paths such as ``lines.price``, with commas; empty: all amounts and quantities entered.
    """
    lines = lines_of(env, model)
    if not watched:
        return {
            name: frozenset(
                field.name
                for field in env.registry.models[name].fields.values()
                if field.kind in FIGURES and is_entered(field)
            )
            for name in (model, *lines)
        }
    found: dict[str, set[str]] = {model: set()}
    for path in (part.strip() for part in watched.split(",")):
        first, _dot, rest = path.partition(".")
        field: Any = env.registry.models[model].fields.get(first)
        if field is not None and field.kind == "one2many":
            found.setdefault(field.comodel, set()).update([rest] if rest else figures_of_lines(env, field.comodel))
        elif first:
            found[model].add(first)
    return {name: frozenset(names) for name, names in found.items()}


def figures_of_lines(env: Environment, model: str) -> frozenset[str]:
    """Return the amounts and quantities that are entered on a line."""
    return frozenset(
        field.name
        for field in env.registry.models[model].fields.values()
        if field.kind in FIGURES and is_entered(field)
    )


def free_fields(info: Any) -> frozenset[str]:
    """Return the fields that may change while a record is in approval: who is responsible, by a hand-over."""
    return FREE | ({info.responsible_field} if info.responsible_field else set())
