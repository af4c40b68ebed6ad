"""The delivered quantity of orders follows the stock documents that the keeper confirms (STOCK-07)."""

from typing import Any

from addons.crm_sales_stock.services.limits import need_effective
from core.api import ConflictError, Environment, _, system_of


def deliver(document: Any) -> None:
    """Note what a confirmed document moved as deliveries, or returns, of the orders it was made for; saves at once.

    Raises:
        ConflictError: An order is not effective any more.
        ValidationError: More goes out than is open, or more comes back than was delivered.
    """
    env: Environment = document.env
    env.flush()
    system = system_of(env)
    lines = system["crm.stock.line"].search([["document", "=", document.id], ["order_line", "is_set"]], order="id")
    if lines:
        system["crm.delivery"].create([_delivery(env, line) for line in lines])


def take_back(document: Any) -> None:
    """Take the deliveries of a reversed document back; saves at once.

    Raises:
        ConflictError: The order ended meanwhile, or what is taken back came back already.
    """
    env: Environment = document.env
    env.flush()
    deliveries = system_of(env)["crm.delivery"].search([["stock_document", "=", document.id]])
    lines = {each.line for each in deliveries}
    for order in {each.order for each in deliveries}:
        need_effective(order)
    deliveries.delete()
    for line in lines:
        if line.delivered < 0 or line.open_quantity < 0:
            raise ConflictError(
                _(
                    "%(document)s can't be reversed: %(line)s moved again since.",
                    document=document.number,
                    line=line.name,
                ),
                hint=_("reverse the later documents first"),
            )


def _delivery(env: Environment, line: Any) -> dict[str, Any]:
    document, order = line.document, line.order_line.order
    is_return = document.kind == "in"
    return {
        "order": order,
        "line": line.order_line,
        "kind": "return" if is_return else "delivery",
        "replace": is_return and document.replace,
        "date": document.date,
        "quantity": line.order_quantity,
        "owner": env.uid,
        "company": order.company,
        "stock_line": line,
    }
