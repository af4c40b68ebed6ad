"""`Composition`: models composed from definitions, with their tables and mapped classes. Layer: orm.

Making one takes seconds with all addons, and depends on the definitions alone: not on the database, rights, hooks or views. So registries of
the same definitions share one, as after a change of menus or of an administrator's view (decision 0041).
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import sqlalchemy as sa
from sqlalchemy import event, orm

from core.orm import bulk
from core.orm.checks import add_checks
from core.orm.definitions import compose
from core.orm.fields import Many2one
from core.orm.loading import keep_id, remember_peers
from core.orm.mapping import build_classes
from core.orm.modelinfo import ModelInfo
from core.orm.pairing import pair_links
from core.orm.tables import NAMING, build_tables
from core.orm.triggers import build_triggers

if TYPE_CHECKING:
    from core.orm.model import Model

Declared = Sequence[tuple[str, "Sequence[type[Model]]"]]
"""Pairs (addon, its definitions), addons in dependency order."""

_Key = tuple[tuple[str, tuple["type[Model]", ...]], ...]


class Composition:
    """The models of a set of addons; never changed after it is made.

    Args:
        declared: Pairs (addon, its definitions), addons in dependency order.

    Raises:
        DefinitionError: A definition is wrong; all faults at once.
    """

    def __init__(self, declared: Declared) -> None:
        self.metadata = sa.MetaData(naming_convention=NAMING)
        everything = compose(declared)
        pair_links(everything, [addon for addon, _definitions in declared])
        build_tables(everything, self.metadata)
        # Holds its classes weakly; the models below hold them.
        self._mapper_registry = orm.registry(metadata=self.metadata)
        build_classes(everything, self._mapper_registry)
        self.models: dict[str, ModelInfo] = {name: info for name, info in everything.items() if not info.abstract}
        self.abstract: dict[str, ModelInfo] = {name: info for name, info in everything.items() if info.abstract}
        add_checks(self.models)
        self.triggers, self.units = build_triggers(self.models)
        self.referrers = self._find_referrers()
        self.backs = {
            (field.comodel, field.inverse): field.name
            for info in self.models.values()
            for field in reversed(info.line_fields)
        }
        self._plain: dict[str, bool] = {}
        self._eager: dict[str, frozenset[str]] = {}
        for info in self.models.values():
            event.listen(info.cls, "load", remember_peers)
            event.listen(info.cls, "expire", keep_id)

    def _find_referrers(self) -> dict[str, list[Many2one]]:
        found: dict[str, list[Many2one]] = {name: [] for name in self.models}
        for info in self.models.values():
            for field in info.fields.values():
                if isinstance(field, Many2one) and field.is_stored and field.name not in {"created_by", "updated_by"}:
                    found[field.comodel].append(field)
        return found

    def eager_fields(self, info: ModelInfo) -> frozenset[str]:
        """Return the fields of a model whose change a constraint, a check or the database may refuse."""
        found = self._eager.get(info.name)
        if found is None:
            names = {name for fields in info.constraints.values() for name in fields}
            names |= {field.name for field in info.fields.values() if field.unique}
            names |= {name for together in info.unique for name in together}
            if info.checks:
                names |= set(info.fields)
            found = self._eager[info.name] = frozenset(names)
        return found

    def is_plain(self, info: ModelInfo) -> bool:
        """Whether many records of the model can be created in one INSERT; see `core.orm.bulk`."""
        found = self._plain.get(info.name)
        if found is None:
            found = self._plain[info.name] = bulk.is_plain(info, self.triggers)
        return found


class Compositions:
    """The compositions in use by the registries of one application."""

    def __init__(self) -> None:
        self._made: WeakValueDictionary[_Key, Composition] = WeakValueDictionary()
        self._lock = threading.Lock()

    def of(self, declared: Declared) -> Composition:
        """Return the composition of definitions, the one there is while some registry holds it.

        Classes of definitions are their own keys: code that changed is imported anew, and so makes others.

        Raises:
            DefinitionError: A definition is wrong; all faults at once.
        """
        key = tuple((addon, tuple(definitions)) for addon, definitions in declared)
        with self._lock:
            found = self._made.get(key)
            if found is None:
                with _uncollected():
                    found = self._made[key] = Composition(declared)
            return found


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: of a million new objects nearly all stay, and walking them again and again takes half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
