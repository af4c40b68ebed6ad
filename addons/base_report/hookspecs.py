"""Hooks that statistics offer to other addons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.api import hookspec

if TYPE_CHECKING:
    from addons.base_report.services.measures import Measure


@hookspec
def register_measures() -> Sequence[Measure]:  # type: ignore[empty-body]  # a specification has no body
    """Name what an addon's records are measured by, besides the number of records and sums of money that every object has.

    Called: whenever statistics are shown; there is no database to ask. Measures that need no code are records of ``base.report.measure`` in the
    addon's ``data/``.

    Returns:
        Measures; a model or field that is not there, or not for the user, leaves the measure out.
    """
