"""Hooks that the built-in addon offers to all others; how hooks are called is told in `core.plugins.spec`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.plugins.markers import hookspec

if TYPE_CHECKING:
    from core.base.services.hand_over import HandOverKind


@hookspec
def register_hand_over_kinds() -> Sequence[HandOverKind]:  # type: ignore[empty-body]  # a specification has no body
    """Name the kinds of open records that pass when an employee hands over (CORE-31).

    Called: whenever somebody hands over, or asks what an employee still holds.

    Returns:
        Kinds of the addon's own models. A model with an owner that no addon names passes whole; an addon whose closed records
        are figures of the past narrows them here by a domain.
    """
