"""A quantity of base units told in the largest units that fit, as text (STOCK-10)."""

from decimal import Decimal
from typing import Any

from addons.crm_product.api import plain, split


def in_units(product: Any, quantity: Decimal | None) -> str:
    """Return a text such as ``7 箱 2 台``; ``0 台`` for nothing, a minus sign before each part of a negative one."""
    parts = split(product, quantity or Decimal(0)) or [(product.base_unit, Decimal(0))]
    return " ".join(f"{plain(part)} {unit.name}" for unit, part in parts)
