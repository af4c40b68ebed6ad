"""Aliases of tables, kept for the next statement. Layer: orm.

Making an alias means copying every column of the table, which takes as long as a small query, and access rules need several for each model.
An alias is the same for the same place in statements. Subqueries are told apart by how deep they are nested: one may stand beside another
with the same aliases, since each has a FROM of its own, but never within it.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import sqlalchemy as sa

LONGEST_PLACE = 4
"""Words of a place for which an alias is kept: paths of three relations; there is no end of longer ones."""
DEEPEST = 6
"""Nesting to which aliases are kept."""
_KEY = "tangram.aliases"


class _Aliases:
    """The aliases of the tables of one composition."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str | int, ...], sa.FromClause] = {}
        self.depths: WeakKeyDictionary[sa.FromClause, int] = WeakKeyDictionary()


def kept_alias(table: sa.Table, *place: str) -> sa.FromClause:
    """Return the alias of a table for a place in the outermost FROM, such as the model it begins with and the path to the table.

    Long places get a new one each time.
    """
    return _kept(table, 0, place)


def nested_alias(table: sa.Table, within: sa.FromClause, *place: str) -> sa.FromClause:
    """Return the alias of a table for the FROM of a subquery.

    Args:
        table: The table.
        within: Table or alias to which the subquery is correlated or whose rows it narrows; what is nested in the result is deeper still.
        place: Tells it from other aliases in the same FROM.
    """
    return _kept(table, _of(table).depths.get(within, 0) + 1, place)


def _kept(table: sa.Table, depth: int, place: tuple[str, ...]) -> sa.FromClause:
    pool = _of(table)
    if len(place) > LONGEST_PLACE or depth > DEEPEST:
        return _new(table, depth, pool)
    key: tuple[str | int, ...] = (table.name, depth, *place)
    found = pool.kept.get(key)
    if found is None:
        found = pool.kept[key] = _new(table, depth, pool)
    return found


def _new(table: sa.Table, depth: int, pool: _Aliases) -> sa.FromClause:
    made = table.alias()
    if depth:
        pool.depths[made] = depth
    return made


def _of(table: sa.Table) -> _Aliases:
    found: _Aliases = table.metadata.info.setdefault(_KEY, _Aliases())
    return found
