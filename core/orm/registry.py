"""`Registry`: the composed models of one database. Layer: orm.

Built from the definitions of the enabled addons, in dependency order; never changed afterwards. Enabling or disabling an addon makes a
new registry; transactions that run keep theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event, orm

from core.errors import UnknownModelError, unknown
from core.orm import bulk
from core.orm.bound import BoundModel
from core.orm.checks import add_checks
from core.orm.definitions import compose
from core.orm.fields import Field, Many2one
from core.orm.guard import Guard, NoServices, OpenGuard, Services
from core.orm.loading import keep_id, remember_peers
from core.orm.mapping import build_classes
from core.orm.modelinfo import ModelInfo
from core.orm.pairing import pair_links
from core.orm.tables import NAMING, build_tables
from core.orm.triggers import build_triggers

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.model import Model
    from core.plugins.manager import PluginManager
    from core.views.viewset import ViewSet

LONGEST_PLACE = 4
"""Words of a place for which an alias is kept: paths of three relations; there is no end of longer ones."""


class Registry:
    """All models of one database, with their tables and classes.

    Args:
        declared: Pairs (addon, its definitions), addons in dependency order.
        sequence: Number of the database's registry it was built for.

    Raises:
        DefinitionError: A definition is wrong; all faults at once.
    """

    guard: Guard
    services: Services
    hooks: PluginManager | None
    views: ViewSet | None

    def __init__(self, declared: Sequence[tuple[str, Sequence[type[Model]]]], *, sequence: int = 0) -> None:
        self.sequence = sequence
        self.addons = [addon for addon, _definitions in declared]
        """Names of the enabled addons, in dependency order."""
        self.metadata = sa.MetaData(naming_convention=NAMING)
        everything = compose(declared)
        pair_links(everything, self.addons)
        build_tables(everything, self.metadata)
        self._mapper_registry = orm.registry(metadata=self.metadata)
        build_classes(everything, self._mapper_registry)
        self.models: dict[str, ModelInfo] = {name: info for name, info in everything.items() if not info.abstract}
        """Concrete models by name."""
        self.abstract: dict[str, ModelInfo] = {name: info for name, info in everything.items() if info.abstract}
        """Mixins by name."""
        add_checks(self.models)
        self.triggers, self.units = build_triggers(self.models)
        self.referrers = self._find_referrers()
        """Model → the stored Many2one fields, of any model, that point to it."""
        self.backs = {
            (field.comodel, field.inverse): field.name
            for info in self.models.values()
            for field in reversed(info.line_fields)
        }
        """(model, Many2one) → the One2many of the other model that shows it."""
        self.search_tables: frozenset[str] | None = None
        """FTS5 tables that its database had when it was built; None: all those declared."""
        self._plain: dict[str, bool] = {}
        self._aliases: dict[tuple[str, ...], sa.FromClause] = {}
        self._eager: dict[str, frozenset[str]] = {}
        self.guard = OpenGuard()
        self.services = NoServices()
        self.hooks = self.views = None
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

    @property
    def hook(self) -> Any:
        """The hook callers of the enabled addons."""
        return None if self.hooks is None else self.hooks.hook

    def __getitem__(self, name: str) -> ModelInfo:
        """Return a model.

        Raises:
            UnknownModelError: No enabled addon declares it; the nearest name is proposed.
        """
        try:
            return self.models[name]
        except KeyError:
            raise unknown("model", name, self.models, UnknownModelError) from None

    def __contains__(self, name: object) -> bool:
        return name in self.models

    def has_search_table(self, name: str) -> bool:
        """Whether an FTS5 table can be searched: those new in a version come with the upgrade of its addon."""
        return self.search_tables is None or name in self.search_tables

    def field(self, model: str, name: str) -> Field[Any]:
        """Return a field by model and name."""
        return self[model].field(name)

    def model_of_table(self, table: str) -> ModelInfo | None:
        """Return the model kept in a table, or None."""
        return next((info for info in self.models.values() if info.table.name == table), None)

    def bound(self, info: ModelInfo, env: Environment) -> BoundModel:
        """Return a model as seen by one environment."""
        return BoundModel(info, env)

    def alias(self, info: ModelInfo, *place: str) -> sa.FromClause:
        """Return an alias of a model's table, the same one each time for a place in statements.

        Making one anew means copying every column, which takes as long as a small query.

        Args:
            info: The model.
            place: Where in a statement: the model it begins with and the path to ``info``, or any other words. Long ones are not kept.
        """
        if len(place) > LONGEST_PLACE:
            return info.table.alias()
        found = self._aliases.get(place)
        if found is None:
            found = self._aliases[place] = info.table.alias()
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

    def dispose(self) -> None:
        """Let go of the mapped classes; records of this registry can't be used afterwards."""
        self._mapper_registry.dispose()
