"""`JoinTree`: the to-one relations that a query follows, each joined once. Layer: orm.

Filtering, ordering and reading share one tree, so ``customer.name`` in all three is one LEFT JOIN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from core.errors import DomainError, Where
from core.i18n import _
from core.i18n.languages import others_for
from core.orm.paths import Models, OnField, Walked, walk

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.fields import Field
    from core.orm.modelinfo import ModelInfo

OnJoin = Callable[["ModelInfo", sa.FromClause], "sa.ColumnElement[bool] | bool"]
"""Given a model and the alias under which its table is joined, tells which of its rows may be seen there; True: all, False: none."""

MAX_JOINS = 50
"""Most tables one query may join for its paths; SQLite refuses more than 64."""

Aliases = Callable[["ModelInfo", tuple[str, ...]], sa.FromClause]
"""Given a model and the path that leads to it, returns the alias under which its table is joined."""

S = TypeVar("S", bound=sa.Select[Any])


class JoinTree:
    """Joins growing from one table.

    Args:
        models: The registry.
        info: Model of the root.
        table: The root: the model's table (default) or an alias of it.
        on_join: Narrows every other table that is joined or looked into; related rows it hides read as missing. None: all are seen.
        start: What stands in FROM in place of the root alone, such as a join that contains it.
        aliases: Gives the alias of a model's table for a path; None makes new ones. Never the same for two trees of one statement.
    """

    def __init__(
        self,
        models: Models,
        info: ModelInfo,
        table: sa.FromClause | None = None,
        *,
        on_join: OnJoin | None = None,
        start: sa.FromClause | None = None,
        aliases: Aliases | None = None,
    ) -> None:
        self._new_alias = aliases
        self.models = models
        self.info = info
        self.table: sa.FromClause = info.table if table is None else table
        self.on_join = on_join
        self.source: sa.FromClause = self.table if start is None else start
        """The root with all joins so far, for FROM."""
        self.joins: list[tuple[sa.FromClause, sa.ColumnElement[bool]]] = []
        """The tables joined so far with their ON conditions; empty while the root alone is enough."""
        self._aliases: dict[tuple[str, ...], sa.FromClause] = {(): self.table}

    def walk(self, path: str | Sequence[str], on_field: OnField | None = None) -> Walked:
        """Follow a path without joining anything; see `core.orm.paths.walk`."""
        steps = path.split(".") if isinstance(path, str) else path
        return walk(self.models, self.info, steps, Where(model=self.info.name), on_field)

    def alias(self, hops: Sequence[Field[Any]]) -> sa.FromClause:
        """Return the table at the end of to-one relations, joined on first use.

        Args:
            hops: Stored Many2one fields, the first of the root's model; none gives the root.
        """
        key: tuple[str, ...] = ()
        current = self.table
        for hop in hops:
            key = (*key, hop.name)
            found = self._aliases.get(key)
            if found is None:
                found = self._aliases[key] = self._join(current, hop, key)
            current = found
        return current

    def attach(
        self, key: tuple[str, ...], make: Callable[[], tuple[sa.FromClause, sa.ColumnElement[bool]]]
    ) -> sa.FromClause:
        """Return a table that is no relation's, joined on first use.

        Args:
            key: Names it; begins with an empty text, as no path does.
            make: Returns the table and its ON condition, which finds one row at most.
        """
        found = self._aliases.get(key)
        if found is None:
            found, on = make()
            self._count_joins()
            self.source = self.source.outerjoin(found, on)
            self.joins.append((found, on))
            self._aliases[key] = found
        return found

    def column(self, path: str | Sequence[str], env: Environment | None = None) -> sa.ColumnElement[Any]:
        """Return the column at the end of a path of to-one relations, joined on first use.

        A Many2one gives its id column, a Reference that of its id.

        Args:
            path: Dotted path or its steps.
            env: Tells the language of translated texts; None takes the database's own.

        Raises:
            DomainError: A list lies on the path, or a field that is not stored.
            UnknownFieldError: A step names no field.
        """
        walked = self.walk(path)
        if walked.crosses_many:
            raise DomainError(
                _('"%(path)s" gives several values.', path=path if isinstance(path, str) else ".".join(path)),
                where=Where(model=self.info.name),
            )
        return column_of(self.alias(walked.hops), walked.field, env)

    def apply(self, statement: S) -> S:
        """Return the statement with the root and the joins made so far as FROM."""
        return statement.select_from(self.source)

    def seen(self, info: ModelInfo, alias: sa.FromClause) -> sa.ColumnElement[bool] | None:
        """Return which rows of a related table may be seen; None: all."""
        allowed = True if self.on_join is None else self.on_join(info, alias)
        if isinstance(allowed, bool):
            return None if allowed else sa.false()
        return allowed

    def _count_joins(self) -> None:
        if len(self.joins) >= MAX_JOINS:
            raise DomainError(
                _("The query follows more than %(limit)s relations.", limit=MAX_JOINS),
                code="domain.too_many_joins",
                where=Where(model=self.info.name),
            )

    def _join(self, left: sa.FromClause, hop: Field[Any], path: tuple[str, ...]) -> sa.FromClause:
        self._count_joins()
        info = self.models[hop.comodel]  # type: ignore[attr-defined]  # hops are relations
        alias = info.table.alias() if self._new_alias is None else self._new_alias(info, path)
        on = alias.c.id == left.c[str(hop.column)]
        seen = self.seen(info, alias)
        on = on if seen is None else sa.and_(on, seen)
        self.source = self.source.outerjoin(alias, on)
        self.joins.append((alias, on))
        return alias


def column_of(table: sa.FromClause, field: Field[Any] | None, env: Environment | None) -> sa.ColumnElement[Any]:
    """Return the column of a stored field in a table, of a translated one in the environment's language; None gives the id."""
    if field is None:
        return table.c.id
    own = table.c[str(field.column)]
    forms = others_for(env.lang, env.default_lang) if field.translate and env is not None else ()
    if not forms:
        return own
    others = table.c[f"{field.column}_i18n"]
    return sa.func.coalesce(*(others[form].as_string() for form in forms), own)
