"""What approvals mean for quotes and orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addons.crm_approval.api import history_of, needs_approval
from addons.crm_sales_approval.services.demo_waiting import make_waiting
from core.api import ActionInfo, DemoPart, Environment, hookimpl

BINDING = {("crm.quote", "submit"), ("crm.order", "confirm")}


@hookimpl
def sales_order_needs_approval(order: Any) -> bool | None:
    """Say that somebody has to approve a draft order before money may come in (SALE-40)."""
    return needs_approval(order, "confirm") or None


@hookimpl
def after_transition(env: Environment, record: Any, transition: ActionInfo) -> None:
    """Keep the names of those who approved."""
    del env
    if (record._info.name, transition.name) not in BINDING:
        return
    entries = [entry for entry in history_of(record) if entry.state == "approved"]
    latest = max((entry.request for entry in entries), default=None)
    names = dict.fromkeys(entry.by or entry.approver for entry in entries if entry.request == latest)
    quote = getattr(record, "quote", None)
    record.approvers = ", ".join(names) or (quote.approvers if quote is not None else None)


@hookimpl
def register_demo_parts() -> Sequence[DemoPart]:
    """Let contracts wait to be approved."""
    return [make_waiting]
