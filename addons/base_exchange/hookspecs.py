"""Hooks that the exchange of data offers to other addons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


@hookspec
def declare_consequences(env: Environment, model: str, ids: Sequence[int]) -> Mapping[str, Sequence[int]] | None:
    """Name the records that the addon made by itself out of others: they go with them when an import is undone.

    Called: before the undo deletes records of an import, in its transaction. What is not named, because people have worked with it, refuses
    the undo where it refers to them.

    Args:
        env: An environment of the system.
        model: Model of the records that go.
        ids: Their ids.

    Returns:
        Model → ids; None for none.
    """
