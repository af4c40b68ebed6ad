"""What other addons may use of customers."""

from typing import Any

from addons.crm_base.services.collisions import Collision, Match, find_by_phone, find_collisions
from addons.crm_base.services.customer_figures import CustomerFigure
from addons.crm_base.services.keys import name_key, phone_key
from addons.crm_base.services.model_rights import may
from addons.crm_base.services.percent import percent
from addons.crm_base.services.plain_figures import PlainFigures
from addons.crm_base.services.touches import Touch

__all__ = [
    "Collision",
    "CustomerFigure",
    "Match",
    "PlainFigures",
    "Touch",
    "find_by_phone",
    "find_collisions",
    "mark_formal",
    "may",
    "name_key",
    "percent",
    "phone_key",
]


def mark_formal(customer: Any) -> None:
    """Make a customer formal, because its first contract became effective (BASE-05).

    It follows from the contract, so who makes that needs no right to change the customer; the change stands in the history.

    Args:
        customer: A record of ``crm.customer``; one that is formal already stays as it is.
    """
    if customer.status != "formal":
        with customer.env.system_changes():
            customer.status = "formal"
