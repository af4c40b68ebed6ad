"""The product meant by what somebody scanned or typed (PROD-05, PROD-07)."""

from __future__ import annotations

from typing import Any

from core.api import Environment

FIELDS = ("number", "mnemonic", "model_number", "name")
"""Fields that may name a product, the most certain first."""


def find_product(env: Environment, text: str) -> tuple[Any, Any] | None:
    """Return the one product, with the unit, that a barcode, number, mnemonic, model or name stands for.

    Args:
        env: Whose rights hold.
        text: What was scanned or typed, as a whole; parts of it are what the search is for.

    Returns:
        Records of ``crm.product`` and ``crm.product.unit``: the unit of the barcode, else the base unit (None if the product has
        none). None if nothing fits, or if more than one does; one on sale is taken before stopped ones.
    """
    wanted = text.strip()
    if not wanted:
        return None
    unit = next(iter(env["crm.product.unit"].search([["barcode", "=", wanted]], limit=1)), None)
    if unit is not None:
        return unit.product, unit
    for name in FIELDS:
        found = env["crm.product"].search([[name, "=", wanted]], order="state, id", limit=3)
        # "on_sale" comes before "stopped".
        on_sale = [product for product in found if product.state == "on_sale"]
        if on_sale or found:
            meant = on_sale or list(found)
            return (meant[0], meant[0].base_unit) if len(meant) == 1 else None
    return None
