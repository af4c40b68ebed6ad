"""`Query`: one guarded SELECT on a model, with the joins its paths need. Layer: orm.

Everything read on behalf of a user is built here, so that rows, related rows and fields obey one rule (design 1.9).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import AccessDenied, DomainError
from core.i18n import _
from core.orm.definitions import parse_order
from core.orm.domain import compile_domain
from core.orm.fields import Field, Many2one
from core.orm.guard import Operation
from core.orm.jointree import JoinTree

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo


class Query:
    """A SELECT under construction.

    Args:
        env: Whose rights hold.
        info: The model asked.
        operation: The right asked for.

    Raises:
        AccessDenied: The user has no such right on the model at all.
    """

    def __init__(self, env: Environment, info: ModelInfo, operation: Operation) -> None:
        self.env, self.info, self.operation = env, info, operation
        self.tree = JoinTree(
            env.registry, info, info.table, on_join=None if env.is_elevated else self._related, aliases=self._alias
        )
        self.conditions: list[sa.ColumnElement[bool]] = []
        self.ordering: list[sa.ColumnElement[Any]] = []
        self.limit: int | None = None
        self.offset = 0
        if info.recycle:
            self.conditions.append(info.table.c.deletion_id.is_(None))
        if not env.is_elevated:
            env.guard.check_model(env, info, operation)
            self._restrict(
                env.guard.condition(env, info, operation, info.table)
                if env.tracer is None
                else env.tracer.access(env, info, operation, env.guard.condition, info.table)
            )

    def _restrict(self, condition: sa.ColumnElement[bool] | bool) -> None:
        if condition is False:
            self.conditions.append(sa.false())
        elif condition is not True:
            self.conditions.append(condition)

    def _alias(self, info: ModelInfo, path: tuple[str, ...]) -> sa.FromClause:
        return self.env.registry.alias(info, self.info.name, *path)

    def _related(self, info: ModelInfo, alias: sa.FromClause) -> sa.ColumnElement[bool] | bool:
        """Return the condition under which a related record may be looked at."""
        return self.env.guard.condition(self.env, info, "read", alias)

    def where(self, domain: Any) -> Query:
        """Add a domain; see `core.orm.domain`."""
        # Not by truth: an expression of D has none.
        if domain is not None and domain not in ([], (), {}):
            condition = compile_domain(domain, self.tree, self.env, on_field=self._check_visible)
            self.conditions.append(condition)
        return self

    def check_path(self, path: str | Iterable[str], *, named: bool = True) -> list[Field[Any]]:
        """Return the fields along a dotted path; ``id`` and ``display_name`` may end it and are left out.

        Args:
            path: The path or its steps.
            named: Whether ``display_name`` means the field that names records, which must be visible then.

        Raises:
            UnknownFieldError: A part is no field.
            AccessDenied: The user may not read one of them.
            DomainError: A part that is no relation is followed by another.
        """
        parts = path.split(".") if isinstance(path, str) else list(path)
        info = self.info
        found: list[Field[Any]] = []
        for position, name in enumerate(parts):
            if name in {"id", "display_name"}:
                if named and name == "display_name" and info.rec_name is not None:
                    self._check_visible(info, info.field(info.rec_name))
                break
            field = info.field(name)
            self._check_visible(info, field)
            found.append(field)
            if position + 1 < len(parts):
                if not field.is_relation:
                    raise DomainError(
                        _('"%(path)s": %(label)s is no relation.', path=".".join(parts), label=field.label),
                        where=field.where,
                    )
                info = self.env.registry[field.comodel]  # type: ignore[attr-defined]  # relations have a comodel
        return found

    def _check_visible(self, info: ModelInfo, field: Field[Any]) -> None:
        if field.name in self.env.hidden_fields(info, "read"):
            raise AccessDenied(
                _("You may not see %(label)s.", label=field.label), code="access_denied.field", where=field.where
            )

    def order(self, text: str | None) -> Query:
        """Order by ``"name, date desc"``; None takes the model's order. A relation orders by what its record is called.

        Of the model's order the fields are left out that the user may not see.
        """
        terms = [term for term in self.info.order if self._is_visible(term[0])] if text is None else parse_order(text)
        for path, descending in terms:
            column = self.order_column(path)
            # Said only where there can be NULL: SQLite would sort all rows instead of following the index.
            nullable = not (isinstance(column, sa.Column) and column.table is self.info.table and not column.nullable)
            if descending:
                self.ordering.append(column.desc().nulls_first() if nullable else column.desc())
            else:
                self.ordering.append(column.asc().nulls_last() if nullable else column.asc())
        return self

    def _is_visible(self, path: str) -> bool:
        try:
            self.check_path(path)
        except AccessDenied:
            return False
        return True

    def order_column(self, path: str) -> sa.ColumnElement[Any]:
        """Return the column to order by for a path."""
        fields = self.check_path(path)
        if fields and isinstance(fields[-1], Many2one) and not path.endswith((".id", ".display_name")):
            target = self.env.registry[fields[-1].comodel]
            name = None if target.rec_name in self.env.hidden_fields(target, "read") else target.rec_name
            return self.tree.column(f"{path}.{name or 'id'}", self.env)
        return self.tree.column(path, self.env)

    def page(self, limit: int | None, offset: int = 0) -> Query:
        """Take ``limit`` rows after leaving out ``offset``."""
        for value in (limit, offset):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31):
                raise DomainError(_("A limit or offset is a whole number from 0."), code="domain.page")
        self.limit, self.offset = limit, offset
        return self

    def among(self, count: int) -> Query:
        """Take the first ``count`` records that the conditions so far let through, and go on with these alone.

        PostgreSQL guesses badly how many records fit a part of a text: it then walks through a million in the order wanted to find the few.
        So they are found first, by the indexes of the conditions, and ordered then.
        """
        ids = self.tree.apply(sa.select(self.info.table.c.id)).where(*self.conditions).limit(count)
        found = ids.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
        self.conditions = [self.info.table.c.id.in_(sa.select(found.c.id))]
        return self

    def select(self, columns: Iterable[Any]) -> sa.Select[Any]:
        """Return the statement for the given columns."""
        statement = self.tree.apply(sa.select(*columns)).where(*self.conditions).order_by(*self.ordering)
        if self.limit is not None:
            statement = statement.limit(self.limit)
        elif self.offset:
            statement = statement.limit(2**31)
        return statement.offset(self.offset) if self.offset else statement
