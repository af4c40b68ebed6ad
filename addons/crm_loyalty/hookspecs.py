"""Hooks that points offer."""

from typing import Any

from core.api import hookspec


@hookspec
def points_redeemed(redemption: Any) -> None:
    """Act on points that are exchanged for a gift, such as by letting the gift leave stock.

    Called: after the points were taken, in the same transaction; the state of the redemption is still ``draft``.

    Args:
        redemption: The record of ``crm.redemption``.

    Raises:
        ValidationError: The gift can't be given; the message is shown and no points are taken.
    """


@hookspec
def redemption_undone(redemption: Any) -> None:
    """Undo what `points_redeemed` brought about: the customer gives the gift back.

    Called: after the points were given back, in the same transaction; the state of the redemption is still ``redeemed``.

    Args:
        redemption: The record of ``crm.redemption``.

    Raises:
        ValidationError: It can't be undone; the message is shown.
    """
