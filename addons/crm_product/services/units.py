"""Quantities in one unit told in another, exactly (PROD-08, PROD-09).

A quantity has 4 decimals and so has a ratio; what can't be told in base units with 4 decimals is refused instead of rounded, since stock
would be off by the rest.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal, localcontext
from typing import Any

from core.api import ValidationError, _

PLACES = Decimal("0.0001")
"""The smallest quantity."""


def to_base(product_unit: Any, quantity: Decimal) -> Decimal:
    """Return how many base units a quantity is: 2 boxes of 4 are 8.

    Args:
        product_unit: A record of ``crm.product.unit``.
        quantity: In this unit, up to 4 decimals; may be negative, as in returns.

    Raises:
        ValidationError: The result needs more than 4 decimals.
    """
    with localcontext(prec=50):
        exact = Decimal(quantity) * product_unit.ratio
        result: Decimal = exact.quantize(PLACES)
        if result != exact:
            raise ValidationError(
                _(
                    "%(quantity)s %(unit)s of %(product)s can't be told exactly in %(base)s: 1 %(unit)s is %(ratio)s %(base)s.",
                    quantity=f"{Decimal(quantity):f}",
                    unit=product_unit.name,
                    product=product_unit.product.name,
                    base=_base_name(product_unit.product),
                    ratio=plain(product_unit.ratio),
                ),
                field="quantity",
            )
    return result


def plain(quantity: Decimal) -> str:
    """Return a quantity, ratio or percentage as text, without zeros at its end."""
    return f"{Decimal(quantity).normalize():f}"


def split(product: Any, base_quantity: Decimal) -> list[tuple[Any, Decimal]]:
    """Return a quantity of base units in the largest units that fit: 7 pieces are 1 box and 3 pieces (PROD-09).

    Args:
        product: A record of ``crm.product``.
        base_quantity: In base units; of a negative one all parts are negative.

    Returns:
        Pairs of a record of ``crm.product.unit`` and how many of it, whole numbers but for the base unit, the largest unit first;
        their sum in base units is ``base_quantity``. Nothing for 0.

    Raises:
        ValidationError: The product has no base unit.
    """
    base = product.base_unit
    if base is None:
        raise ValidationError(_("%(product)s has no base unit.", product=product.name), field="product")
    left = abs(Decimal(base_quantity))
    sign = -1 if base_quantity < 0 else 1
    parts: list[tuple[Any, Decimal]] = []
    larger = (unit for unit in product.units if unit.ratio > 1)
    for unit in sorted(larger, key=lambda unit: (-unit.ratio, unit.id)):
        whole = (left / unit.ratio).to_integral_value(rounding=ROUND_DOWN)
        if whole:
            parts.append((unit, sign * whole))
            left -= whole * unit.ratio
    if left:
        parts.append((base, sign * left))
    return parts


def keep_base(product: Any) -> None:
    """Make sure that a product has exactly one base unit; of units of which none is marked, the first with the ratio 1 becomes it.

    Raises:
        ValidationError: Two are marked, or none can be.
    """
    bases = [unit for unit in product.units if unit.is_base]
    if len(bases) > 1:
        raise ValidationError(
            _(
                "%(product)s can have one base unit only, not %(units)s.",
                product=product.name,
                units=", ".join(str(unit.name) for unit in bases),
            ),
            field="units",
        )
    if not bases:
        first = next((unit for unit in product.units if unit.ratio == 1), None)
        if first is None:
            raise ValidationError(
                _("%(product)s needs a base unit: one unit with the ratio 1.", product=product.name), field="units"
            )
        first.is_base = True


def replace_placeholder(base: Any) -> None:
    """Take away the base unit that a product had got by default, once it gets another one: as when products and their units are imported.

    It goes only if it came before and nothing was said about it: neither barcode nor price.

    Raises:
        ConflictError: It is in use.
    """
    for other in list(base.product.units):
        is_untouched = not other.barcode and not other.price and other.created_at < base.created_at
        if other is not base and other.is_base and is_untouched:
            other.delete()


def _base_name(product: Any) -> str:
    return str(product.base_unit.name if product.base_unit is not None else _("base units"))
