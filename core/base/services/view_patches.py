"""Deciding conflicts between an administrator's customisation and what an update ships (layer base; design 1.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.access import write_audit
from core.orm import bookkeeping

if TYPE_CHECKING:
    from core.orm.environment import Environment


def accept_shipped(env: Environment, number: int) -> None:
    """Switch a customisation off, so that what is shipped shows; it can be switched on again.

    Raises:
        MissingRecord: There is no such customisation.
    """
    patch = env["core.view_patch"].get(number)
    patch.update(active=False)
    _settle(env, patch, "accept what is shipped")


def keep_own(env: Environment, number: int) -> None:
    """Keep a customisation as made against what is shipped now, so that the conflict is settled.

    Raises:
        MissingRecord: There is no such customisation.
    """
    patch = env["core.view_patch"].get(number)
    views = env.registry.views
    if views is not None:
        patch.update(base=views.base_of(patch.kind, patch.target, patch.patch))
    _settle(env, patch, "keep the own change")


def _settle(env: Environment, patch: Any, reason: str) -> None:
    """Note the decision."""
    env.flush()
    write_audit(env, "customisation", f"{reason}: {patch.target}", model="core.view_patch", record=patch.id)


def tell_all(env: Environment) -> None:
    """Let every process build its views anew once this transaction commits, because customisations changed."""
    bookkeeping.bump_sequence(env.connection)
