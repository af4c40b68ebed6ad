"""The list of sold goods follows the deliveries of an order (SERV-18)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from addons.crm_service.api import add_sold_item
from core.api import ValidationError, _, system_of

ITEM = "crm.sold.item"


def serials_of(delivery: Any) -> list[str]:
    """Return the serial numbers of a delivery, in their order; may be empty."""
    return [line.strip() for line in (delivery.serials or "").splitlines() if line.strip()]


def follow_deliveries(lines: Iterable[Any]) -> None:
    """Bring the sold goods of order lines up to date with their deliveries and returns.

    Raises:
        ValidationError: A delivery names more serial numbers than it has pieces.
    """
    for line in lines:
        if line.product is None:
            continue
        for delivery in line.deliveries:
            if delivery.kind == "delivery":
                _follow_delivery(line, delivery)
        _count_returns(line)


def _follow_delivery(line: Any, delivery: Any) -> None:
    """Keep one item for each serial number and one for the rest; what is there already keeps its tickets."""
    system = system_of(delivery.env)
    serials, whole = serials_of(delivery), _base(line, delivery)
    if len(serials) > whole:
        raise ValidationError(_("There are more serial numbers than pieces."), field="serials")
    wanted: dict[str | None, Decimal] = {serial: Decimal(1) for serial in serials}
    if whole > len(serials):
        wanted[None] = whole - len(serials)
    held = {item.serial: item for item in system[ITEM].search([["delivery", "=", delivery.id]], order="id")}
    for serial, quantity in wanted.items():
        item = held.pop(serial, None)
        if item is None:
            item = add_sold_item(
                delivery.env,
                customer=delivery.order.customer.id,
                product=line.product,
                quantity=quantity,
                delivered_on=delivery.date,
                serial=serial,
                source=delivery,
            )
            item.update(delivery=delivery.id)
        elif item.quantity != quantity or item.delivered_on != delivery.date:
            item.update(quantity=quantity, delivered_on=delivery.date)
    for item in held.values():
        item.delete()
    system.flush()


def _count_returns(line: Any) -> None:
    """Note what came back: devices by their serial number, the rest from what was delivered last."""
    system = system_of(line.env)
    items = system[ITEM].search([["delivery.line", "=", line.id]], order="id desc")
    named: set[str] = set()
    rest = Decimal(0)
    for delivery in line.deliveries:
        if delivery.kind == "return":
            serials = serials_of(delivery)
            named.update(serials)
            rest += _base(line, delivery) - len(serials)
    for item in items:
        back = item.quantity if item.serial in named else Decimal(0)
        if item.serial is None and rest > 0:
            back = min(rest, item.quantity)
            rest -= back
        if item.returned != back:
            item.returned = back
    system.flush()


def _base(line: Any, delivery: Any) -> Decimal:
    """Return the quantity of a delivery in base units of the product."""
    ratio = line.unit.ratio if line.unit is not None else Decimal(1)
    return Decimal(delivery.quantity * ratio)
