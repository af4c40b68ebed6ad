"""Lists of what customers have (SERV-18)."""

import datetime as dt
from decimal import Decimal
from typing import Any

from core.api import Environment, ValidationError, _, system_of


def add_sold_item(
    env: Environment,
    *,
    customer: Any,
    product: Any,
    quantity: Decimal | int,
    delivered_on: dt.date,
    serial: str | None = None,
    source: Any = None,
) -> Any:
    """Note goods that were delivered to a customer; the warranty is what the product gives on this day.

    It is a consequence of the delivery, so no right of the user is asked.

    Args:
        env: Who delivers.
        customer: Record of ``crm.customer``.
        product: Record of ``crm.product``.
        quantity: In the base unit of the product; 1 with a serial number.
        delivered_on: Day of the delivery.
        serial: Serial number, or None.
        source: The record it was delivered with, such as a ``crm.delivery``, or None.

    Returns:
        The record of ``crm.sold.item``, as the system sees it.

    Raises:
        ValidationError: The quantity is not above 0, or not 1 with a serial number.
    """
    return system_of(env)["crm.sold.item"].create(
        {
            "customer": customer,
            "product": product,
            "quantity": quantity,
            "delivered_on": delivered_on,
            "serial": serial,
            "warranty_months": product.warranty_months,
            "source": source,
        }
    )


def items_of(env: Environment, source: Any) -> list[Any]:
    """Return the goods that were noted for a source, by id."""
    return list(env["crm.sold.item"].search([["source", "=", source]], order="id"))


def take_up_goods(ticket: Any) -> None:
    """Fill in what follows from each other: goods from a serial number, product and serial number from the goods.

    Raises:
        ValidationError: The product is another than that of the goods.
    """
    item = ticket.sold_item
    if item is None and ticket.serial:
        domain = [["customer", "=", ticket.customer.id], ["serial", "=", ticket.serial.strip()]]
        if ticket.product is not None:
            domain.append(["product", "=", ticket.product.id])
        found = system_of(ticket.env)["crm.sold.item"].search(domain, limit=2)
        item = ticket.env.browse("crm.sold.item", found[0].id) if len(found) == 1 else None
    if item is None:
        return
    if ticket.product is not None and ticket.product != item.product:
        raise ValidationError(_("The goods chosen are another product."), field="sold_item")
    ticket.sold_item, ticket.product = item, item.product
    ticket.serial = item.serial or ticket.serial
