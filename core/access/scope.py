"""`Scope`: for whom, for what and on which table a fragment builds its condition. Layer: access."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.access.policy import AccessPolicy
from core.access.principal import Principal
from core.orm.domain import Node, condition_on

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

__all__ = ["Condition", "RecordName", "Scope"]

Condition = sa.ColumnElement[bool] | bool
"""A condition on rows; True and False where no column decides."""


class RecordName:
    """A record that expressions of rules name by its id; only what else they read of it is loaded.

    ``{{ user.department }}`` needs no statement, ``{{ user.department.code }}`` one.
    """

    def __init__(self, env: Environment, model: str, number: int, row: dict[str, Any] | None = None) -> None:
        self._env = env
        self._model = model
        self._row = row or {}
        self.id = number

    def expression_names(self) -> tuple[str, ...]:
        """Return what an expression may read of it."""
        return (*self._env.registry[self._model].fields, "id", "display_name")

    def __getattr__(self, name: str) -> Any:
        fields = self._env.registry[self._model].fields
        found: Any = fields.get(name)
        if found is not None and found.column in self._row:
            value = self._row[found.column]
            if found.is_relation:
                return None if value is None else RecordName(self._env, found.comodel, value)
            return value
        if name.startswith("_") or (found is None and name != "display_name"):
            raise AttributeError(name)
        records = self._env.load(self._model, [self.id])
        return getattr(records[0], name) if records else None

    def __eq__(self, other: object) -> bool:
        return getattr(other, "id", other) == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __str__(self) -> str:
        return str(self.id)


@dataclass(frozen=True)
class Scope:
    """What a fragment needs to know. ``operation`` is one of create, read, update and delete."""

    env: Environment
    policy: AccessPolicy
    principal: Principal
    model: ModelInfo
    operation: str
    table: sa.FromClause
    without_shares: tuple[int, ...] = ()
    """Ids of shares to leave out, for "what if"."""
    followed: tuple[str, ...] = field(default=())
    """Models on the way here through `follow`, so that a circle ends."""

    def column(self, name: str) -> sa.ColumnElement[Any]:
        """Return the column of a field."""
        found: sa.ColumnElement[Any] = self.table.c[str(self.model.fields[name].column)]
        return found

    def of(self, model: ModelInfo, operation: str, table: sa.FromClause) -> Scope:
        """Return the same for the parent model that this one follows."""
        return replace(self, model=model, operation=operation, table=table, followed=(*self.followed, self.model.name))

    @cached_property
    def names(self) -> dict[str, Any]:
        """What the expressions of rules may name: ``user``, ``company``, ``today``."""
        principal = self.principal
        company = principal.row.get("company_id")
        return {
            "user": RecordName(self.env, "core.user", principal.id, dict(principal.row)),
            "company": None if company is None else RecordName(self.env, "core.company", company),
            "today": principal.today,
        }

    def compiled(self, node: Node) -> Condition:
        """Return the condition that a domain holds for a row of the table; it uses the columns of the table only."""
        return condition_on(node, self.env.registry, self.model, self.table, self.env)
