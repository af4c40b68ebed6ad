"""Gifts leave stock with the points, and come back with them."""

from typing import Any

from addons.crm_loyalty_stock.services.move_gift import issue_gift, take_gift_back
from core.api import hookimpl


@hookimpl
def points_redeemed(redemption: Any) -> None:
    """Let the gift leave stock."""
    issue_gift(redemption)


@hookimpl
def redemption_undone(redemption: Any) -> None:
    """Put the gift back into stock."""
    take_gift_back(redemption)
