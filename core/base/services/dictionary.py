"""Looking up dictionary items by key, and what may happen to items in use (CORE-53, CORE-56, CORE-57)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from core.orm.environment import Environment

_CACHE = "base.dictionary"
_RETIRED = "base.retired_dictionaries"
_FEW = 3
"""After so many single look-ups in one dictionary all its items are read at once: an import names many of them."""


def dictionary_item(env: Environment, dictionary: str, key: str) -> Any:
    """Return the item ``key`` of ``dictionary`` as a record, retired or not, or None if there is none.

    Read past access rights: choices are for everybody. Kept for the transaction.
    """
    cache: dict[str, dict[str, Any]] = env.cache.setdefault(_CACHE, {})
    known = cache.setdefault(dictionary, {})
    if key in known:
        return known[key]
    items = env.registry["core.dictionary.item"]
    heads = env.registry["core.dictionary"]
    condition = (heads.table.c.code == dictionary) & (items.table.c.dictionary_id == heads.table.c.id)
    statement = sa.select(items.cls).join(heads.table, condition)
    if len(known) < _FEW:
        statement = statement.where(items.table.c.key == key)
    with env.session.no_autoflush:
        found: Any = env.session.scalars(statement)
        for item in found:
            known[item.key] = item
    return known.setdefault(key, None)


def default_item(env: Environment, dictionary: str) -> Any:
    """Return the item marked as default of ``dictionary`` that is not retired, or None."""
    items = env.registry["core.dictionary.item"]
    heads = env.registry["core.dictionary"]
    statement = (
        sa.select(items.cls)
        .join(heads.table, items.table.c.dictionary_id == heads.table.c.id)
        .where(heads.table.c.code == dictionary, items.table.c.is_default, items.table.c.active)
        .order_by(items.table.c.sequence, items.table.c.id)
        .limit(1)
    )
    with env.session.no_autoflush:
        return env.session.scalars(statement).first()


def retired_dictionaries(env: Environment) -> frozenset[str]:
    """Return the codes of the dictionaries that have retired items; kept for the transaction."""
    found: frozenset[str] | None = env.cache.get(_RETIRED)
    if found is None:
        items, heads = env.registry["core.dictionary.item"].table, env.registry["core.dictionary"].table
        statement = sa.select(heads.c.code).join(items, items.c.dictionary_id == heads.c.id).where(~items.c.active)
        found = env.cache[_RETIRED] = frozenset(env.connection.scalars(statement.distinct()))
    return found


def retire_item(item: Any) -> None:
    """Take ``item`` out of new choices; records that have it keep it."""
    item.update(active=False)


def forget_items(env: Environment) -> None:
    """Drop the items kept for this transaction, after a dictionary changed."""
    for one in env.family:
        one.cache.pop(_CACHE, None)
        one.cache.pop(_RETIRED, None)
