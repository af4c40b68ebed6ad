"""Quantities as people and programs send them."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from core.api import ValidationError, _, id_of

MOST = Decimal("99999999999999")


def quantities_of(sent: Any) -> dict[int, Decimal]:
    """Return id of an order line → quantity from a mapping of texts or numbers; what is empty is left out.

    Raises:
        ValidationError: It is no such mapping, or a value is no quantity.
    """
    if not isinstance(sent, Mapping):
        raise ValidationError(_("Quantities are a mapping of lines to quantities."), field="quantities")
    found = {}
    for key, text in sent.items():
        number = id_of(str(key))
        if number is None:
            raise ValidationError(_("Quantities are a mapping of lines to quantities."), field="quantities")
        if str(text).strip():
            found[number] = _quantity(str(text).strip())
    return found


def _quantity(text: str) -> Decimal:
    try:
        quantity = Decimal(text.replace(",", ""))
    except InvalidOperation:
        quantity = Decimal("NaN")
    if not quantity.is_finite() or abs(quantity) > MOST:
        raise ValidationError(_('"%(text)s" is no quantity.', text=text[:40]), field="quantity")
    return quantity
