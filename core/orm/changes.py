"""`ChangeLog`: what changed in one environment since its last flush. Layer: orm.

Filled at assignment, read by the flush (checks, history, rights) and by the recomputation of stored fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.orm.fields import Field, Many2one

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.model import Model

STAMPS = frozenset({"created_at", "created_by", "updated_at", "updated_by", "version"})


class ChangeLog:
    """Old values by record and field, and which of the changes the user (not the system) made."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.old: dict[Model, dict[str, Any]] = {}
        """Saved records that changed → field name → value before; relations as ids, to-many as a list of ids if tracked, else True."""
        self.guarded: dict[Model, set[str]] = {}
        """Saved records that the user changed → names of those fields; changes made by the system are absent."""

    def note(self, record: Model, field: Field[Any], new: Any) -> None:
        """Note that ``field`` of ``record`` is about to become ``new`` (already converted). No effect if it is equal."""
        key = field.name
        data = record.__dict__
        old: Any
        if isinstance(field, Many2one):
            column = str(field.column)
            if key not in data and column not in data and data.get("id") is not None:
                # Forgotten after a failed save, or since another environment wrote; history and computed fields need it.
                with self.env.session.no_autoflush:
                    getattr(record, column)
            target = data.get(key)
            old = target.id if target is not None else data.get(column)
            if new is target and (new is not None or old is None) and key in data:
                return
            if new is not None and old is not None and new.id == old:
                return
        else:
            old = data.get(key)
            if old is None and key not in data and record.__dict__.get("id") is not None:
                old = getattr(record, key)
            if old == new and old is not None:
                return
        self.add(record, field, old)

    def add(self, record: Model, field: Field[Any], old: Any) -> None:
        """Note that ``field`` of ``record`` changes, with its value before."""
        env = self.env
        key = (field.model_name, field.name)
        if record.__dict__.get("id") is not None:
            self.old.setdefault(record, {}).setdefault(field.name, old)
            if not env.is_elevated and not env.recompute.depth:
                self.guarded.setdefault(record, set()).add(field.name)
        if key in env.registry.triggers:
            env.recompute.queue.append((record, field.name, old))

    def clear(self) -> None:
        """Forget everything; called after a flush and after a failed one."""
        self.old.clear()
        self.guarded.clear()

    def forget(self, record: Model) -> None:
        """Forget one record."""
        self.old.pop(record, None)
        self.guarded.pop(record, None)
