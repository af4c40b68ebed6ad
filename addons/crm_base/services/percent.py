"""Shares in percent, as every page shows them (rule 7 of the feature catalogue)."""

from decimal import ROUND_HALF_UP, Decimal

_PLACES = Decimal("0.01")


def percent(part: Decimal | int, whole: Decimal | int | None) -> Decimal | None:
    """Return ``part`` in percent of ``whole`` with 2 decimals, half up; None where there is no whole.

    >>> percent(200000, 500000)
    Decimal('40.00')
    """
    return (Decimal(part) * 100 / Decimal(whole)).quantize(_PLACES, ROUND_HALF_UP) if whole else None
