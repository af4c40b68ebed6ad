"""Copies roles with their rights (CORE-23, decision 0022)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.access import write_audit
from core.base.services.administrators import ADMINISTRATOR
from core.errors import ConflictError, Where
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

RIGHTS = ("core.model_right", "core.field_right", "core.special_grant", "core.menu_right", "core.data_grant")
"""Models whose rows give something to a role."""
_FIXED = frozenset({ADMINISTRATOR, "base.nobody"})


def copy_role(env: Environment, role: Any) -> Any:
    """Make a role with the rights of another and without its members; return it.

    What an addon gives to a role in its files it gives to that role by name, row rules included, so the copy of such a role includes the
    role itself and follows the addon's updates. Rows of the administrator are copied for roles that an administrator made.

    Args:
        env: The environment of somebody who may make roles and give rights.
        role: Record of `core.group`.

    Raises:
        ConflictError: It is the role of administrators, or the one that nobody holds.
        AccessDenied: The caller may not make roles or give rights.
    """
    if role.key in _FIXED:
        raise ConflictError(
            _('The role "%(name)s" can\'t be copied.', name=role.label),
            code="conflict.fixed_role",
            hint=_("give the role itself, or copy one with fewer rights"),
            where=Where(model="core.group", record=role.id),
        )
    implied = [role] if role.addon else list(role.implies)
    label = env.services.text(_("%(name)s (copy)", name=role.label), env.lang)
    made = env["core.group"].create(
        {
            "key": _free_key(env, role.key),
            "label": label,
            "description": role.description,
            "sequence": role.sequence,
            "implies": implied,
        }
    )
    env.flush()
    copied = 0
    if not role.addon:
        for model in RIGHTS:
            for row in env[model].search([["group", "=", role.id]]):
                env[model].copy(row, {"group": made.id})
                copied += 1
    env.flush()
    detail = {"from": role.key, "key": made.key, "rows": copied}
    write_audit(env, "copy_role", f"copy of {role.label}", model="core.group", record=made.id, detail=detail)
    return made


def _free_key(env: Environment, key: str) -> str:
    """Return the first of ``key_copy``, ``key_copy_2``, … that no role has."""
    table = env.registry["core.group"].table
    stem = f"{key}_copy"
    taken = set(env.connection.scalars(sa.select(table.c.key).where(table.c.key.startswith(stem, autoescape=True))))
    number, candidate = 1, stem
    while candidate in taken:
        number += 1
        candidate = f"{stem}_{number}"
    return candidate
