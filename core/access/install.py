"""Puts the access rules into a registry. Layer: access."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.access.guard import AccessGuard
from core.access.loader import SecuritySource, declare

if TYPE_CHECKING:
    from core.orm.registry import Registry

__all__ = ["install"]


def install(registry: Registry, sources: Iterable[SecuritySource]) -> AccessGuard:
    """Check what the addons declare against the registry's models and make it the registry's guard.

    Args:
        registry: A registry with the base addon; its ``guard`` is set.
        sources: From `core.access.loader.read_security`, in the dependency order of the addons.

    Raises:
        DataError: A declaration is wrong; holds all faults, and each names its addon.
    """
    guard = AccessGuard(registry, declare(sources, registry.models))
    registry.guard = guard
    return guard
