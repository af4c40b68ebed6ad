"""Models with an owner: those with a Many2one ``owner`` to `core.user`, from the mixin `core.owned` or of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.model import Model
    from core.orm.modelinfo import ModelInfo
    from core.orm.registry import Registry


def owned_models(registry: Registry) -> list[ModelInfo]:
    """Return the models whose records have an owner, in order of their names."""
    return sorted(
        (info for info in registry.models.values() if not info.abstract and info.owner_field),
        key=lambda info: info.name,
    )


def follow_owner(env: Environment, created: Sequence[Model], updated: Mapping[Model, Mapping[str, Any]]) -> None:
    """Set the department of records with the mixin `core.owned` to that of their owner, where nobody chose another.

    Called before a save: for records created for somebody else, and for those whose owner changed.
    """
    for record in created:
        if record._info.responsible_field:
            one: Any = record
            if one.owner is not None and one.owner.id != env.uid and one.department in (None, env.user.department):
                one.department = one.owner.department
    for record, old in updated.items():
        if "owner" in old and "department" not in old and record._info.responsible_field:
            changed: Any = record
            if changed.owner is not None:
                changed.department = changed.owner.department
