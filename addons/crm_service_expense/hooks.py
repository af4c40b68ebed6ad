"""What expenses of repairs mean for contracts, and the decision on a claim for repairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_expense.api import follow_claims
from addons.crm_service_expense.services.contracts import name_contracts
from core.api import Environment, hookimpl


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Name the contract of new expenses of repairs; let approved and refused claims change the result of their repairs."""
    if model == "crm.expense.line":
        moved = [number for number, old in changed.items() if "repair" in old]
        if created or moved:
            name_contracts(env, [*created, *moved])
    if model == "crm.expense":
        follow_claims(env, changed, "repair")
