"""`ModelInfo`: what a registry knows of one composed model. Layer: orm."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import UnknownFieldError, Where, unknown
from core.orm.decorators import ActionInfo
from core.orm.fields import Field, Many2one, One2many

if TYPE_CHECKING:
    from core.orm.model import Model


@dataclass(eq=False)
class ModelInfo:
    """One model of one registry: its layers, fields, table and composed class."""

    name: str
    label: str
    doc: str
    addon: str
    """Addon that declared the model."""
    layers: tuple[type[Model], ...]
    """Definition classes, the lowest first."""
    addons: tuple[str, ...]
    """Addons of the layers, in the same order."""
    fields: dict[str, Field[Any]]
    """Bound fields by name, in order of declaration."""
    order: tuple[tuple[str, bool], ...]
    """Default order: pairs (path, descending); ends with the id."""
    rec_name: str | None
    """Field that names a record, or None."""
    recycle: bool
    """Whether deleted records go to the recycle bin."""
    abstract: bool
    is_log: bool = False
    """Whether only the system writes records; nobody holds a right to create, change or delete one."""
    unique: tuple[tuple[str, ...], ...] = ()
    checks: dict[str, Any] = field(default_factory=dict)
    """Named domains that hold for every record."""
    actions: dict[str, ActionInfo] = field(default_factory=dict)
    """Methods that may be called from outside, transitions among them."""
    constraints: dict[str, frozenset[str]] = field(default_factory=dict)
    """Names of checking methods → fields whose change calls them."""
    depends: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of compute methods → paths they read."""
    table: sa.Table = field(init=False, repr=False)
    cls: type[Model] = field(init=False, repr=False)
    """The composed class, mapped to ``table``."""

    def field(self, name: str) -> Field[Any]:
        """Return the field called ``name``; ``customer_id`` is understood as ``customer``.

        Raises:
            UnknownFieldError: There is none; the nearest name is proposed.
        """
        found = self.fields.get(name)
        if found is None and name.endswith("_id"):
            candidate = self.fields.get(name[:-3])
            found = candidate if isinstance(candidate, Many2one) else None
        if found is None:
            raise unknown("field", name, self.fields, UnknownFieldError, where=Where(model=self.name, field=name))
        return found

    @cached_property
    def parent_field(self) -> str | None:
        """Many2one to the model itself that makes it a tree: ``parent`` if it is one."""
        parent = self.fields.get("parent")
        return "parent" if isinstance(parent, Many2one) and parent.comodel == self.name else None

    @cached_property
    def owner_field(self) -> str | None:
        """Many2one to the user who owns a record (CORE-19): ``owner`` if there is one."""
        owner = self.fields.get("owner")
        return "owner" if isinstance(owner, Many2one) and owner.comodel == "core.user" else None

    @cached_property
    def responsible_field(self) -> str | None:
        """The owner, where it came with the mixin ``core.owned``: the responsible person, whom only some may change (CORE-32)."""
        has_mixin = any(layer.__dict__.get("_name") == "core.owned" for layer in self.layers)
        return self.owner_field if has_mixin else None

    @cached_property
    def company_field(self) -> str | None:
        """Many2one to the company or branch a record belongs to (CORE-12), or None."""
        company = self.fields.get("company")
        return "company" if isinstance(company, Many2one) and company.comodel == "core.company" else None

    @cached_property
    def stored_computed(self) -> tuple[Field[Any], ...]:
        """Computed fields that have a column."""
        return tuple(item for item in self.fields.values() if item.computed and item.is_stored)

    @cached_property
    def line_fields(self) -> tuple[One2many, ...]:
        """The One2many fields."""
        return tuple(item for item in self.fields.values() if isinstance(item, One2many))

    def __repr__(self) -> str:
        return f"<ModelInfo {self.name}>"
