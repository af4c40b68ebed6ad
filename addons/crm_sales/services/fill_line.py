"""Fill in what a line of a quote or order leaves empty, by its product (SALE-31)."""

from decimal import Decimal
from typing import Any


def fill_line(line: Any) -> Decimal | None:
    """Fill in product, unit, description, price and cost where they are empty; return the suggested price.

    The product follows from the unit, and the unit, where none is given, is the base unit. Who chooses another product or unit in a line
    gets what belongs to it: a unit of another product gives way to the base unit, and a description and a price that had been filled in
    and were not changed since are filled in anew.

    Args:
        line: A record of a model made of ``crm.sales.line``, saved or not; changed in memory only.

    Returns:
        In the currency of the document; None without a product.
    """
    if line.product is None and line.unit is not None and line.filled_for is None:
        line.product = line.unit.product
    product, former = line.product, line.filled_for
    before: Decimal | None = line.suggested_price
    if product is None:
        line.filled_for = line.unit = None
        if line.price is None:
            line.price = Decimal(0)
        return None
    if line.unit is None or (line.unit.product != product and line.unit == former):
        line.unit = product.base_unit
    _describe(line, product, former)
    if line.unit is not None and line.unit.product != product:
        # Chosen together and not fitting: the check of the line tells.
        return before
    if line.unit == former and line.price is not None:
        return before
    suggested = suggest_price(line)
    if line.price is None or (former is not None and line.price == before):
        line.price = suggested or Decimal(0)
    line.filled_for = line.unit
    return suggested


def suggest_price(line: Any) -> Decimal | None:
    """Return the price that the rules of other addons say, else the list price of the unit, in the currency of the document.

    None if the line has no unit.
    """
    unit = line.unit
    if unit is None:
        return None
    document = line.sales_document()
    customer, day, rate = None, line.env.today(), Decimal(1)
    if document is not None:
        customer, day, rate = document.customer, document.date or day, document.rate or rate
    price = line.env.hook.suggest_price(env=line.env, product_unit=unit, customer=customer, date=day)
    if price is None:
        price = unit.price
    return (Decimal(price or 0) / rate).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


def _describe(line: Any, product: Any, former: Any) -> None:
    """Give the line the name and the cost of its product; a description of one's own stays."""
    is_other = former is None or former.product != product
    if not line.name or (former is not None and is_other and line.name == former.product.name):
        line.name = product.name
    if line.unit_cost is None or is_other:
        line.unit_cost = product.cost
