"""Hooks that the exchange of data offers to other addons."""

from __future__ import annotations

from collections.abc import Sequence

from core.api import Environment, Model, hookspec


@hookspec
def before_merge(env: Environment, winner: Model, losers: Sequence[Model]) -> None:
    """Look at records before they are merged; raise to refuse it.

    Called: after the rights were checked, before anything is changed, in the transaction of the merge.

    Args:
        env: The environment of who merges.
        winner: The record that stays.
        losers: The records of the same model that go to the recycle bin.

    Raises:
        ValidationError: The records must not be merged; the message is shown.
    """
