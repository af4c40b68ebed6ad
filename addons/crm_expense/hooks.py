"""What expenses do when claims are decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_expense.services.claims import refuse_deletion
from addons.crm_expense.services.demo_claims import make_claims
from addons.crm_expense.services.sum_expenses import follow_claims
from core.api import DemoPart, Environment, HandOverKind, hookimpl


@hookimpl
def records_saved(env: Environment, model: str, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Let approved and refused claims change the profit of their contracts."""
    if model == "crm.expense":
        follow_claims(env, changed, "order")


@hookimpl
def before_delete(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Keep claims that were submitted."""
    if model in ("crm.expense", "crm.expense.line"):
        refuse_deletion(env, model, ids)


@hookimpl
def register_hand_over_kinds() -> Sequence[HandOverKind]:
    """Claims stay with who spent the money."""
    return [HandOverKind("crm.expense", [["id", "in", []]])]


@hookimpl
def register_demo_parts() -> Sequence[DemoPart]:
    """Make claims."""
    return [make_claims]
