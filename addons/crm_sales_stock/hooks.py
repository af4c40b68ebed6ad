"""What orders do with stock documents, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_sales_stock.services.demo_issues import make_ended, make_issues
from addons.crm_sales_stock.services.demo_keeping import make_keeping
from addons.crm_sales_stock.services.follow_documents import deliver, take_back
from addons.crm_sales_stock.services.limits import check_requested
from addons.crm_sales_stock.services.missing import tell_missing
from addons.crm_sales_stock.services.request import cancel_requests
from addons.crm_sales_stock.services.sell_rest import issue_lent
from core.api import ActionInfo, DemoPart, Environment, Model, Tab, _, hookimpl

ASKED = frozenset({"order_line", "order_quantity"})


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Refuse requests beyond what is open, however they came about."""
    if model == "crm.stock.line":
        moved = [number for number, before in changed.items() if not ASKED.isdisjoint(before)]
        check_requested(env.load(model, [*created, *moved]))
    elif model == "crm.stock.document":
        moved = [number for number, before in changed.items() if "state" in before]
        for document in env.load(model, [*created, *moved]):
            if document.order is not None:
                check_requested(document.lines)


@hookimpl
def after_transition(env: Environment, record: Model, transition: ActionInfo) -> None:
    """Issue goods lent for the order by which the customer keeps them."""
    del env
    order: Any = record
    if record._info.name == "crm.order" and transition.name == "confirm" and order.loan is not None:
        issue_lent(order)


@hookimpl
def stock_document_confirmed(document: Any) -> None:
    """Deliver what was issued for an order, or note what came back."""
    if document.order is not None:
        deliver(document)


@hookimpl
def stock_document_reversed(document: Any) -> None:
    """Take deliveries and returns back with their document."""
    if document.order is not None:
        take_back(document)


@hookimpl
def sales_order_cancelled(order: Any) -> None:
    """Give up what was asked of the warehouse for an order that is called off or changed."""
    cancel_requests(order)


@hookimpl
def side_tabs(env: Environment, model: str, record_id: int) -> list[Tab] | None:
    """Offer beside an order how it stands in the warehouse."""
    if model != "crm.order":
        return None
    return [Tab("stock", _("Warehouse"), f"/x/crm_sales_stock/orders/{record_id}/stock", sequence=25)]


@hookimpl
def stock_shortage(document: Any, shortages: Sequence[Any]) -> None:
    """Tell who answers for an order that goods for it are missing."""
    if document.order is not None:
        tell_missing(document, shortages)


@hookimpl
def register_demo_parts() -> Sequence[DemoPart]:
    """Buy and deliver what was sold, and keep the warehouse."""
    return [make_issues, make_ended, make_keeping]
