"""Asking for special rights (CORE-25) from business code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access.guard import AccessGuard, has_right
from core.errors import AccessDenied
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment


def require_special_right(env: Environment, right: str) -> None:
    """Refuse a user without the special right ``right``, such as ``base.reassign``.

    Raises:
        AccessDenied: The user does not hold it; the message names it by its label.
        UnknownNameError: No enabled addon declares it.
    """
    if not has_right(env, right):
        guard = env.registry.guard
        label = guard.declarations.special[right].label if isinstance(guard, AccessGuard) else right
        raise AccessDenied(_('You need the special right "%(label)s".', label=_(label)), code="access_denied.special")
