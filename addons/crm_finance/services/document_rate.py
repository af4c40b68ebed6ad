"""The exchange rate of a quote or order (FIN-03)."""

from decimal import Decimal
from typing import Any

from addons.crm_finance.services.rates import ONE, rate_on
from core.api import ValidationError


def fill_rate(document: Any) -> Decimal | None:
    """Return the rate of the document's day, and set it as its rate unless another one was entered.

    A document saved before this addon was enabled keeps its rate.

    Args:
        document: A record of a model made of ``crm.sales.document``, saved or not; changed in memory only.

    Returns:
        None where no rate is known for the day.
    """
    former: Decimal | None = document.day_rate
    if not document.currency or document.date is None:
        return former
    try:
        found = rate_on(document.env, document.currency, document.date)
    except ValidationError:
        return None
    is_new = document.__dict__.get("id") is None
    was_filled = document.rate in (None, former) if former is not None else document.rate in (None, ONE)
    if was_filled and (is_new or former is not None):
        document.rate = found
    return found
