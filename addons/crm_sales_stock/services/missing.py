"""Who answers for an order hears that goods for it are missing (STOCK-11)."""

from collections.abc import Sequence
from typing import Any

from addons.crm_stock.api import in_units
from core.api import _, notify, record_url


def tell_missing(document: Any, shortages: Sequence[Any]) -> None:
    """Tell the owner of the order a document was requested for what is missing, product by product.

    Args:
        document: The record of ``crm.stock.document``.
        shortages: As of the hook ``stock_shortage``.
    """
    order = document.order
    if order.owner is None:
        return
    rows = [f"{each.line.product.name}: {in_units(each.line.product, each.missing)}" for each in shortages]
    notify(
        document.env,
        [order.owner],
        _("Not enough in stock for %(number)s", number=order.number),
        text="\n".join(rows),
        url=record_url("crm.order", order.id),
        kind="warning",
    )
