"""What finance does when records are saved and deleted."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_base.api import CustomerFigure
from addons.crm_finance.services import limits, receivables
from addons.crm_finance.services.audit import refuse_changes, refuse_deletion
from addons.crm_finance.services.demo_money import make_money
from addons.crm_finance.services.entries import ENTRY
from addons.crm_finance.services.figures import FIGURES
from addons.crm_finance.services.invoices import need_no_invoice, refuse_issued
from addons.crm_finance.services.take_over import take_over
from core.api import ActionInfo, DemoPart, Environment, HandOverKind, Model, Notice, hookimpl


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Keep booked entries as they are; let receivables follow the contracts they come from."""
    if model == ENTRY and changed:
        refuse_changes(env, changed)
    elif model == "crm.order":
        receivables.follow_orders(env, created, changed)
    elif model == "crm.payment.plan" and changed:
        receivables.check_due_dates(env, changed)
    elif model == receivables.RECEIVABLE and changed:
        receivables.refuse_changes(env, changed)


@hookimpl
def before_delete(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Keep what counts in the cash book, and what was settled."""
    if model == ENTRY:
        refuse_deletion(env, ids)
    elif model == receivables.RECEIVABLE:
        receivables.refuse_deletion(env, ids)
    elif model in ("crm.invoice", "crm.invoice.line"):
        refuse_issued(env, model, ids)


@hookimpl(optionalhook=True)
def declare_consequences(env: Environment, model: str, ids: Sequence[int]) -> Mapping[str, Sequence[int]] | None:
    """Let receivables go with imported contracts as long as nobody has worked with them."""
    return {receivables.RECEIVABLE: receivables.untouched_of(env, ids)} if model == "crm.order" else None


@hookimpl
def register_hand_over_kinds() -> Sequence[HandOverKind]:
    """Pass on what still waits; what is booked stays with who did it."""
    return [
        HandOverKind(ENTRY, [["state", "=", "waiting"]]),
        HandOverKind("crm.account.transfer", [["state", "=", "draft"]]),
        HandOverKind(receivables.RECEIVABLE, [["open_base", ">", 0]], follows="customer"),
        HandOverKind("crm.invoice", [["id", "in", []]]),
    ]


@hookimpl
def sales_order_cancelled(order: Any) -> None:
    """Keep contracts that were invoiced."""
    need_no_invoice(order)


@hookimpl(tryfirst=True)
def before_transition(env: Environment, record: Model, transition: ActionInfo) -> None:
    """Look at the overdue limit of the customer before anybody decides by it whether the contract is held for approval."""
    del env
    if record._info.name == "crm.order" and transition.name == "confirm":
        limits.note_excess(record)


@hookimpl
def record_notices(env: Environment, model: str, record_id: int) -> list[Notice] | None:
    """Tell that a customer is over its overdue limit."""
    return limits.notices(env, model, record_id)


@hookimpl
def register_customer_figures() -> Sequence[CustomerFigure]:
    """Rank and sum up customers by what they owe."""
    return FIGURES


@hookimpl
def addon_enabled(env: Environment, addon: Any) -> None:
    """Make receivables of the contracts that are effective already."""
    if addon.name == "crm_finance":
        take_over(env)


@hookimpl
def register_demo_parts() -> Sequence[DemoPart]:
    """Receive, invoice and spend."""
    return [make_money]
