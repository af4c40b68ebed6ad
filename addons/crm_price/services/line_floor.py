"""Compare the price of a line with its lowest price (D1): after discount, in base currency, strictly less."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from addons.crm_price.services.lookup import CENT, floor_price

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Floor:
    """The lowest price of a line, and how far below it the line is."""

    shown: Decimal | None = None
    """In the currency of the document, rounded up, since a price rounded down would be below; None: there is none."""
    is_below: bool = False
    below: Decimal | None = None
    """Of one unit, in base currency; None if the line is not below."""
    percent: Decimal | None = None
    """Share of the lowest price, in percent."""


def net_price(line: Any) -> Decimal:
    """Return the price of one unit after discount in base currency, exactly."""
    document = line.sales_document()
    rate = Decimal(1) if document is None or not document.rate else Decimal(document.rate)
    return Decimal(line.price or 0) * (HUNDRED - (line.discount or 0)) / HUNDRED * rate


def floor_of(line: Any) -> Floor:
    """Return the lowest price of a line of a quote or order; a line without a product has none."""
    document = line.sales_document()
    if line.unit is None or document is None:
        return Floor()
    floor = floor_price(line.unit, document.customer)
    if floor is None:
        return Floor()
    shown = (floor / (document.rate or 1)).quantize(CENT, ROUND_CEILING)
    below = floor - net_price(line)
    if below <= 0:
        return Floor(shown)
    return Floor(shown, True, below, below * HUNDRED / floor)
