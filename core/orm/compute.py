"""Keeps stored computed fields up to date. Layer: orm.

`Recomputer` holds, per environment, the changes not yet followed and the records whose values are due (`core.orm.triggers` tells which);
it works them off before a flush, or for one record when its value is read earlier (design 1.4).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import DefinitionError
from core.i18n import _
from core.orm.attributes import follow
from core.orm.fields import Field, Many2many, Many2one, One2many
from core.orm.triggers import Trigger, Unit

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.model import Model

CHUNK = 500
MAX_ROUNDS = 10_000


class Due:
    """The records for which one unit is due: saved ones by id, new ones as objects."""

    __slots__ = ("ids", "new")

    def __init__(self) -> None:
        self.ids: set[int] = set()
        self.new: dict[Model, None] = {}

    def __bool__(self) -> bool:
        return bool(self.ids or self.new)


class Recomputer:
    """Works off what changes make due, for one environment."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.queue: list[tuple[Model, str, Any]] = []
        """Changes not yet followed: (record, field, value before; ids for relations)."""
        self.due: dict[Unit, Due] = {}
        self.depth = 0
        """Greater than 0 while a compute method runs."""

    def mark_new(self, record: Model) -> None:
        """Make all stored computed fields of a new record due."""
        for field in record._info.stored_computed:
            self._due(self.env.registry.units[(record._info.name, field.name)]).new[record] = None

    def mark(self, model: str, names: Iterable[str], ids: Iterable[int]) -> None:
        """Make stored computed fields of saved records due, as after an addon brought a new field."""
        for name in names:
            self._due(self.env.registry.units[(model, name)]).ids.update(ids)

    def mark_gone(self, record: Model) -> None:
        """Follow the loss of a record as a change of everything others read from it."""
        for name, field in record._info.fields.items():
            if (record._info.name, name) in self.env.registry.triggers:
                old = record.__dict__.get(str(field.column)) if isinstance(field, Many2one) else None
                self.queue.append((record, name, old))

    def follow(self) -> None:
        """Turn the changes queued so far into records that are due. Executes SELECTs."""
        if self.queue:
            self._follow_queue()

    def ensure(self, record: Model, field: Field[Any]) -> None:
        """Compute ``field`` of ``record`` now if it is due, after all that it may depend on."""
        if not self.queue and not self.due:
            return
        unit = self.env.registry.units[(record._info.name, field.name)]
        self._work_off(below=unit.rank)
        due = self.due.get(unit)
        if due is None:
            return
        number = record.__dict__.get("id")
        if record in due.new:
            del due.new[record]
        elif number is not None and number in due.ids:
            due.ids.discard(number)
        else:
            return
        if not due:
            del self.due[unit]
        self._compute(unit, record)

    def run(self) -> None:
        """Compute everything that is due, until nothing is. Executes SELECTs; flushes nothing."""
        self._work_off(below=None)

    def _work_off(self, below: int | None) -> None:
        """Compute what is due, units of lower rank first; with ``below`` only those of a lower rank."""
        for _round in range(MAX_ROUNDS):
            if self.queue:
                self._follow_queue()
            waiting = [unit for unit in self.due if below is None or unit.rank < below]
            if not waiting:
                return
            unit = min(waiting, key=lambda item: item.rank)
            due = self.due.pop(unit)
            records = list(due.new)
            if due.ids:
                records += self.env.load(unit.model, sorted(due.ids))
            for record in records:
                self._compute(unit, record)
        raise DefinitionError(_("Computed fields never come to rest."), code="definition.compute_endless")

    def clear(self) -> None:
        """Forget everything; called after a failed flush."""
        self.queue.clear()
        self.due.clear()

    def _due(self, unit: Unit) -> Due:
        due = self.due.get(unit)
        if due is None:
            due = self.due[unit] = Due()
        return due

    def _compute(self, unit: Unit, record: Model) -> None:
        self.depth += 1
        try:
            if unit.name.startswith("related:"):
                name = unit.fields[0]
                setattr(record, name, follow(record, str(record._info.fields[name].related)))
            elif self.env.tracer is None:
                getattr(record, unit.name)()
            else:
                self.env.tracer.method("compute", record, unit.name)
        finally:
            self.depth -= 1
        if record.__dict__.get("id") is not None:
            # Even if the value stayed the same, a concurrent change must not slip through between reading and saving.
            self.env.touched.add(record)

    def _follow_queue(self) -> None:
        queue, self.queue = self.queue, []
        groups: dict[tuple[str, str], list[tuple[Model, Any]]] = {}
        for record, name, old in queue:
            groups.setdefault((record._info.name, name), []).append((record, old))
        with self.env.session.no_autoflush:
            for key, changed in groups.items():
                for trigger in self.env.registry.triggers[key]:
                    self._follow(trigger, key[1], changed)

    def _follow(self, trigger: Trigger, name: str, changed: list[tuple[Model, Any]]) -> None:
        ids: set[int] = set()
        new: dict[Model, None] = {}
        path = trigger.path
        if trigger.link:
            for record, old in changed:
                self._collect(getattr(record, name), ids, new)
                if old is not None:
                    ids.add(old)
            path = path[:-1]
        else:
            for record, _old in changed:
                self._collect(record, ids, new)
        for field in reversed(path):
            ids, new = self._back(field, ids, new)
        if ids or new:
            due = self._due(trigger.unit)
            due.ids |= ids
            due.new.update(new)

    @staticmethod
    def _collect(record: Any, ids: set[int], new: dict[Model, None]) -> None:
        if record is None:
            return
        number = record.__dict__.get("id")
        if number is None:
            new[record] = None
        else:
            ids.add(number)

    def _back(self, field: Field[Any], ids: set[int], new: dict[Model, None]) -> tuple[set[int], dict[Model, None]]:
        """Return the records whose ``field`` leads to one of the given ones.

        What changed in memory but is not flushed announces itself by its own change, so the database and the loaded
        counterparts together are complete.
        """
        found_ids: set[int] = set()
        found_new: dict[Model, None] = {}
        registry = self.env.registry
        info = registry[field.model_name]
        if isinstance(field, One2many):
            loaded = {*new, *self.env.load(field.comodel, sorted(ids))}
            for record in loaded:
                self._collect(getattr(record, field.inverse), found_ids, found_new)
        elif isinstance(field, Many2one):
            column = info.table.c[str(field.column)]
            found_ids = self._ids(sa.select(info.table.c.id), column, ids)
            back = registry.backs.get((info.name, field.name))
            for record in new if back else ():
                for item in getattr(record, str(back)):
                    self._collect(item, found_ids, found_new)
        elif isinstance(field, Many2many):
            own, other = (field.relation_table.c[name] for name in field.relation_columns)
            found_ids = self._ids(sa.select(own), other, ids)
            for record in new if field.inverse else ():
                for item in getattr(record, str(field.inverse)):
                    self._collect(item, found_ids, found_new)
        return found_ids, found_new

    def _ids(self, statement: sa.Select[Any], column: sa.Column[Any], ids: set[int]) -> set[int]:
        found: set[int] = set()
        ordered = sorted(ids)
        for start in range(0, len(ordered), CHUNK):
            chunk = ordered[start : start + CHUNK]
            found.update(self.env.session.execute(statement.where(column.in_(chunk))).scalars())
        return found
