"""What the decision on a claim means for repairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_expense.api import follow_claims
from core.api import Environment, hookimpl


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Let approved and refused claims change the result of their repairs."""
    del created
    if model == "crm.expense":
        follow_claims(env, changed, "repair")
