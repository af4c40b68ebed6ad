"""`Registry`: the composed models of one database. Layer: orm.

Built from the definitions of the enabled addons, in dependency order; never changed afterwards. Enabling or disabling an addon makes a
new registry; transactions that run keep theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import UnknownModelError, unknown
from core.orm.aliases import kept_alias
from core.orm.bound import BoundModel
from core.orm.composition import Compositions, Declared
from core.orm.fields import Field
from core.orm.guard import Guard, NoServices, OpenGuard, Services
from core.orm.modelinfo import ModelInfo

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.plugins.manager import PluginManager
    from core.views.viewset import ViewSet


class Registry:
    """All models of one database, with their tables and classes.

    Args:
        declared: Pairs (addon, its definitions), addons in dependency order.
        compositions: Those in use, to share one; None makes an own one.
        sequence: Number of the database's registry it was built for.

    Raises:
        DefinitionError: A definition is wrong; all faults at once.
    """

    guard: Guard
    services: Services
    hooks: PluginManager | None
    views: ViewSet | None

    def __init__(self, declared: Declared, compositions: Compositions | None = None, *, sequence: int = 0) -> None:
        self.sequence = sequence
        self.addons = [addon for addon, _definitions in declared]
        """Names of the enabled addons, in dependency order."""
        self.composition = (compositions or Compositions()).of(declared)
        """Shared with other registries of the same definitions."""
        self.metadata = self.composition.metadata
        self.models = self.composition.models
        """Concrete models by name."""
        self.abstract = self.composition.abstract
        """Mixins by name."""
        self.triggers, self.units = self.composition.triggers, self.composition.units
        self.referrers = self.composition.referrers
        """Model → the stored Many2one fields, of any model, that point to it."""
        self.backs = self.composition.backs
        """(model, Many2one) → the One2many of the other model that shows it."""
        self.search_tables: frozenset[str] | None = None
        """FTS5 tables that its database had when it was built; None: all those declared."""
        self.guard = OpenGuard()
        self.services = NoServices()
        self.hooks = self.views = None

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
        """Return an alias of a model's table, the same one each time for a place in statements; see `core.orm.aliases`.

        Args:
            info: The model.
            place: Where in a statement: the model it begins with and the path to ``info``, or any other words. Long ones are not kept.
        """
        return kept_alias(info.table, *place)

    def eager_fields(self, info: ModelInfo) -> frozenset[str]:
        """Return the fields of a model whose change a constraint, a check or the database may refuse."""
        return self.composition.eager_fields(info)

    def is_plain(self, info: ModelInfo) -> bool:
        """Whether many records of the model can be created in one INSERT; see `core.orm.bulk`."""
        return self.composition.is_plain(info)
